#include "base/json_text.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <limits>

namespace whorl {
namespace {

TEST(JsonText, WritesNumbersAsPlainDecimals) {
  const boost::json::value value = {{"rate", 6.129e-3},          {"zero", 0.0},     {"count", 3},
                                    {"range", {1.39e2, 2.73e2}}, {"none", nullptr}, {"name", "a\"b"}};
  EXPECT_EQ(json_text(value),
            R"({"rate":0.006129,"zero":0.0,"count":3,"range":[139.0,273.0],"none":null,"name":"a\"b"})");
  EXPECT_EQ(json_text(std::numeric_limits<double>::infinity()), "null");
}

}  // namespace
}  // namespace whorl
