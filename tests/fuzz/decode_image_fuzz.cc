// Any bytes: decode_image refuses them or gives a sound image that survives a trip through PNG.
#include <cstddef>
#include <cstdint>

#include "templates/image/decode.h"
#include "templates/image/encode.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  whorl::image::DecodeOptions options;
  options.limits.max_pixels = 1 << 20;  // keeps one run short
  const auto stated = whorl::image::decode_image({data, size}, options);
  options.ppi = whorl::image::kStandardPpi;
  const auto given = whorl::image::decode_image({data, size}, options);
  whorl::fuzz::require(given.ok() || !stated.ok());  // giving a resolution never makes a good file bad
  const auto colour = whorl::image::decode_colour({data, size}, options.limits);
  whorl::fuzz::require(colour.ok() == given.ok());  // colour differs in its pixels alone
  if (colour.ok()) {
    whorl::fuzz::require(colour->width == given->width && colour->height == given->height &&
                         colour->pixels.size() == 3 * given->pixels.size());
  }
  const std::uint64_t pixels = whorl::image::stated_pixels({data, size});
  const std::uint64_t work = whorl::image::stated_work_pixels({data, size});
  whorl::fuzz::require(work <= 16'000'000 && (work == 0 || work >= pixels));
  if (!given.ok()) return 0;
  whorl::fuzz::require(pixels == given->pixels.size());
  const auto count = static_cast<std::size_t>(given->width) * static_cast<std::size_t>(given->height);
  whorl::fuzz::require(count > 0 && given->pixels.size() == count);
  const auto png = whorl::image::encode_png(*given);
  whorl::fuzz::require(png.ok());
  const auto again = whorl::image::decode_image(*png);
  whorl::fuzz::require(again.ok() && again->pixels == given->pixels);
  return 0;
}
