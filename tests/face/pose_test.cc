#include <gtest/gtest.h>

#include "tests/face/drawn_face.h"

namespace whorl::face {
namespace {

TEST(Pose, AFaceFromTheFrontIsNotTurned) {
  const Pose pose = pose_of(tests::head(0, 0, 0));
  EXPECT_NEAR(pose.yaw_deg, 0, 0.1);
  EXPECT_NEAR(pose.pitch_deg, 0, 0.1);
  EXPECT_NEAR(pose.roll_deg, 0, 0.1);
}

TEST(Pose, FindsTheAnglesThatMadeTheHead) {
  for (const double angle : {-40.0, -20.0, -5.0, 5.0, 20.0, 40.0}) {
    EXPECT_NEAR(pose_of(tests::head(angle, 0, 0)).yaw_deg, angle, 1.0) << angle;
    EXPECT_NEAR(pose_of(tests::head(0, angle, 0)).pitch_deg, angle, 1.0) << angle;
    EXPECT_NEAR(pose_of(tests::head(0, 0, angle)).roll_deg, angle, 0.1) << angle;
  }
}

TEST(Pose, AnglesTogether) {
  const Pose pose = pose_of(tests::head(25, -15, 30));
  EXPECT_NEAR(pose.yaw_deg, 25, 6);
  EXPECT_NEAR(pose.pitch_deg, -15, 6);
  EXPECT_NEAR(pose.roll_deg, 30, 6);
}

TEST(Pose, SizeAndPlaceDoNotMatter) {
  const Pose near = pose_of(tests::head(20, 10, 0, 300, 900, 50));
  const Pose far = pose_of(tests::head(20, 10, 0, 12, 7, 4000));
  EXPECT_NEAR(near.yaw_deg, far.yaw_deg, 0.5);
  EXPECT_NEAR(near.pitch_deg, far.pitch_deg, 0.5);
}

TEST(Pose, PointsThatFallTogetherGiveNumbersAllTheSame) {
  const Pose pose = pose_of(Landmarks{});
  EXPECT_EQ(pose.yaw_deg, 0);
  EXPECT_EQ(pose.pitch_deg, 0);
}

}  // namespace
}  // namespace whorl::face
