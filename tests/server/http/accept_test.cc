// What Accept says, by the table of RFC 9110, 12.5.1.
#include "server/http/accept.h"

#include <gtest/gtest.h>

namespace whorl::server {
namespace {

constexpr std::string_view kUsual = "application/json";
constexpr std::string_view kSpecial = "application/vnd.whorl.identify+json";

TEST(Accept, TheMostSpecificRangeSaysHowWelcomeATypeIs) {
  struct Row {
    const char* accept;
    std::string_view type;
    int quality;
  };
  const Row table[] = {
      {"", kUsual, 1000},
      {" ", kUsual, 1000},
      {"*/*", kUsual, 1000},
      {"application/json", kUsual, 1000},
      {"application/json", kSpecial, 0},
      {"Application/JSON", kUsual, 1000},
      {"text/html, application/json;q=0.4", kUsual, 400},
      // The RFC's own example, with what it says of each type.
      {"text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5",
       "text/plain", 700},
      {"text/*;q=0.3, text/plain;q=0.7, */*;q=0.5", "text/html", 300},
      {"text/*;q=0.3, text/plain;q=0.7, */*;q=0.5", "image/jpeg", 500},
      // A wildcard of less weight does not count where the type is named, nor does one of more.
      {"*/*;q=1, application/json;q=0", kUsual, 0},
      {"application/json;q=0, */*", kUsual, 0},
      {"application/*;q=0, */*", kUsual, 0},
      {"application/*;q=0, application/json", kUsual, 1000},
      {"application/*;q=0, application/json;q=0.001", kUsual, 1},
      {"*/*;q=0", kUsual, 0},
      // Weights as they may be written.
      {"application/json;q=0.", kUsual, 0},
      {"application/json;q=0.000", kUsual, 0},
      {"application/json;q=1.000", kUsual, 1000},
      {"application/json;q=1.", kUsual, 1000},
      {"application/json;Q=0.25", kUsual, 250},
      {"application/json \t; \t q=0.5", kUsual, 500},
      {"application/json;charset=utf-8;q=0.5", kUsual, 500},
      {"application/json;q=0.5;anything", kUsual, 500},
      {R"(application/json;note="a, b; q=1";q=0)", kUsual, 0},
      {R"(application/json;note="\", */*";q=0.2)", kUsual, 200},
      {"application/json;x=y;q=0, application/json", kUsual, 1000},
      {"application/json;q=0.2, application/json;q=0.3", kUsual, 300},
      {",, application/json;q=0.5 ,", kUsual, 500},
      // What is not well formed says nothing.
      {"application/json;q=2", kUsual, 0},
      {"application/json;q=1.001", kUsual, 0},
      {"application/json;q=0.1234", kUsual, 0},
      {"application/json;q=-1", kUsual, 0},
      {"application/json;q=", kUsual, 0},
      {"application/json;q=high, */*;q=0.1", kUsual, 100},
      {"*/json", kUsual, 0},
      {"*", kUsual, 0},
      {"application", kUsual, 0},
      {"application/jsonx", kUsual, 0},
      {"application/", kUsual, 0},
      {"applicatio/*", kUsual, 0},
  };
  for (const Row& row : table) EXPECT_EQ(quality_of(row.accept, row.type), row.quality) << row.accept;
}

TEST(Accept, TheSpecialAnswerIsGivenWhereItIsTheMoreWelcomeOrIsNamed) {
  const std::string special(kSpecial);
  const std::pair<std::string, bool> table[] = {
      {"", false},
      {"*/*", false},
      {"application/*", false},
      {"application/json", false},
      {"text/html", false},
      {special, true},
      {special + ", */*", true},
      {special + ", application/json", true},
      {"application/json, " + special, true},
      {special + ";q=0.5", true},
      {special + ";q=0", false},
      {special + ";q=0.000, */*", false},
      {special + ";q=0, application/*", false},
      {"application/json, " + special + ";q=0.9", false},
      {"application/json;q=0.8, " + special + ";q=0.9", true},
      {"application/json;q=0, */*", true},
      {"application/json;q=0", false},
      {"*/*;q=0", false},
      {special + ";q=0, application/json;q=0", false},
  };
  for (const auto& [accept, wanted] : table) EXPECT_EQ(prefers(accept, kSpecial, kUsual), wanted) << accept;
}

}  // namespace
}  // namespace whorl::server
