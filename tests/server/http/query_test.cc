// Query parameters against what a row declares.
#include "server/http/query.h"

#include <gtest/gtest.h>

#include <string>
#include <variant>

namespace whorl::server {
namespace {

constexpr std::string_view kColours[] = {"red", "green"};
constexpr Parameter kDeclared[] = {{"id", TextValue{1, 4}, true},    {"n", IntegerValue{0, 100}},
                                   {"x", NumberValue{0, 100}},       {"yes", BooleanValue{}},
                                   {"colour", OneOfValue{kColours}}, {"later", RefusedValue{"is not offered"}}};

Result<Query> parsed(const std::string& text) { return Query::parse("/path?" + text, kDeclared); }

TEST(Query, WhatARowDeclaresIsReadByItsType) {
  const auto query = parsed("id=a%2Bb&n=7&x=1e1&yes=true&colour=green");
  ASSERT_TRUE(query.ok()) << query.error().text();
  EXPECT_EQ(query->text("id"), "a+b");
  EXPECT_EQ(query->integer("n"), 7);
  EXPECT_EQ(query->number("x"), 10.0);
  EXPECT_EQ(query->boolean("yes"), true);
  EXPECT_EQ(query->text("colour"), "green");
  const auto least = parsed("id=1");
  ASSERT_TRUE(least.ok());
  EXPECT_FALSE(least->integer("n") || least->number("x") || least->boolean("yes") || least->text("colour"));
  EXPECT_THROW(static_cast<void>(query->text("n")), std::bad_variant_access);
}

TEST(Query, WhatARowDoesNotDeclareIsRefusedByName) {
  for (const auto& [text, field] : {std::pair("", "id"),
                                    {"&", ""},
                                    {"id=1&x=50%", "x"},
                                    {"id=1&x=5%2", "x"},
                                    {"id=1&n=%zz", "n"},
                                    {"i%d=1", "i%d"},
                                    {"id=\xC3\xA9", "id"},
                                    {"id=\"", "id"},
                                    {"n=1", "id"},
                                    {"id=", "id"},
                                    {"id=12345", "id"},
                                    {"id=1&m=1", "m"},
                                    {"id=1&n=1&n=1", "n"},
                                    {"id=1&n=1x", "n"},
                                    {"id=1&n=+1", "n"},
                                    {"id=1&n=-1", "n"},
                                    {"id=1&n=101", "n"},
                                    {"id=1&n=1e1", "n"},
                                    {"id=1&n=99999999999999999999", "n"},
                                    {"id=1&x=nan", "x"},
                                    {"id=1&x=inf", "x"},
                                    {"id=1&x=1e999", "x"},
                                    {"id=1&x=0x10", "x"},
                                    {"id=1&x=%201", "x"},
                                    {"id=1&x=", "x"},
                                    {"id=1&yes=1", "yes"},
                                    {"id=1&colour=blue", "colour"},
                                    {"id=1&later=now", "later"}}) {
    const auto query = parsed(text);
    ASSERT_FALSE(query.ok()) << text;
    EXPECT_EQ(query.error().kind, ErrorKind::kInvalidInput);
    EXPECT_EQ(query.error().field, field) << text << ": " << query.error().message;
  }
}

}  // namespace
}  // namespace whorl::server
