// Scopes: which places of a document a list of paths names, what is left of the document, and every list that is none.
#include "base/json_scope.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>
#include <vector>

namespace whorl {
namespace {

namespace json = boost::json;

const std::string kDocument = R"({
  "kind": "visa", "a b": {"it's": 1},
  "items": [{"id": "x", "image": "AA", "more": {"n": 1}}, {"id": "y", "image": "BB"}, {"id": "x"}],
  "empty": []})";

std::string found(const std::string& paths, const std::string& document = kDocument) {
  const auto scope = JsonScope::parse(paths);
  if (!scope.ok()) return std::string(scope.error().code());
  const json::value root = json::parse(document);
  const auto places = scope->places(root);
  if (!places.ok()) return std::string(places.error().code());
  return json::serialize(only_places(root, *places));
}

TEST(JsonScope, LeavesWhatItsPathsName) {
  EXPECT_EQ(found("$.kind"), R"({"kind":"visa"})");
  EXPECT_EQ(found("$.items[*].image"), R"({"items":[{"image":"AA"},{"image":"BB"}]})");
  EXPECT_EQ(found("$.items[1]"), R"({"items":[{"id":"y","image":"BB"}]})");
  EXPECT_EQ(found("$.items[?@.id=='x'].id"), R"({"items":[{"id":"x"},{"id":"x"}]})");
  EXPECT_EQ(found("$.items[?@['id']==\"y\"].image"), R"({"items":[{"image":"BB"}]})");
  EXPECT_EQ(found("$.items[?(@.id=='y')].image"), R"({"items":[{"image":"BB"}]})");
  EXPECT_EQ(found("$.items[? ( @.id == 'y' ) ].image"), R"({"items":[{"image":"BB"}]})");
  EXPECT_EQ(found("$['a b'][\"it's\"]"), R"({"a b":{"it's":1}})");
  EXPECT_EQ(found("$['a b']['it\\'s']"), R"({"a b":{"it's":1}})");
  EXPECT_EQ(found("$.items.*.more.*"), R"({"items":[{"more":{"n":1}}]})");
  EXPECT_EQ(found("$.empty"), R"({"empty":[]})");
  EXPECT_EQ(found("$[ 'items' ][ 0 ][ ? @.id == 'x' ]", R"({"items":[{"a":{"id":"x"},"b":{"id":"z"}}]})"),
            R"({"items":[{"a":{"id":"x"}}]})");
}

TEST(JsonScope, TakesSeveralPathsAndNamesEachPlaceOnce) {
  EXPECT_EQ(found(" $.kind\t$.items[0].image\n$.items[*].image "),
            R"({"kind":"visa","items":[{"image":"AA"},{"image":"BB"}]})");
  EXPECT_EQ(found("$.items[0].image $.items[0]"), found("$.items[0]"));
}

TEST(JsonScope, NothingThatIsThereIsAnError) {
  for (const char* text : {"$.none", "$.items[7]", "$.items[?@.id=='z']", "$.kind.deeper", "$.empty[*]", "$[0]"}) {
    EXPECT_EQ(found(text), "scope_of_nothing") << text;
  }
  EXPECT_EQ(found("$.kind", "7"), "scope_of_nothing");
}

TEST(JsonScope, WhatIsNoListOfPathsIsRefused) {
  const std::vector<std::string> wrong = {"",
                                          " ",
                                          "$",
                                          "kind",
                                          "$kind",
                                          "$.",
                                          "$..kind",
                                          "$.items[",
                                          "$.items[]",
                                          "$.items[*",
                                          "$.items[-1]",
                                          "$.items[01]",
                                          "$.items[0:2]",
                                          "$.items[0,1]",
                                          "$.items['a','b']",
                                          "$.items[?@.id]",
                                          "$.items[?(@.id=='x']",
                                          "$.items[?@.id=='x')]",
                                          "$.items[?((@.id=='x'))]",
                                          "$.items[?@.id==1]",
                                          "$.items[?@.id!='x']",
                                          "$.items[?length(@)==1]",
                                          "$.items[?@.a.b=='x']",
                                          "$.items[?$.id=='x']",
                                          "$.kind,$.items",
                                          "$.kind;",
                                          "$.7",
                                          "$['a",
                                          "$['\\u0041']",
                                          "$[\"a\nb\"]",
                                          "$.kind@",
                                          "$.items[?@['id'=='x']",
                                          "$.items[99999999999999999999999]",
                                          "$.kind $",
                                          "@.kind",
                                          std::string("$.a\0b", 5)};
  for (const std::string& text : wrong) EXPECT_EQ(found(text), "scope_malformed") << text;
}

TEST(JsonScope, IsBounded) {
  std::string steps = "$";
  for (std::size_t i = 0; i < kMostScopeSteps; ++i) steps += ".a";
  EXPECT_TRUE(JsonScope::parse(steps).ok());
  EXPECT_FALSE(JsonScope::parse(steps + ".a").ok());
  std::string paths;
  for (std::size_t i = 0; i < kMostScopePaths; ++i) paths += "$.a ";
  EXPECT_TRUE(JsonScope::parse(paths).ok());
  EXPECT_FALSE(JsonScope::parse(paths + "$.a").ok());
  EXPECT_FALSE(JsonScope::parse("$.a" + std::string(kMostScopeBytes, ' ')).ok());
  json::array many(kMostScopePlaces);
  EXPECT_EQ(JsonScope::parse("$[*]")->places(many)->size(), kMostScopePlaces);
  many.emplace_back(nullptr);
  const json::array wide(kMostScopeLooks / 2 + 1, json::value("x"));
  EXPECT_EQ(JsonScope::parse("$[*].a")->places(wide).error().code(), "scope_of_nothing");
  EXPECT_EQ(JsonScope::parse("$[*].a $[*].b")->places(wide).error().code(), "scope_malformed");
  EXPECT_EQ(JsonScope::parse("$[*]")->places(many).error().code(), "scope_too_wide");
}

TEST(JsonScope, APlaceLeadsToItsValue) {
  json::value root = json::parse(kDocument);
  const auto places = *JsonScope::parse("$.items[?@.id=='y'].image")->places(root);
  ASSERT_EQ(places.size(), 1u);
  *at_place(root, places.front()) = "CC";
  EXPECT_EQ(root.at("items").at(1).at("image"), "CC");
  EXPECT_EQ(at_place(root, {{.name = "items"}, {.position = 9}}), nullptr);
  EXPECT_EQ(at_place(root, {{.name = "kind"}, {.name = "x"}}), nullptr);
}

TEST(JsonScope, CoversWhatIsNamedAsAWholeOrPartByPart) {
  const json::value root = json::parse(kDocument);
  const auto covered = [&](const char* paths, const JsonPlace& place) {
    return covers(*JsonScope::parse(paths)->places(root), root, place);
  };
  const JsonPlace first = {{.name = "items"}, {.position = 0}};
  const JsonPlace items = {{.name = "items"}};
  EXPECT_TRUE(covered("$.items", first));
  EXPECT_TRUE(covered("$.items[*]", items));
  EXPECT_TRUE(covered("$.items[0].id $.items[0].image $.items[0].more.n", first));
  EXPECT_FALSE(covered("$.items[0].id $.items[0].image", first));
  EXPECT_FALSE(covered("$.items[1]", first));
  EXPECT_FALSE(covered("$.items[?@.id=='x']", items));
  EXPECT_FALSE(covered("$.kind", {{.name = "empty"}}));
  EXPECT_FALSE(covered("$.kind", {{.name = "none"}}));
}

}  // namespace
}  // namespace whorl
