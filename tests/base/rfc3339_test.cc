// Dates and times from outside.
#include "base/rfc3339.h"

#include <gtest/gtest.h>

namespace whorl {
namespace {

TEST(Rfc3339, TakesRealInstantsAlone) {
  for (const char* good : {"2024-11-18T14:21:00Z", "2024-11-18t14:21:00.25+01:00", "2024-02-29T23:59:60z"}) {
    EXPECT_TRUE(is_rfc3339(good)) << good;
  }
  for (const char* bad : {"", "2024-11-18", "2024-11-18T14:21Z", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z",
                          "2024-11-18T24:00:00Z", "2024-11-18T14:21:00", "2024-11-18T14:21:00.Z",
                          "2024-11-18 14:21:00Z", "2024-11-18T14:21:00Zx", "2024-11-18T14:21:00+1:00"}) {
    EXPECT_FALSE(is_rfc3339(bad)) << bad;
  }
}

}  // namespace
}  // namespace whorl
