// Reading JSON from outside, and writing it.
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <cstdint>
#include <limits>

#include "server/json/json_parser.h"
#include "server/json/json_text.h"

namespace whorl::server {
namespace {

TEST(JsonReader, RefusesWhatIsNotOneJsonDocument) {
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "[";
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("{} {}"), std::string("{'a':1}"), std::string("{\"a\":1,}"),
        std::string("\"\xff\""), std::string("nul"), std::string("[1] x"), deep, std::string(100'000, '['),
        std::string("{\"a\":NaN}"), std::string("// x\n{}"), std::string("\0{}", 3)}) {
    const auto value = parse_json(text);
    ASSERT_FALSE(value.ok()) << text.substr(0, 20);
    EXPECT_EQ(value.error().kind, ErrorKind::kInvalidInput);
  }
}

TEST(JsonReader, ANameMayStandOnceInAnObject) {
  EXPECT_TRUE(parse_json(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})").ok());
  for (const char* text : {R"({"a":1,"a":1})", R"([{"x":{"image":1,"b":2,"image":3}}])", R"({"a":1,"\u0061":2})"}) {
    const auto value = parse_json(text);
    ASSERT_FALSE(value.ok()) << text;
    EXPECT_NE(value.error().message.find("twice"), std::string::npos) << value.error().text();
  }
}

TEST(JsonReader, ANumberIsKeptAsItWasSaidOrRefused) {
  for (const auto& [text, value] : {std::pair("0.1", 0.1),
                                    {"1e2", 100.0},
                                    {"-0.0", -0.0},
                                    {"0.30000000000000004", 0.30000000000000004},
                                    {"12.50e-1", 1.25},
                                    {"5e-324", 5e-324},
                                    {"1E+22", 1e22}}) {
    const auto parsed = parse_json(text);
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_EQ(parsed->as_double(), value) << text;
  }
  EXPECT_EQ(parse_json("18446744073709551615")->as_uint64(), 18446744073709551615u);
  EXPECT_EQ(parse_json("-9223372036854775808")->as_int64(), std::numeric_limits<std::int64_t>::min());
  for (const char* text : {"1e999", "1e-999", "18446744073709551616", "-9223372036854775809", "0.1234567890123456789",
                           "9007199254740993.0", "1e99999999999999999999"}) {
    EXPECT_FALSE(parse_json(text).ok()) << text;
  }
  EXPECT_EQ(parse_json(R"({"a":[[1,2],{"b":[{},1e999]}]})").error().field, "a[1].b[1]");
}

TEST(JsonText, NumbersCanBeReadAndParsedBack) {
  namespace json = boost::json;
  const json::value value{{"score", 42.5}, {"whole", 3.0}, {"n", 7}, {"text", "a\"b\n"}, {"list", {true, nullptr}}};
  EXPECT_EQ(json_text(value), R"({"score":42.5,"whole":3.0,"n":7,"text":"a\"b\n","list":[true,null]})");
  EXPECT_EQ(json_text(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(two_decimals(61.257), 61.26);
}

}  // namespace
}  // namespace whorl::server
