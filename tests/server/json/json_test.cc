// Reading JSON from outside, and writing it.
#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <limits>

#include "server/json/json_reader.h"
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

TEST(JsonText, NumbersCanBeReadAndParsedBack) {
  namespace json = boost::json;
  const json::value value{{"score", 42.5}, {"whole", 3.0}, {"n", 7}, {"text", "a\"b\n"}, {"list", {true, nullptr}}};
  EXPECT_EQ(json_text(value), R"({"score":42.5,"whole":3.0,"n":7,"text":"a\"b\n","list":[true,null]})");
  EXPECT_EQ(json_text(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(two_decimals(61.257), 61.26);
}

}  // namespace
}  // namespace whorl::server
