// The validator itself: it must reject what is broken, or the conformance test proves nothing.
#include "tests/support/openapi.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace whorl::tests {
namespace {

OpenApi small_file() {
  return OpenApi(boost::json::parse(R"({"components":{"schemas":{
    "Pet":{"type":"object","required":["id","name"],"additionalProperties":false,"properties":{
      "id":{"type":"integer","format":"int32","readOnly":true},"name":{"type":"string"},
      "kind":{"type":"string","enum":["CAT","DOG"]},"born":{"type":"string","format":"date-time"},
      "photo":{"type":"string","format":"byte"},"weight":{"type":"number","format":"float"},
      "tags":{"type":"array","items":{"type":"string"},"minItems":1,"uniqueItems":true},
      "others":{"type":"object","additionalProperties":true}}},
    "Odd":{"type":"string","pattern":"x"},
    "Lost":{"$ref":"#/components/schemas/Nobody"},
    "Pets":{"type":"array","items":{"$ref":"#/components/schemas/Pet"}}}}})"));
}

std::size_t faults(const char* schema, const char* value,
                   OpenApi::Direction direction = OpenApi::Direction::kResponse) {
  const OpenApi file = small_file();
  const auto* found = file.resolve(std::string("#/components/schemas/") + schema);
  if (found == nullptr) return 999;
  return file.faults(boost::json::parse(value), *found, direction).size();
}

TEST(OpenApi, AcceptsWhatConforms) {
  EXPECT_EQ(faults("Pet",
                   R"({"id":1,"name":"x","kind":"CAT","born":"2024-11-18T14:21:00Z","photo":"Zm9v","weight":3,
                              "tags":["a","b"],"others":{"x":[1]}})"),
            0u);
  EXPECT_EQ(faults("Pets", R"([{"id":1,"name":"x"},{"id":2,"name":"y"}])"), 0u);
}

TEST(OpenApi, RejectsEveryKindOfFault) {
  for (const char* broken :
       {R"({"id":1})", R"({"id":"1","name":"x"})", R"({"id":1.5,"name":"x"})", R"({"id":5000000000,"name":"x"})",
        R"({"id":1,"name":"x","extra":1})", R"({"id":1,"name":"x","kind":"COW"})",
        R"({"id":1,"name":"x","born":"now"})", R"({"id":1,"name":"x","photo":"?"})",
        R"({"id":1,"name":"x","weight":"3"})", R"({"id":1,"name":"x","tags":[]})",
        R"({"id":1,"name":"x","tags":["a","a"]})", R"({"id":1,"name":"x","tags":[1]})", R"({"id":1,"name":null})",
        R"({"id":1,"name":"x","others":[]})", "[]"}) {
    EXPECT_GT(faults("Pet", broken), 0u) << broken;
  }
  EXPECT_EQ(faults("Pets", R"([{"id":1,"name":"x"},{"id":2}])"), 1u);
}

TEST(OpenApi, RefusesToJudgeBySchemasItDoesNotUnderstand) {
  EXPECT_GT(faults("Odd", R"("x")"), 0u);
  EXPECT_GT(faults("Lost", R"("x")"), 0u);
}

TEST(OpenApi, AReadOnlyPropertyIsNotRequiredInARequest) {
  EXPECT_EQ(faults("Pet", R"({"name":"x"})", OpenApi::Direction::kRequest), 0u);
  EXPECT_EQ(faults("Pet", R"({"name":"x"})"), 1u);
}

}  // namespace
}  // namespace whorl::tests
