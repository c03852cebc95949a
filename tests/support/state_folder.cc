// Every test program, and every benchmark that makes a gallery for itself, has a root key of its own, never the user's:
// given as systemd gives credentials, so that nobody is told to move it. What Whorl makes once goes into a folder of
// the program's own, too. Both are made before main, the programs that a test starts inherit them, and they go when the
// program ends.
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

namespace {

class StateFolder {
 public:
  StateFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "whorl-state-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) ::abort();
    path_ = name;
    ::setenv("XDG_STATE_HOME", name.c_str(), 1);
    const std::filesystem::path credentials = path_ / "credentials";
    std::filesystem::create_directory(credentials);
    std::random_device random;
    std::string key(32, 0);
    for (char& byte : key) byte = static_cast<char>(random());
    std::ofstream(credentials / "root.key", std::ios::binary) << key;
    std::filesystem::permissions(credentials / "root.key", std::filesystem::perms::owner_read);
    ::setenv("CREDENTIALS_DIRECTORY", credentials.c_str(), 1);
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
