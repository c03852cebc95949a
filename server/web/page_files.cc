#include "server/web/page_files.h"

#include <zlib.h>

#include <algorithm>
#include <vector>

#include "base/sha256.h"
#include "base/version.h"

namespace whorl::server {
namespace {

constexpr int kGzip = 15 + 16;  // the largest window, in gzip's frame
constexpr int kMemory = 9;

// Empty where zlib cannot: the file is then served as it is.
std::string gzipped(ByteView bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = const_cast<Bytef*>(bytes.data());  // zlib reads it, and takes no const
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(done ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

struct Type {
  std::string_view ending;
  std::string_view type;
};
constexpr Type kTypes[] = {{".html", "text/html; charset=utf-8"},
                           {".js", "text/javascript; charset=utf-8"},
                           {".css", "text/css; charset=utf-8"},
                           {".json", "application/json"},
                           {".svg", "image/svg+xml"}};

std::string_view type_of(std::string_view name) {
  const auto* const found =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](const Type& type) { return name.ends_with(type.ending); });
  return found == std::end(kTypes) ? "application/octet-stream" : found->type;
}

PageFile made(std::string_view name, ByteView bytes) {
  const auto digest = sha256(bytes);
  const std::string tag = digest.ok() ? hex_of(*digest) : std::string(kVersion);
  return {name, type_of(name), std::string(bytes.begin(), bytes.end()), gzipped(bytes), '"' + tag + '"'};
}

std::vector<PageFile> all_made() {
  std::vector<PageFile> out;
  for (const PageSource& source : page_sources()) out.push_back(made(source.name, source.bytes));
  return out;
}

}  // namespace

const PageFile* page_file(std::string_view name) {
  static const std::vector<PageFile> kFiles = all_made();
  const auto found =
      std::find_if(kFiles.begin(), kFiles.end(), [&](const PageFile& file) { return file.name == name; });
  return found == kFiles.end() ? nullptr : &*found;
}

}  // namespace whorl::server
