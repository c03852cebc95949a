// Canonical JSON: the examples of RFC 8785, and that there is one text for a value however it was written.
#include "base/canonical_json.h"

#include <gtest/gtest.h>

#include <bit>
#include <boost/json.hpp>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace whorl {
namespace {

namespace json = boost::json;

std::string canonical(std::string_view text) {
  const auto out = canonical_json(json::parse(json::string_view(text.data(), text.size())));
  return out.ok() ? *out : out.error().text();
}

// RFC 8785, 3.2.2 and 3.2.3. The numbers are the compiler's: the library's parser may be off by the last digit.
TEST(CanonicalJson, TheExampleOfTheRfc) {
  json::value value = json::parse(R"({
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]})");
  value.as_object()["numbers"] = {333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001};
  EXPECT_EQ(canonical_json(value).value(),
            R"({"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],)"
            "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

// RFC 8785, 3.2.3: characters beyond U+FFFF are surrogates in UTF-16, and come before U+FB33.
TEST(CanonicalJson, NamesAreInTheOrderOfUtf16) {
  EXPECT_EQ(
      canonical(R"({"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
      "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"})"),
      "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"\u00f6\":\"Latin Small Letter O With "
      "Diaeresis\",\"\u20ac\":\"Euro Sign\",\"\U0001F600\":\"Emoji: Grinning Face\",\"\uFB33\":\"Hebrew Letter "
      "Dalet With Dagesh\"}");
  EXPECT_EQ(canonical(R"({"b":1,"a":2,"":3,"ab":4,"\ud7ff":5,"\ue000":6,"\ud800\udc00":7})"),
            "{\"\":3,\"a\":2,\"ab\":4,\"b\":1,\"\uD7FF\":5,\"\U00010000\":7,\"\uE000\":6}");
}

// RFC 8785, appendix B.
TEST(CanonicalJson, NumbersAreWrittenAsEcmaScriptDoes) {
  const std::vector<std::pair<std::uint64_t, std::string>> table = {
      {0x0000000000000000, "0"},
      {0x8000000000000000, "0"},
      {0x0000000000000001, "5e-324"},
      {0x8000000000000001, "-5e-324"},
      {0x7fefffffffffffff, "1.7976931348623157e+308"},
      {0xffefffffffffffff, "-1.7976931348623157e+308"},
      {0x4340000000000000, "9007199254740992"},
      {0xc340000000000000, "-9007199254740992"},
      {0x4430000000000000, "295147905179352830000"},
      {0x44b52d02c7e14af5, "9.999999999999997e+22"},
      {0x44b52d02c7e14af6, "1e+23"},
      {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
      {0x444b1ae4d6e2ef4e, "999999999999999700000"},
      {0x444b1ae4d6e2ef4f, "999999999999999900000"},
      {0x444b1ae4d6e2ef50, "1e+21"},
      {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
      {0x3eb0c6f7a0b5ed8d, "0.000001"},
      {0x41b3de4355555553, "333333333.3333332"},
      {0x41b3de4355555554, "333333333.33333325"},
      {0x41b3de4355555555, "333333333.3333333"},
      {0x41b3de4355555556, "333333333.3333334"},
      {0x41b3de4355555557, "333333333.33333343"},
      {0xbecbf647612f3696, "-0.0000033333333333333333"},
      {0x43143ff3c1cb0959, "1424953923781206.2"},
  };
  for (const auto& [bits, text] : table) {
    const auto out = canonical_json(json::value(std::bit_cast<double>(bits)));
    ASSERT_TRUE(out.ok()) << text;
    EXPECT_EQ(*out, text);
  }
}

TEST(CanonicalJson, EveryNumberReadsBackAsItself) {
  std::mt19937_64 random(8785);
  for (int i = 0; i < 20'000; ++i) {
    const auto value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    const auto out = canonical_json(json::value(value));
    ASSERT_TRUE(out.ok());
    EXPECT_EQ(std::strtod(out->c_str(), nullptr), value) << *out;
  }
}

TEST(CanonicalJson, OneTextHoweverItWasWritten) {
  const std::string expected = R"({"a":[1,{"x":"\u0001","y":10}],"b":{}})";
  EXPECT_EQ(canonical(R"({"b":{},"a":[1,{"y":10,"x":"\u0001"}]})"), expected);
  EXPECT_EQ(canonical("{ \"a\" : [ 1.0 , { \"x\":\"\\u0001\" , \"y\":1e1 } ] ,\n\"b\" : { } }"), expected);
}

TEST(CanonicalJson, WholeNumbersThatNotEverybodyHoldsAreRefused) {
  EXPECT_EQ(canonical("[9007199254740992,-9007199254740992]"), "[9007199254740992,-9007199254740992]");
  EXPECT_EQ(canonical_json(json::value(std::uint64_t{1} << 53)).value(), "9007199254740992");
  EXPECT_FALSE(canonical_json(json::value((std::uint64_t{1} << 53) + 1)).ok());
  for (const char* text : {"9007199254740993", "-9007199254740993", R"({"a":[{"b":9007199254740993}]})",
                           "18446744073709551615", "9223372036854775807"}) {
    const auto out = canonical_json(json::parse(text));
    ASSERT_FALSE(out.ok()) << text;
    EXPECT_EQ(out.error().code(), "not_canonical");
  }
  for (const double value : {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_FALSE(canonical_json(json::value(value)).ok());
  }
}

TEST(CanonicalJson, WhatIsNestedTooDeepIsRefused) {
  json::value value = nullptr;
  for (std::size_t i = 0; i < kMostCanonicalDepth; ++i) value = json::array{value};
  EXPECT_TRUE(canonical_json(value).ok());
  value = json::array{value};
  EXPECT_FALSE(canonical_json(value).ok());
}

}  // namespace
}  // namespace whorl
