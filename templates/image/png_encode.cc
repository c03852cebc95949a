#include "templates/image/png_encode.h"

#include <zlib.h>

#include <cmath>
#include <cstdlib>
#include <memory>

#include "templates/image/png_library.h"

namespace whorl::image {
namespace {

constexpr double kMetresPerInch = 0.0254;

Error failed() { return internal_error("the PNG encoder failed"); }

std::size_t row_bytes(const PngToWrite& picture) {
  return (static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.channels * picture.bits) + 7) / 8;
}

bool is_sound(const PngToWrite& picture) {
  return picture.width > 0 && picture.height > 0 &&
         picture.pixels.size() == row_bytes(picture) * static_cast<std::size_t>(picture.height);
}

Bytes to_rgb(ByteView bgr) {
  Bytes out(bgr.begin(), bgr.end());
  for (std::size_t i = 0; i + 2 < out.size(); i += 3) std::swap(out[i], out[i + 2]);
  return out;
}

// Filters help where there are shades, and cost time.
bool choose_effort(spng_ctx* png, const PngToWrite& picture) {
  const int filters = picture.bits < 8   ? SPNG_DISABLE_FILTERING
                      : picture.smallest ? SPNG_FILTER_CHOICE_ALL
                                         : SPNG_FILTER_CHOICE_SUB;
  const int level = picture.smallest ? Z_BEST_COMPRESSION : Z_BEST_SPEED;
  return spng_set_option(png, SPNG_FILTER_CHOICE, filters) == 0 &&
         spng_set_option(png, SPNG_IMG_COMPRESSION_LEVEL, level) == 0;
}

bool state_resolution(spng_ctx* png, double ppi) {
  const auto per_metre = static_cast<std::uint32_t>(std::lround(ppi / kMetresPerInch));
  spng_phys stated{per_metre, per_metre, 1};
  return spng_set_phys(png, &stated) == 0;
}

}  // namespace

Result<Bytes> write_png(const PngToWrite& picture) {
  if (!is_sound(picture)) return internal_error("an unsound image cannot be encoded");
  const Bytes rgb = picture.channels == 3 ? to_rgb(picture.pixels) : Bytes();
  const ByteView pixels = picture.channels == 3 ? ByteView(rgb) : picture.pixels;
  const PngContext png(spng_ctx_new(SPNG_CTX_ENCODER));
  spng_ihdr head{};
  head.width = static_cast<std::uint32_t>(picture.width);
  head.height = static_cast<std::uint32_t>(picture.height);
  head.bit_depth = static_cast<std::uint8_t>(picture.bits);
  head.color_type = picture.channels == 3 ? SPNG_COLOR_TYPE_TRUECOLOR : SPNG_COLOR_TYPE_GRAYSCALE;
  if (!png || spng_set_option(png.get(), SPNG_ENCODE_TO_BUFFER, 1) != 0 || spng_set_ihdr(png.get(), &head) != 0 ||
      !choose_effort(png.get(), picture) || (picture.ppi && !state_resolution(png.get(), *picture.ppi)) ||
      spng_encode_image(png.get(), pixels.data(), pixels.size(), SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE) != 0) {
    return failed();
  }
  std::size_t size = 0;
  int error = 0;
  const std::unique_ptr<void, Freed<std::free>> file(spng_get_png_buffer(png.get(), &size, &error));
  if (!file || error != 0) return failed();
  const auto* first = static_cast<const std::uint8_t*>(file.get());
  return Bytes(first, first + size);
}

}  // namespace whorl::image
