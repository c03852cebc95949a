// Every test program keeps the root key that Whorl makes once in a folder of its own, never in the user's: it is made
// before main, the programs that a test starts inherit it, and it goes when the program ends.
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace {

class StateFolder {
 public:
  StateFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "whorl-state-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) ::abort();
    path_ = name;
    ::setenv("XDG_STATE_HOME", name.c_str(), 1);
    ::unsetenv("CREDENTIALS_DIRECTORY");
  }
  ~StateFolder() {
    std::error_code ignored;
    if (::getpid() == owner_) std::filesystem::remove_all(path_, ignored);
  }
  StateFolder(const StateFolder&) = delete;
  StateFolder& operator=(const StateFolder&) = delete;

 private:
  const pid_t owner_ = ::getpid();
  std::filesystem::path path_;
};

const StateFolder state_folder;

}  // namespace
