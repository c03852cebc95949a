#include "base/files.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace whorl {
namespace fs = std::filesystem;

Result<Bytes> read_file(const fs::path& path, std::size_t max_bytes) {
  std::error_code failed;
  const fs::file_status status = fs::status(path, failed);
  if (!fs::exists(status)) return not_found("there is no such file; check the path", path.string());
  if (!fs::is_regular_file(status)) return invalid_input("is not a file", path.string());
  std::ifstream in(path, std::ios::binary);
  if (!in) return invalid_input("cannot be opened; check its permissions", path.string());
  const std::uintmax_t size = fs::file_size(path, failed);
  if (failed) return internal_error("the size of " + path.string() + " cannot be read: " + failed.message());
  Bytes out(static_cast<std::size_t>(std::min<std::uintmax_t>(size, max_bytes)) + 1);
  in.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
  if (in.bad()) return internal_error("reading " + path.string() + " failed");
  out.resize(static_cast<std::size_t>(in.gcount()));
  if (out.size() > max_bytes || size > max_bytes) {
    return invalid_input("is longer than " + std::to_string(max_bytes) + " bytes", path.string());
  }
  return out;
}

Status write_file(const fs::path& path, ByteView bytes) {
  if (path == "-") {
    if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size() && std::fflush(stdout) == 0) return {};
    return internal_error("writing to standard output failed");
  }
  const fs::path beside = path.string() + ".part" + std::to_string(::getpid());
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  out.close();
  std::error_code failed;
  if (out) fs::rename(beside, path, failed);
  if (out && !failed) return {};
  std::error_code ignored;
  fs::remove(beside, ignored);
  return invalid_input("cannot be written; check that its folder exists and that there is room", path.string());
}

Status write_file(const fs::path& path, std::string_view text) { return write_file(path, as_bytes(text)); }

Status make_directory(const fs::path& path) {
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed || !fs::is_directory(path, failed)) {
    return invalid_input("the folder cannot be made: " + failed.message(), path.string());
  }
  return {};
}

}  // namespace whorl
