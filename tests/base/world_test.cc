#include "base/world.h"

#include <gtest/gtest.h>

#include <regex>

namespace whorl {
namespace {

TEST(World, UuidsAreVersion4AndDiffer) {
  const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  const std::string a = real_world().new_uuid();
  const std::string b = real_world().new_uuid();
  EXPECT_TRUE(std::regex_match(a, form)) << a;
  EXPECT_NE(a, b);
}

TEST(World, ASeedRepeatsARun) {
  EXPECT_EQ(make_seeded_world(5)->new_uuid(), make_seeded_world(5)->new_uuid());
  EXPECT_NE(make_seeded_world(5)->new_uuid(), make_seeded_world(6)->new_uuid());
}

TEST(World, Rfc3339IsUtc) {
  EXPECT_EQ(rfc3339(std::chrono::system_clock::time_point(std::chrono::seconds(0))), "1970-01-01T00:00:00Z");
}

}  // namespace
}  // namespace whorl
