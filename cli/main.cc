#include "base/files.h"
#include "cli/app.h"

int main(int argc, char** argv) {
  whorl::guard_standard_streams();
  return whorl::cli::run(argc, argv);
}
