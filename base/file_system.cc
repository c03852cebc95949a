#include "base/file_system.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

#include "base/catalogue.h"
#include "base/descriptor.h"
#include "base/path_failure.h"

namespace whorl {
namespace {

namespace fs = std::filesystem;

std::string text_of(const char* doing, const fs::path& path, int error) {
  return std::string("cannot ") + doing + " " + path.string() + ": " + std::generic_category().message(error);
}

// Of a node's own files: what is not there any more is not what a caller asked for.
Error failed(const char* doing, const fs::path& path, int error) {
  const std::string text = text_of(doing, path, error);
  return kind_of_path_failure(error) == ErrorKind::kUnauthorised ? unauthorised(text) : unavailable(text);
}

// Of a file that somebody named.
Error failed_to_open(const char* doing, const fs::path& path, int error) {
  return of_path_failure(unavailable(text_of(doing, path, error)), error);
}

bool write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

// A file stream with a buffer that suits gigabytes.
template <class Stream>
class Buffered final : public Stream {
 public:
  Buffered(const fs::path& path, std::ios::openmode mode) : buffer_(std::size_t{1} << 20) {
    this->rdbuf()->pubsetbuf(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    this->open(path, mode | std::ios::binary);
  }
  Buffered(const Buffered&) = delete;
  Buffered& operator=(const Buffered&) = delete;
  // The stream writes its buffer out before the buffer goes.
  ~Buffered() override { this->close(); }

 private:
  std::vector<char> buffer_;
};

class RealFileSystem final : public FileSystem {
 public:
  Result<std::optional<Entry>> look(const fs::path& path) override {
    struct stat found {};
    if (::stat(path.c_str(), &found) == 0) {
      return std::optional(Entry{found.st_dev, found.st_ino, static_cast<std::uint64_t>(found.st_size),
                                 S_ISDIR(found.st_mode), S_ISREG(found.st_mode)});
    }
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<Entry>();
    return failed("look at", path, errno);
  }

  Status may(const fs::path& path, bool change) override {
    if (::access(path.c_str(), R_OK) != 0) return failed("read", path, errno);
    if (change && ::access(path.c_str(), W_OK) != 0) return failed("write", path, errno);
    WHORL_ASSIGN(const auto entry, look(path));
    if (entry && entry->folder && ::access(path.c_str(), X_OK) != 0) return failed("search", path, errno);
    return {};
  }

  Result<std::vector<std::string>> list(const fs::path& folder) override {
    std::vector<std::string> out;
    std::error_code code;
    for (auto it = fs::directory_iterator(folder, code); !code && it != fs::directory_iterator(); it.increment(code)) {
      out.push_back(it->path().filename().string());
    }
    if (code) return failed("list", folder, code.value());
    return out;
  }

  Result<Room> room(const fs::path& path) override {
    struct statvfs found {};
    if (::statvfs(path.c_str(), &found) != 0) return failed("measure the disk of", path, errno);
    return Room{found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize};
  }

  Result<std::optional<Bytes>> read(const fs::path& path, std::size_t most) override {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.open() && errno == ENOENT) return std::optional<Bytes>();
    if (!file.open()) return failed("read", path, errno);
    Bytes out(most);
    std::size_t size = 0;
    while (size < most) {
      const ssize_t n = ::read(file.number(), out.data() + size, most - size);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return failed("read", path, errno);
      if (n == 0) break;
      size += static_cast<std::size_t>(n);
    }
    out.resize(size);
    return std::optional(std::move(out));
  }

  Status write_private(const fs::path& path, ByteView bytes) override {
    const fs::path part = path.string() + std::string(kUnfinished);
    {
      const Descriptor file(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
      if (!file.open() || !write_all(file.number(), bytes) || ::fsync(file.number()) != 0)
        return failed("write", part, errno);
    }
    if (::rename(part.c_str(), path.c_str()) != 0) return failed("write", path, errno);
    const fs::path folder = path.parent_path().empty() ? fs::path(".") : path.parent_path();
    const Descriptor above(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!above.open() || ::fsync(above.number()) != 0) return failed("sync", folder, errno);
    return {};
  }

  Status make_private_folder(const fs::path& folder) override {
    std::error_code code;
    if (fs::create_directories(folder, code)) fs::permissions(folder, fs::perms::owner_all, code);
    if (code) return failed("make", folder, code.value());
    return {};
  }

  Status remove(const fs::path& path) override {
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
    return failed("remove", path, errno);
  }

  Result<std::unique_ptr<std::istream>> open_to_read(const fs::path& path) override {
    WHORL_ASSIGN(const auto entry, look(path));
    if (!entry) return failure(ErrorCode::kFileNotThere, path.string());
    if (!entry->regular) return failure(ErrorCode::kNotAFile, path.string());
    errno = 0;
    auto out = std::make_unique<Buffered<std::ifstream>>(path, std::ios::in);
    if (!out->is_open()) return failed_to_open("read", path, errno);
    return std::unique_ptr<std::istream>(std::move(out));
  }

  Result<std::unique_ptr<std::ostream>> open_to_write(const fs::path& path) override {
    errno = 0;
    auto out = std::make_unique<Buffered<std::ofstream>>(path, std::ios::out | std::ios::trunc);
    if (!out->is_open()) return failed_to_open("write", path, errno);
    return std::unique_ptr<std::ostream>(std::move(out));
  }
};

}  // namespace

FileSystem& real_file_system() {
  static RealFileSystem files;
  return files;
}

}  // namespace whorl
