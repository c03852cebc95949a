#include "tests/relay/drill/switch_process.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace whorl::drill {
namespace {

constexpr std::size_t kPiece = std::size_t{4} << 20;
constexpr std::size_t kOverlap = 128;

std::string in_proc(pid_t process, const std::string& file) { return "/proc/" + std::to_string(process) + "/" + file; }

std::uint16_t port_said(int pipe) {
  std::string line;
  for (char c = 0; ::read(pipe, &c, 1) == 1 && c != '\n';) line += c;
  const std::string words = "listening on port ";
  if (!line.starts_with(words)) return 0;
  return static_cast<std::uint16_t>(std::stoul(line.substr(words.size())));
}

}  // namespace

SwitchProcess::SwitchProcess(const std::string& program, std::vector<std::string> options,
                             const std::filesystem::path& journal, std::optional<int> core) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const int log = ::open(journal.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (std::string& option : options) argv.push_back(option.data());
  argv.push_back(nullptr);
  process_ = ::fork();
  if (process_ == 0) {
    ::dup2(pipe[1], STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    if (core) {
      cpu_set_t set;
      CPU_ZERO(&set);
      CPU_SET(*core, &set);
      ::sched_setaffinity(0, sizeof set, &set);
    }
    ::execv(program.c_str(), argv.data());
    ::_exit(127);
  }
  ::close(pipe[1]);
  ::close(log);
  port_ = port_said(pipe[0]);
  ::close(pipe[0]);
  if (port_ != 0) return;
  ::waitpid(process_, nullptr, 0);
  std::ifstream said(journal);
  std::ostringstream text;
  text << said.rdbuf();
  throw std::runtime_error("the switch does not start: " + text.str());
}

SwitchProcess::~SwitchProcess() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

void SwitchProcess::stop() {
  ::kill(process_, SIGTERM);
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = -1;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw std::runtime_error("the switch did not end as it should");
}

double SwitchProcess::processor_seconds() const {
  std::ifstream in(in_proc(process_, "stat"));
  std::string text;
  std::getline(in, text);
  std::istringstream words(text.substr(text.rfind(')') + 2));
  std::string word;
  for (int i = 0; i < 11; ++i) words >> word;
  double user = 0;
  double system = 0;
  words >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::uint64_t SwitchProcess::resident_bytes() const {
  std::ifstream in(in_proc(process_, "statm"));
  std::uint64_t whole = 0;
  std::uint64_t resident = 0;
  in >> whole >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void SwitchProcess::read_memory(const std::function<void(ByteView)>& take) const {
  const int memory = ::open(in_proc(process_, "mem").c_str(), O_RDONLY | O_CLOEXEC);
  if (memory < 0) throw std::runtime_error("the switch's memory may not be read here");
  std::ifstream maps(in_proc(process_, "maps"));
  std::vector<std::uint8_t> piece(kPiece + kOverlap);
  std::uint64_t total = 0;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words(line);
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    char dash = 0;
    std::string rights;
    words >> std::hex >> begin >> dash >> end >> rights;
    if (rights.empty() || rights[0] != 'r' || line.find("[v") != std::string::npos) continue;
    for (std::uint64_t at = begin; at < end; at += kPiece) {
      const std::size_t wanted = std::min<std::uint64_t>(piece.size(), end - at);
      const ssize_t n = ::pread(memory, piece.data(), wanted, static_cast<off_t>(at));
      if (n <= 0) continue;
      total += static_cast<std::uint64_t>(n);
      take({piece.data(), static_cast<std::size_t>(n)});
    }
  }
  ::close(memory);
  if (total == 0) throw std::runtime_error("the switch's memory may not be read here");
}

}  // namespace whorl::drill
