// The command line: parses, runs the chosen verb, turns its outcome into an exit status.
#pragma once

namespace whorl::cli {

int run(int argc, const char* const* argv);

}  // namespace whorl::cli
