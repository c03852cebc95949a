#include "base/result.h"

#include <gtest/gtest.h>

#include <set>

#include "base/catalogue.h"

namespace whorl {
namespace {

constexpr ErrorKind kAllKinds[] = {ErrorKind::kInvalidInput, ErrorKind::kNotFound,     ErrorKind::kAlreadyExists,
                                   ErrorKind::kCorruption,   ErrorKind::kUnauthorised, ErrorKind::kExhausted,
                                   ErrorKind::kUnavailable,  ErrorKind::kInternal};

TEST(Result, EveryKindHasItsOwnName) {
  std::set<std::string_view> names;
  for (const ErrorKind kind : kAllKinds) names.insert(name_of(kind));
  EXPECT_EQ(names.size(), std::size(kAllKinds));
}

TEST(Result, HoldsValueOrError) {
  const Result<int> good = 7;
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(*good, 7);
  const Result<int> bad = not_found("no such person");
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().kind, ErrorKind::kNotFound);
}

TEST(Result, TryReturnsTheFirstError) {
  const auto f = [](bool fail) -> Status {
    WHORL_TRY(fail ? Status(invalid_input("bad", "x")) : Status());
    WHORL_ASSIGN(const int n, Result<int>(3));
    return n == 3 ? Status() : Status(internal_error("unreachable"));
  };
  EXPECT_TRUE(f(false).ok());
  EXPECT_EQ(f(true).error().text(), "invalid_input: x: bad");
}

TEST(Result, WithinPrefixesTheField) {
  EXPECT_EQ(invalid_input("bad", "image").within("fingers[2]").field, "fingers[2].image");
  EXPECT_EQ(invalid_input("bad", FieldPath("", 2) / "image").within("fingers").field, "fingers[2].image");
  EXPECT_EQ(invalid_input("bad").within("fingers").field, "fingers");
}

TEST(Result, AnErrorAlwaysHasACode) {
  EXPECT_EQ(invalid_input("rare").code(), "invalid_input");
  const Error error = failure(ErrorCode::kUnknownPerson, "person_id", with<"person">("anna"));
  EXPECT_EQ(error.code(), "unknown_person");
  EXPECT_EQ(error.kind, ErrorKind::kNotFound);
  EXPECT_EQ(error.text(), "not_found: person_id: no person anna");
  EXPECT_EQ(error.within("request").reason, error.reason);
}

TEST(Result, ACodeForManyWordingsKeepsTheWordingAndAFinerCode) {
  const Error free = coded(ErrorCode::kTemplateDamaged, invalid_input("bytes follow the template", "flow"));
  EXPECT_EQ(free.code(), "template_damaged");
  EXPECT_EQ(free.message, "bytes follow the template");
  EXPECT_EQ(sentence(free.reason), free.message);
  EXPECT_EQ(free.field, "flow");
  const Result<int> finer = coded(ErrorCode::kTemplateDamaged, Result<int>(failure(ErrorCode::kNoFace)));
  EXPECT_EQ(finer.error().code(), "no_face");
  EXPECT_EQ(*coded(ErrorCode::kTemplateDamaged, Result<int>(7)), 7);
}

}  // namespace
}  // namespace whorl
