#include <csignal>

#include "base/files.h"
#include "base/freed_memory.h"
#include "cli/app.h"

int main(int argc, char** argv) {
  whorl::guard_standard_streams();
  std::signal(SIGXFSZ, SIG_IGN);  // a file at its limit (ulimit -f) is an error, as a full disk is
  whorl::keep_freed_memory();
  return whorl::cli::run(argc, argv);
}
