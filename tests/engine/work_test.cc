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

FingerSample finger(int side_px) {
  FingerSample out;
  out.image = picture(side_px);
  return out;
}

TEST(PixelsToRead, AreThoseOfAllImagesAndAPhotographCountsLess) {
  EXPECT_EQ(pixels_to_read({}, {}), 0u);
  EXPECT_EQ(pixels_to_read({finger(100), finger(200)}, {}), 50'000u);
  FingerSample given = finger(100);
  given.image_ppi = 250;
  EXPECT_EQ(pixels_to_read({given}, {}), 40'000u);
  FaceSample face;
  EXPECT_EQ(pixels_to_read({}, face), 0u) << "a template";
  face.image = picture(400);
  EXPECT_EQ(pixels_to_read({finger(100)}, face), 10'000u + 320'000 + 20'000);
}

}  // namespace
}  // namespace whorl::engine
