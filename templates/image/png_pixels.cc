#include "templates/image/png_pixels.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "templates/image/fields.h"

namespace whorl::image {
namespace {

constexpr std::size_t kSignatureBytes = 8;
constexpr std::size_t kAroundBody = 12;  // length, type and CRC of a chunk
constexpr std::string_view kNeeded[] = {"IHDR", "PLTE", "tRNS", "IDAT", "IEND"};

bool needed(std::string_view type) {
  return std::find(std::begin(kNeeded), std::end(kNeeded), type) != std::end(kNeeded);
}

}  // namespace

Bytes png_for_pixels(ByteView file) {
  Fields in(file, ByteOrder::kBig);
  Bytes out;
  out.reserve(file.size());
  const auto keep = [&](ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); };
  keep(in.bytes(0, kSignatureBytes));
  for (std::size_t at = kSignatureBytes; at < file.size();) {
    const std::size_t length = in.u32(at);
    const ByteView type = in.bytes(at + 4, 4);
    const ByteView chunk = in.bytes(at, length + kAroundBody);
    if (in.failed()) {
      keep(file.subspan(at));
      break;
    }
    if (needed(as_text(type))) keep(chunk);
    at += length + kAroundBody;
  }
  return out;
}

}  // namespace whorl::image
