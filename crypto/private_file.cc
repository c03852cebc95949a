#include "crypto/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/catalogue.h"
#include "base/descriptor.h"

namespace whorl::crypto {
namespace {

namespace fs = std::filesystem;

Error not_readable(const fs::path& file, int code) {
  if (code == ENOENT || code == ENOTDIR) return failure(ErrorCode::kFileNotThere, file.string());
  Error error = code == EACCES ? unauthorised("this user may not read it")
                               : unavailable("cannot be read: " + std::system_category().message(code));
  return error.within(file.string());
}

Status check(const fs::path& file, const struct stat& about, std::size_t most_bytes, OthersMay others) {
  if (!S_ISREG(about.st_mode)) return invalid_input("is no file", file.string());
  if (about.st_uid != ::geteuid() && about.st_uid != 0) {
    return unauthorised("belongs to another user").within(file.string());
  }
  const mode_t forbidden = others == OthersMay::kReadIt ? 022 : 037;
  if ((about.st_mode & forbidden) != 0) return failure(ErrorCode::kOpenToOthers, file.string());
  if (about.st_size == 0) return invalid_input("is empty", file.string());
  if (static_cast<std::size_t>(about.st_size) > most_bytes) {
    return failure(ErrorCode::kFileTooLong, file.string(), with<"most_bytes">(most_bytes));
  }
  return {};
}

}  // namespace

Result<SecretBytes> read_private_file(const fs::path& file, std::size_t most_bytes, OthersMay others) {
  const Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!opened.open()) return not_readable(file, errno);
  struct stat about {};
  if (::fstat(opened.number(), &about) != 0) return not_readable(file, errno);
  WHORL_TRY(check(file, about, most_bytes, others));
  SecretBytes out(static_cast<std::size_t>(about.st_size));
  for (std::span<std::uint8_t> rest = out.writable(); !rest.empty();) {
    const ssize_t n = ::read(opened.number(), rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return not_readable(file, errno);
    if (n == 0) return unavailable("is being changed").within(file.string());
    rest = rest.subspan(static_cast<std::size_t>(n));
  }
  return out;
}

}  // namespace whorl::crypto
