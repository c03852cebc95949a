#include "base/files.h"
#include "base/freed_memory.h"
#include "cli/app.h"

int main(int argc, char** argv) {
  whorl::guard_standard_streams();
  whorl::keep_freed_memory();
  return whorl::cli::run(argc, argv);
}
