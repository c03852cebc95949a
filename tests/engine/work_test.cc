#include "engine/work.h"

#include <gtest/gtest.h>

#include "templates/image/encode.h"

namespace whorl::engine {
namespace {

Bytes picture(int side_px) {
  image::GreyImage image;
  image.width = image.height = side_px;
  image.pixels.assign(static_cast<std::size_t>(side_px) * static_cast<std::size_t>(side_px), 200);
  return image::encode_png(image).value();
}

Sample sample(Modality modality, int side_px) { return {modality, 0, Format::kAnyImage, picture(side_px), {}}; }

TEST(PixelsToRead, AreThoseOfAllImagesAndAPhotographCountsLess) {
  const auto finger = [](int side_px) { return sample(Modality::kFinger, side_px); };
  EXPECT_EQ(pixels_to_read({}), 0u);
  EXPECT_EQ(pixels_to_read({finger(100), finger(200)}), 50'000u);
  Sample given = finger(100);
  given.resolution_ppi = 250;
  EXPECT_EQ(pixels_to_read({given}), 40'000u);
  EXPECT_EQ(pixels_to_read({{Modality::kFace, 0, Format::kNativeFace, {1, 2, 3}, {}}}), 0u) << "a template";
  EXPECT_EQ(pixels_to_read({finger(100), sample(Modality::kFace, 400)}), 10'000u + 160'000 + 20'000);
}

}  // namespace
}  // namespace whorl::engine
