#include "server/web/page_files.h"

#include <zlib.h>

#include <algorithm>
#include <array>

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

PageFile made(std::string_view name, std::string_view type, ByteView bytes) {
  const auto digest = sha256(bytes);
  const std::string tag = digest.ok() ? hex_of(*digest) : std::string(kVersion);
  return {name, type, std::string(bytes.begin(), bytes.end()), gzipped(bytes), '"' + tag + '"'};
}

}  // namespace

const PageFile* page_file(std::string_view name) {
  static const std::array kFiles{made("page.html", "text/html; charset=utf-8", page_html()),
                                 made("page.js", "text/javascript; charset=utf-8", page_js()),
                                 made("page.css", "text/css; charset=utf-8", page_css()),
                                 made("icon.svg", "image/svg+xml", icon_svg())};
  const auto* const found =
      std::find_if(kFiles.begin(), kFiles.end(), [&](const PageFile& file) { return file.name == name; });
  return found == kFiles.end() ? nullptr : found;
}

}  // namespace whorl::server
