#include "base/field.h"

#include <gtest/gtest.h>

#include <sstream>

#include "base/result.h"

namespace whorl {
namespace {

TEST(FieldPath, IsEmptyWithoutAName) {
  EXPECT_TRUE(FieldPath().empty());
  EXPECT_TRUE(FieldPath("").empty());
  EXPECT_TRUE(FieldPath(std::string()).empty());
  EXPECT_EQ(FieldPath().text(), "");
  EXPECT_EQ(FieldPath(), FieldPath(""));
}

TEST(FieldPath, JoinsNamesWithDotsAndIndicesWithBrackets) {
  const FieldPath path = FieldPath("biometrics") / FieldPath("fingers", 2) / "image";
  EXPECT_EQ(path.text(), "biometrics.fingers[2].image");
  ASSERT_EQ(path.steps().size(), 3u);
  EXPECT_EQ(path.steps()[1].name, "fingers");
  EXPECT_EQ(path.steps()[1].index, 2u);
  EXPECT_FALSE(path.steps()[2].index.has_value());
}

TEST(FieldPath, AListThatStandsForItselfHasOnlyItsIndex) {
  EXPECT_EQ(FieldPath("", 3).text(), "[3]");
  EXPECT_EQ((FieldPath("rows") / FieldPath("", 3)).text(), "rows[3]");
  EXPECT_EQ((FieldPath("", 0) / FieldPath("", 1) / "x").text(), "[0][1].x");
  EXPECT_FALSE(FieldPath("", 0).empty());
}

TEST(FieldPath, JoiningWithAnEmptyPathChangesNothing) {
  const FieldPath path = FieldPath("a") / "b";
  EXPECT_EQ(path / FieldPath(), path);
  EXPECT_EQ(FieldPath() / path, path);
}

TEST(FieldPath, ANameIsTakenAsItIs) {
  // Equal as text, and different as data: nobody may parse the text.
  EXPECT_EQ(FieldPath("a.b[1]").text(), (FieldPath("a") / FieldPath("b", 1)).text());
  EXPECT_NE(FieldPath("a.b[1]"), FieldPath("a") / FieldPath("b", 1));
  EXPECT_EQ(FieldPath("a.b[1]").steps().size(), 1u);
}

TEST(FieldPath, IsPrintedAndComparedAsText) {
  std::ostringstream out;
  out << FieldPath("fingers", 1) / "image";
  EXPECT_EQ(out.str(), "fingers[1].image");
  EXPECT_EQ(FieldPath("x"), std::string("x"));
  EXPECT_EQ(FieldPath("x"), std::string_view("x"));
}

TEST(FieldPath, AnErrorGetsItsPrefixInFront) {
  const Error inner = invalid_input("is too small", "image");
  const Error outer = inner.within(FieldPath("fingers", 0)).within("probe");
  EXPECT_EQ(outer.field, "probe.fingers[0].image");
  EXPECT_EQ(outer.message, inner.message);
  EXPECT_EQ(outer.kind, inner.kind);
}

}  // namespace
}  // namespace whorl
