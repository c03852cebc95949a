#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "base/catalogue.h"
#include "base/descriptor.h"
#include "base/path_failure.h"

namespace whorl {
namespace fs = std::filesystem;
namespace {

Error cannot_write(const fs::path& path, int reason) {
  const bool full = reason == ENOSPC || reason == EDQUOT;
  const auto cause = with<"cause">(std::strerror(reason));
  if (full) return failure(ErrorCode::kNoSpaceForFile, path.string(), cause);
  return of_path_failure(failure(ErrorCode::kFileNotWritten, path.string(), cause), reason);
}

Status write_all(int to, ByteView bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(to, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return cannot_write(path, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

// A device or a FIFO: opened as it is, so that it stays what it is.
Status write_into(const fs::path& path, ByteView bytes, mode_t kind) {
  if (!S_ISCHR(kind) && !S_ISFIFO(kind)) {
    return failure(ErrorCode::kNotWrittenInto, path.string());
  }
  // Without waiting: a FIFO without a reader would block for ever.
  Descriptor out(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!out.open()) return errno == ENXIO ? failure(ErrorCode::kNobodyReads, path.string()) : cannot_write(path, errno);
  const int flags = ::fcntl(out.number(), F_GETFL);
  if (flags < 0 || ::fcntl(out.number(), F_SETFL, flags & ~O_NONBLOCK) < 0) return cannot_write(path, errno);
  WHORL_TRY(write_all(out.number(), bytes, path));
  return out.close() ? Status() : cannot_write(path, errno);
}

// `known`: the file that is there already; null: it is made new.
Status replace(const fs::path& path, ByteView bytes, NewFile mode, const struct stat* known) {
  const fs::path beside = path.string() + ".part" + std::to_string(::getpid());
  ::unlink(beside.c_str());  // left by a process of this number that died
  const mode_t wanted = mode == NewFile::kPrivate ? 0600 : 0666;
  Descriptor out(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, known ? 0600 : wanted));
  if (!out.open()) return cannot_write(path, errno);
  Status written = write_all(out.number(), bytes, path);
  if (known != nullptr) {
    // Only root can give a file away; another user's file that may be replaced becomes the writer's.
    [[maybe_unused]] const int given = ::fchown(out.number(), known->st_uid, known->st_gid);
    if (::fchmod(out.number(), known->st_mode & 07777) != 0 && written.ok()) written = cannot_write(path, errno);
  }
  if (!out.close() && written.ok()) written = cannot_write(path, errno);
  if (written.ok() && ::rename(beside.c_str(), path.c_str()) != 0) written = cannot_write(path, errno);
  if (!written.ok()) ::unlink(beside.c_str());
  return written;
}

// The file that a chain of symbolic links leads to, which need not be there.
Result<fs::path> target_of(fs::path path) {
  constexpr int kMostLinks = 40;  // as the kernel's
  for (int i = 0; i < kMostLinks; ++i) {
    std::error_code failed;
    if (!fs::is_symlink(fs::symlink_status(path, failed))) return path;
    const fs::path next = fs::read_symlink(path, failed);
    if (failed) {
      return of_path_failure(failure(ErrorCode::kLinkUnreadable, path.string(), with<"cause">(failed.message())),
                             failed.value());
    }
    path = path.parent_path() / next;
  }
  return failure(ErrorCode::kLinkCircle, path.string());
}

bool is_standard_output(const fs::path& path) {
  return path == "-" || path == "/dev/stdout" || path == "/dev/fd/1" || path == "/proc/self/fd/1";
}

// Whether this user may not even see whether it is there.
bool is_hidden(const std::error_code& failed) {
  return failed && kind_of_path_failure(failed.value()) == ErrorKind::kUnauthorised;
}

}  // namespace

Result<Bytes> read_file(const fs::path& path, std::size_t max_bytes) {
  std::error_code failed;
  const fs::file_status status = fs::status(path, failed);
  if (is_hidden(failed)) return failure(ErrorCode::kFileNotOpened, path.string());
  if (!fs::exists(status)) return failure(ErrorCode::kFileNotThere, path.string());
  if (!fs::is_regular_file(status)) return failure(ErrorCode::kNotAFile, path.string());
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return of_path_failure(failure(ErrorCode::kFileNotOpened, path.string()), errno);
  const std::uintmax_t size = fs::file_size(path, failed);
  if (failed) return internal_error("the size of " + path.string() + " cannot be read: " + failed.message());
  Bytes out(static_cast<std::size_t>(std::min<std::uintmax_t>(size, max_bytes)) + 1);
  in.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
  if (in.bad()) return internal_error("reading " + path.string() + " failed");
  out.resize(static_cast<std::size_t>(in.gcount()));
  if (out.size() > max_bytes || size > max_bytes) {
    return failure(ErrorCode::kFileTooLong, path.string(), with<"most_bytes">(max_bytes));
  }
  return out;
}

Status write_file(const fs::path& path, ByteView bytes, NewFile mode) {
  if (is_standard_output(path)) return write_standard_output(as_text(bytes));
  struct stat known {};
  const bool there = ::stat(path.c_str(), &known) == 0;
  if (!there && errno != ENOENT) return cannot_write(path, errno);
  if (there && S_ISDIR(known.st_mode)) return failure(ErrorCode::kIsAFolder, path.string());
  if (there && !S_ISREG(known.st_mode)) return write_into(path, bytes, known.st_mode);
  WHORL_ASSIGN(const fs::path target, target_of(path));
  return replace(target, bytes, mode, there ? &known : nullptr);
}

Status write_file(const fs::path& path, std::string_view text, NewFile mode) {
  return write_file(path, as_bytes(text), mode);
}

Status check_folder(const fs::path& path) {
  std::error_code failed;
  const fs::file_status status = fs::status(path, failed);
  if (fs::is_directory(status)) {
    if (::access(path.c_str(), R_OK | X_OK) == 0) return {};
    return failure(ErrorCode::kFileNotOpened, path.string());
  }
  if (fs::exists(status)) return invalid_input("is no folder", path.string());
  if (is_hidden(failed)) return failure(ErrorCode::kFileNotOpened, path.string());
  return failure(ErrorCode::kFolderNotThere, with<"folder">(path.string()));
}

Status make_directory(const fs::path& path) {
  std::error_code failed;
  fs::create_directories(path, failed);
  if (!failed && fs::is_directory(path, failed)) return {};
  const int cause = failed ? failed.value() : ENOTDIR;
  const Error error = failure(ErrorCode::kFolderNotMade, path.string(), with<"cause">(std::strerror(cause)));
  return of_path_failure(error, cause == ENOTDIR ? EEXIST : cause);  // what stands there is no folder
}

Status write_standard_output(std::string_view text) {
  errno = 0;
  const bool whole = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (whole) return {};
  return internal_error("writing to standard output failed: " + std::string(std::strerror(errno)));
}

void guard_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) != -1 || errno != EBADF) continue;
    // The lowest free number is this one. Standard output is opened for reading, so that writing to it fails.
    const int opened = ::open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY);
    if (opened != stream && opened >= 0) ::close(opened);
  }
}

}  // namespace whorl
