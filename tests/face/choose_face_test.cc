#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "templates/face/extract.h"

namespace whorl::face {
namespace {

using testing::HasSubstr;

DetectedFace box(float x, float y, float width) {
  DetectedFace out;
  out.x = x;
  out.y = y;
  out.width = width;
  out.height = width * 1.3f;
  out.confidence = 0.9f;
  return out;
}

TEST(Choose, NoFaceIsAReason) {
  const auto got = choose({}, 100, 100, SeveralFaces::kLargest);
  EXPECT_EQ(got.error().kind, ErrorKind::kInvalidInput);
  EXPECT_THAT(got.error().message, HasSubstr("no face found"));
}

TEST(Choose, SeveralFacesAreRefusedUnlessAskedFor) {
  const std::vector<DetectedFace> two = {box(0, 0, 40), box(200, 50, 60)};
  EXPECT_THAT(choose(two, 300, 200, SeveralFaces::kRefuse).error().message, HasSubstr("two faces"));
  const auto largest = choose(two, 300, 200, SeveralFaces::kLargest);
  ASSERT_TRUE(largest.ok());
  EXPECT_EQ(largest->face.width, 60);
  EXPECT_EQ(largest->faces, 2);
}

TEST(Choose, TheMostCentralIsNotTheLargest) {
  const std::vector<DetectedFace> three = {box(0, 0, 90), box(130, 80, 40), box(250, 20, 60)};
  EXPECT_EQ(choose(three, 300, 200, SeveralFaces::kCentral)->face.width, 40);
}

TEST(Choose, PeopleFarBehindDoNotCount) {
  const std::vector<DetectedFace> found = {box(100, 50, 90), box(10, 10, 20), box(270, 5, 25)};
  const auto got = choose(found, 300, 200, SeveralFaces::kRefuse);
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got->faces, 1);
}

TEST(Choose, PoliciesHaveNames) {
  EXPECT_EQ(name_of(SeveralFaces::kRefuse), "refuse");
  EXPECT_EQ(name_of(SeveralFaces::kLargest), "largest");
  EXPECT_EQ(name_of(SeveralFaces::kCentral), "central");
}

}  // namespace
}  // namespace whorl::face
