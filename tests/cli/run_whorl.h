// Runs the binary as a child and keeps what it said.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace whorl::tests {

struct Outcome {
  int status = -1;  // exit status; 128 + signal when it was killed
  std::string out;
  std::string err;
};

// Waits for the end. Standard input is empty.
Outcome run_whorl(const std::vector<std::string>& arguments);
// The same with standard output opened on `out` ("/dev/full"), or closed where that is empty.
Outcome run_whorl_into(const std::string& out, const std::vector<std::string>& arguments);

// A child that goes on running, for `serve`.
class RunningWhorl {
 public:
  explicit RunningWhorl(const std::vector<std::string>& arguments);
  ~RunningWhorl();  // kills what still runs
  // The first line of standard output; empty when the child ends before.
  std::string first_line();
  // Sends SIGTERM and gives the exit status.
  int stop();
  RunningWhorl(const RunningWhorl&) = delete;
  RunningWhorl& operator=(const RunningWhorl&) = delete;

 private:
  pid_t pid_ = -1;
  int out_ = -1;
};

}  // namespace whorl::tests
