#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/face/drawn_face.h"

namespace whorl::face {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::assessed;
using tests::head;
using tests::textured;

image::ColourImage changed(image::ColourImage image, double factor, double offset) {
  for (std::uint8_t& v : image.pixels) {
    v = static_cast<std::uint8_t>(std::clamp(v * factor + offset, 0.0, 255.0));
  }
  return image;
}

image::ColourImage blurred(const image::ColourImage& image, int radius) {
  image::ColourImage out = image;
  for (int y = radius; y < image.height - radius; ++y) {
    for (int x = radius; x < image.width - radius; ++x) {
      int sum = 0;
      for (int dy = -radius; dy <= radius; ++dy) {
        for (int dx = -radius; dx <= radius; ++dx) {
          sum += image.pixels[static_cast<std::size_t>(3 * ((y + dy) * image.width + x + dx))];
        }
      }
      const int n = (2 * radius + 1) * (2 * radius + 1);
      for (int c = 0; c < 3; ++c) {
        out.pixels[static_cast<std::size_t>(3 * (y * image.width + x) + c)] = static_cast<std::uint8_t>(sum / n);
      }
    }
  }
  return out;
}

TEST(Quality, AFaceWithNothingAmissHasNothingToSay) {
  const FaceQuality q = assessed(textured(400, 400), head(0, 0, 0));
  EXPECT_THAT(q.feedback, IsEmpty());
  EXPECT_GE(q.overall, 90);
  EXPECT_NEAR(q.eyes_px, 80, 0.5);
}

TEST(Quality, SaysHowFarApartTheEyesAreAndWhatIsNeeded) {
  const FaceQuality q = assessed(textured(400, 400), head(0, 0, 0, 24));
  EXPECT_THAT(sentences(q.feedback), HasSubstr("eyes 24 px apart, 60 needed"));
  EXPECT_LT(q.overall, 50);
}

TEST(Quality, ATurnedHeadIsNotASmallOne) {
  const FaceQuality q = assessed(textured(400, 400), head(35, 0, 0, 80));
  EXPECT_NEAR(q.eyes_px, 80, 3);
  EXPECT_THAT(sentences(q.feedback), HasSubstr("turned by 35 degrees"));
}

TEST(Quality, SaysWhichWayTheHeadIs) {
  EXPECT_THAT(sentences(assessed(textured(400, 400), head(0, 30, 0)).feedback), HasSubstr("looking up by 30"));
  EXPECT_THAT(sentences(assessed(textured(400, 400), head(0, -30, 0)).feedback), HasSubstr("looking down by 30"));
  EXPECT_THAT(sentences(assessed(textured(400, 400), head(0, 0, 40)).feedback), HasSubstr("tilted by 40"));
}

TEST(Quality, CountsFaces) {
  EXPECT_THAT(sentences(assessed(textured(400, 400), head(0, 0, 0), 2).feedback), HasSubstr("two faces"));
  EXPECT_THAT(sentences(assessed(textured(400, 400), head(0, 0, 0), 5).feedback), HasSubstr("5 faces"));
}

TEST(Quality, LightThatIsAmissIsNamed) {
  const image::ColourImage good = textured(400, 400);
  EXPECT_THAT(sentences(assessed(changed(good, 0.15, 0), head(0, 0, 0)).feedback), HasSubstr("too dark"));
  EXPECT_THAT(sentences(assessed(changed(good, 1, 130), head(0, 0, 0)).feedback), HasSubstr("overexposed"));
  EXPECT_THAT(sentences(assessed(changed(good, 0.05, 120), head(0, 0, 0)).feedback), HasSubstr("contrast"));
}

TEST(Quality, LightFromOneSideIsNamed) {
  image::ColourImage image = textured(400, 400);
  for (int y = 0; y < 400; ++y) {
    for (int x = 0; x < 200; ++x) {
      for (int c = 0; c < 3; ++c) {
        auto& v = image.pixels[static_cast<std::size_t>(3 * (y * 400 + x) + c)];
        v = static_cast<std::uint8_t>(v / 4);
      }
    }
  }
  const FaceQuality q = assessed(image, head(0, 0, 0));
  EXPECT_LT(q.uniformity, 0.2);
  EXPECT_THAT(sentences(q.feedback), HasSubstr("lit from one side"));
}

TEST(Quality, BlurLowersSharpness) {
  const image::ColourImage sharp = textured(400, 400);
  const double before = assessed(sharp, head(0, 0, 0)).sharpness;
  const FaceQuality after = assessed(blurred(sharp, 6), head(0, 0, 0));
  EXPECT_LT(after.sharpness, before / 4);
  EXPECT_THAT(sentences(after.feedback), HasSubstr("blurred"));
}

TEST(Quality, AFaceCutOffByTheEdgeIsNamed) {
  const FaceQuality q = assessed(textured(400, 400), head(0, 0, 0, 80, 10, 200));
  EXPECT_GT(q.cut_off, 0.3);
  EXPECT_THAT(sentences(q.feedback), HasSubstr("outside the image"));
  EXPECT_LT(q.overall, 50);
}

TEST(Quality, TheGravestFaultComesFirst) {
  const FaceQuality q = assessed(textured(400, 400), head(0, 0, 25, 8));
  ASSERT_GE(q.feedback.size(), 2u);
  EXPECT_EQ(q.feedback.front().code, "eyes_near");
}

TEST(Quality, AlwaysBetween0And100) {
  for (const double yaw : {0.0, 80.0}) {
    for (const double eyes : {2.0, 400.0}) {
      const FaceQuality q = assessed(textured(60, 60), head(yaw, yaw / 2, yaw, eyes), 9, 0.1f);
      EXPECT_GE(q.overall, 0);
      EXPECT_LE(q.overall, 100);
      for (const auto& s : q.scores) {
        EXPECT_GE(s.value, 0) << s.name;
        EXPECT_LE(s.value, 1) << s.name;
      }
    }
  }
}

}  // namespace
}  // namespace whorl::face
