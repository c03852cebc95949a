#include "tests/cli/run_whorl.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "tests/support/shared_data.h"

namespace whorl::tests {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

pid_t start(const std::vector<std::string>& arguments, int out, int err) {
  std::vector<std::string> words = {WHORL_BINARY};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  const int in = ::open("/dev/null", O_RDONLY);
  ::dup2(in, STDIN_FILENO);
  if (out >= 0) {
    ::dup2(out, STDOUT_FILENO);
  } else {
    ::close(STDOUT_FILENO);
  }
  ::dup2(err, STDERR_FILENO);
  ::execv(WHORL_BINARY, argv.data());
  ::_exit(127);
}

int wait_for(pid_t pid) {
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Outcome run_whorl(const std::vector<std::string>& arguments) {
  const TemporaryDirectory folder;
  const auto out_path = folder.path() / "out";
  const auto err_path = folder.path() / "err";
  const int out = ::open(out_path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  const int err = ::open(err_path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  const int status = wait_for(start(arguments, out, err));
  ::close(out);
  ::close(err);
  return {status, text_of(out_path), text_of(err_path)};
}

Outcome run_whorl_into(const std::string& out_path, const std::vector<std::string>& arguments) {
  const TemporaryDirectory folder;
  const auto err_path = folder.path() / "err";
  const int out = out_path.empty() ? -1 : ::open(out_path.c_str(), O_WRONLY | O_CLOEXEC);
  const int err = ::open(err_path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  const int status = wait_for(start(arguments, out, err));
  if (out >= 0) ::close(out);
  ::close(err);
  return {status, "", text_of(err_path)};
}

RunningWhorl::RunningWhorl(const std::vector<std::string>& arguments) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return;
  pid_ = start(arguments, ends[1], STDERR_FILENO);
  ::close(ends[1]);
  out_ = ends[0];
}

RunningWhorl::~RunningWhorl() {
  if (out_ >= 0) ::close(out_);
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  wait_for(pid_);
}

std::string RunningWhorl::first_line() {
  std::string out;
  for (char c = 0; ::read(out_, &c, 1) == 1 && c != '\n';) out += c;
  return out;
}

int RunningWhorl::stop() {
  if (pid_ <= 0) return -1;
  ::kill(pid_, SIGTERM);
  const int status = wait_for(pid_);
  pid_ = -1;
  return status;
}

}  // namespace whorl::tests
