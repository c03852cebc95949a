#include "cli/app.h"

int main(int argc, char** argv) { return whorl::cli::run(argc, argv); }
