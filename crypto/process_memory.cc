#include "crypto/process_memory.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <fstream>
#include <string>

namespace whorl::crypto {

Status hide_process_memory() {
  const rlimit none{0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
    return internal_error("core dumps of this process cannot be turned off");
  }
  return {};
}

Result<bool> swap_in_use() {
  std::ifstream in("/proc/swaps");
  std::string heading;
  if (!std::getline(in, heading)) return unavailable("/proc/swaps cannot be read: it is not known whether swap is on");
  std::string first;
  return static_cast<bool>(std::getline(in, first)) && !first.empty();
}

}  // namespace whorl::crypto
