#include "engine/work.h"

#include "templates/image/decode.h"

namespace whorl::engine {

std::uint64_t pixels_to_read(const std::vector<Sample>& samples) {
  constexpr std::uint64_t kFindAndRead = 160'000;
  std::uint64_t pixels = 0;
  for (const Sample& sample : samples) {
    if (sample.modality == Modality::kFinger) {
      pixels += image::stated_work_pixels(sample.bytes, sample.resolution_ppi);
    } else if (const std::uint64_t stated = image::stated_pixels(sample.bytes); stated > 0) {
      pixels += kFindAndRead + stated / 8;
    }
  }
  return pixels;
}

}  // namespace whorl::engine
