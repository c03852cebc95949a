// OSIA's words and ours.
#include "server/osia/names.h"

#include <gtest/gtest.h>

namespace whorl::server {
namespace {

TEST(OsiaNames, PositionsGoThereAndBack) {
  for (int i = 0; i <= 10; ++i) {
    const auto position = static_cast<FingerPosition>(i);
    EXPECT_EQ(sub_type(osia_name(position)).kind, SubTypeKind::kFinger);
    EXPECT_EQ(sub_type(osia_name(position)).position, position);
  }
  EXPECT_EQ(osia_name(FingerPosition::kLeftLittle), "LEFT_LITTLE");
  EXPECT_EQ(sub_type("PLAIN_THUMBS").kind, SubTypeKind::kSeveral);
  EXPECT_EQ(sub_type("EYE_LEFT").kind, SubTypeKind::kNotFinger);
  EXPECT_EQ(sub_type("right_index").kind, SubTypeKind::kUnheard);
}

}  // namespace
}  // namespace whorl::server
