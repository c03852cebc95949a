#include "templates/image/encode.h"

#include <turbojpeg.h>

#include <memory>

#include "base/freed.h"
#include "templates/image/png_encode.h"

namespace whorl::image {
namespace {

template <class Image>
PngToWrite png_of(const Image& image, int channels) {
  return {image.width, image.height, channels, 8, image.pixels, false, {}};
}

}  // namespace

Result<Bytes> encode_png(const GreyImage& image) {
  const bool stated = image.ppi != 0;
  if (stated && (!(image.ppi > 1.0) || image.ppi > 1e6)) return internal_error("an unsound image cannot be encoded");
  PngToWrite picture = png_of(image, 1);
  if (stated) picture.ppi = image.ppi;
  return write_png(picture);
}

Result<Bytes> encode_png(const ColourImage& image) { return write_png(png_of(image, 3)); }

Result<Bytes> encode_jpeg(const ColourImage& image, int quality) {
  const auto row = 3 * static_cast<std::size_t>(image.width);
  if (image.width <= 0 || image.height <= 0 || image.pixels.size() != row * static_cast<std::size_t>(image.height)) {
    return internal_error("an unsound image cannot be encoded");
  }
  const std::unique_ptr<void, Freed<tjDestroy>> encoder(tjInitCompress());
  unsigned char* written = nullptr;
  unsigned long size = 0;
  const bool good = encoder && tjCompress2(encoder.get(), image.pixels.data(), image.width, 0, image.height, TJPF_BGR,
                                           &written, &size, TJSAMP_420, quality, TJFLAG_ACCURATEDCT) == 0;
  const std::unique_ptr<unsigned char, Freed<tjFree>> file(written);
  if (!good) return internal_error("the JPEG encoder failed");
  return Bytes(written, written + size);
}

}  // namespace whorl::image
