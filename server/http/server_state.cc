#include "server/http/server_state.h"

#include <cstdio>

namespace whorl::server {

std::string Core::run_name(World& world) {
  char out[16];
  std::snprintf(out, sizeof out, "%08x", static_cast<unsigned>(world.random_u64() & 0xFFFFFFFFu));
  return out;
}

}  // namespace whorl::server
