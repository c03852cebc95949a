#include "engine/work.h"

#include "templates/image/decode.h"

namespace whorl::engine {

std::uint64_t pixels_to_read(const std::vector<FingerSample>& fingers, const std::optional<FaceSample>& face) {
  constexpr std::uint64_t kFindAndRead = 320'000;
  std::uint64_t pixels = 0;
  if (face && !face->image.empty()) pixels += kFindAndRead + image::stated_pixels(face->image) / 8;
  for (const FingerSample& finger : fingers) pixels += image::stated_work_pixels(finger.image, finger.image_ppi);
  return pixels;
}

}  // namespace whorl::engine
