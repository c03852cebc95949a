#include "engine/work.h"

#include "templates/image/decode.h"

namespace whorl::engine {

std::uint64_t pixels_to_read(const std::vector<FingerSample>& fingers, const std::optional<FaceSample>& face) {
  std::uint64_t pixels = face ? image::stated_pixels(face->image) : 0;
  for (const FingerSample& finger : fingers) pixels += image::stated_pixels(finger.image);
  return pixels;
}

}  // namespace whorl::engine
