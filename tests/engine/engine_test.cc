// The engine end to end over native templates: what a caller sees.
#include "engine/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "templates/fingerprint/compare.h"
#include "tests/engine/engine_fixture.h"
#include "tests/support/random_prints.h"

namespace whorl::engine {
namespace {

using testing::HasSubstr;
using tests::another_capture;
using tests::random_finger;

TEST_F(EngineTest, FindsAnEnrolledPersonAndNobodyElse) {
  for (int i = 0; i < 20; ++i) enrol_person(i);
  const auto known = engine().identify(identify_person(7));
  ASSERT_TRUE(known.ok()) << known.error().text();
  EXPECT_EQ(known->decision, Decision::kMatch) << known->reason;
  ASSERT_FALSE(known->candidates.empty());
  EXPECT_EQ(known->candidates[0].person_id, "p7");
  EXPECT_EQ(known->candidates[0].rank, 1);
  EXPECT_EQ(known->candidates[0].fingers.size(), 2U);
  EXPECT_THAT(known->reason, HasSubstr("p7"));
  EXPECT_TRUE(known->receipt.complete());
  EXPECT_EQ(known->receipt.gallery_size, 20U);
  EXPECT_EQ(known->compared, 40U);

  const auto stranger = engine().identify(identify_person(777));
  ASSERT_TRUE(stranger.ok()) << stranger.error().text();
  EXPECT_EQ(stranger->decision, Decision::kNoMatch) << stranger->reason;
  EXPECT_THAT(stranger->reason, HasSubstr("all of 20 persons"));
}

}  // namespace
}  // namespace whorl::engine
