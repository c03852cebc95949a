#include "crypto/vault/root_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include "base/descriptor.h"
#include "crypto/vault/token_key.h"

namespace whorl::crypto {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kForbiddenToOthers = 077;
constexpr mode_t kForbiddenOfCredential = 037;  // the group may read

std::string said(int code) { return std::system_category().message(code); }

Status check_file(const fs::path& path, const struct stat& about, mode_t forbidden) {
  if (!S_ISREG(about.st_mode)) return invalid_input("the root key " + path.string() + " is no file");
  if (about.st_uid != ::geteuid() && about.st_uid != 0) {
    return unauthorised("the root key " + path.string() + " belongs to another user");
  }
  if ((about.st_mode & forbidden) != 0) {
    return unauthorised("others than its owner may read or change the root key " + path.string() +
                        ": give it the mode 0400, and if others had the time to read it, make a new one");
  }
  if (about.st_size != static_cast<off_t>(kRootKeyBytes)) {
    return invalid_input("the root key " + path.string() + " has " + std::to_string(about.st_size) +
                         " bytes, 32 are needed");
  }
  return {};
}

Status read_whole(int file, std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t n = ::read(file, out.data(), out.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return unavailable("the root key cannot be read: " + (n < 0 ? said(errno) : "it is being changed"));
    out = out.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

Status write_whole(int file, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return unavailable("the root key cannot be written: " + said(errno));
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

Result<SecretBytes> read_checked(const fs::path& path, mode_t forbidden) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.open()) {
    if (errno == ENOENT || errno == ENOTDIR) return not_found("there is no root key " + path.string());
    if (errno == EACCES) return unauthorised("this user may not read the root key " + path.string());
    return unavailable("the root key " + path.string() + " cannot be opened: " + said(errno));
  }
  struct stat about {};
  if (::fstat(file.number(), &about) != 0) return unavailable("the root key " + path.string() + " cannot be looked at");
  WHORL_TRY(check_file(path, about, forbidden));
  SecretBytes key(kRootKeyBytes);
  WHORL_TRY(read_whole(file.number(), key.writable()));
  return key;
}

Status sync_folder(const fs::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.open() || ::fsync(opened.number()) != 0) {
    return unavailable("the folder " + folder.string() + " cannot be synced: " + said(errno));
  }
  return {};
}

Status make_folder(const fs::path& folder) {
  std::error_code failed;
  if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), failed);
  if (failed || (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)) {
    return unavailable("the folder " + folder.string() + " for the root key cannot be made");
  }
  return {};
}

// Writes and syncs a new key beside its place, then gives it its name unless somebody was quicker.
Status make_file(const fs::path& folder, Random& random) {
  SecretBytes key(kRootKeyBytes);
  WHORL_TRY(random.fill(key.writable()));
  std::string temporary = (folder / ".root.key.XXXXXX").string();
  const Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file.open()) return unavailable("a root key cannot be made in " + folder.string() + ": " + said(errno));
  Status written = write_whole(file.number(), key.view());
  if (written.ok() && (::fchmod(file.number(), 0400) != 0 || ::fsync(file.number()) != 0)) {
    written = unavailable("the root key cannot be synced: " + said(errno));
  }
  if (written.ok() && ::link(temporary.c_str(), (folder / kRootKeyName).c_str()) != 0 && errno != EEXIST) {
    written = unavailable("the root key cannot get its name: " + said(errno));
  }
  ::unlink(temporary.c_str());
  WHORL_TRY(written);
  return sync_folder(folder);
}

std::optional<fs::path> path_of_environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value != '/') return std::nullopt;
  return fs::path(value);
}

}  // namespace

Result<SecretBytes> read_root_key(const fs::path& file) { return read_checked(file, kForbiddenToOthers); }

bool is_token_address(const fs::path& where) { return where.native().starts_with("pkcs11:"); }

Result<std::unique_ptr<RootKey>> root_key_at(const fs::path& where) {
  if (is_token_address(where)) return token_root_key(where.native());
  WHORL_ASSIGN(SecretBytes key, read_root_key(where));
  return make_root_key(std::move(key));
}

Result<SecretBytes> read_root_credential(const fs::path& credentials) {
  return read_checked(credentials / kRootKeyName, kForbiddenOfCredential);
}

Result<SecretBytes> root_key_made_once(const fs::path& state, Random& random) {
  auto found = read_root_key(state / kRootKeyName);
  if (found.ok() || found.error().kind != ErrorKind::kNotFound) return found;
  WHORL_TRY(make_folder(state));
  WHORL_TRY(make_file(state, random));
  return read_root_key(state / kRootKeyName);
}

RootPlaces root_places_of_environment() {
  RootPlaces places;
  places.credentials = path_of_environment("CREDENTIALS_DIRECTORY");
  if (const auto state = path_of_environment("XDG_STATE_HOME")) {
    places.state = *state / "whorl";
  } else if (const auto home = path_of_environment("HOME")) {
    places.state = *home / ".local" / "state" / "whorl";
  }
  return places;
}

Result<FoundRootKey> find_root_key(const RootPlaces& places, bool make, Random& random) {
  if (places.file) {
    WHORL_ASSIGN(SecretBytes key, read_root_key(*places.file));
    return FoundRootKey{std::move(key), *places.file, false};
  }
  if (places.credentials) {
    auto key = read_root_credential(*places.credentials);
    if (key.ok()) return FoundRootKey{std::move(*key), *places.credentials / kRootKeyName, false};
    // A service may have other credentials and no root key among them.
    if (key.error().kind != ErrorKind::kNotFound) return std::move(key).error();
  }
  if (!places.state) return not_found("there is no root key, and no folder to keep one in: name a file");
  auto key = make ? root_key_made_once(*places.state, random) : read_root_key(*places.state / kRootKeyName);
  if (!key.ok()) return std::move(key).error();
  return FoundRootKey{std::move(*key), *places.state / kRootKeyName, true};
}

}  // namespace whorl::crypto
