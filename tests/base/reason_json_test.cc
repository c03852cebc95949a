#include "base/reason_json.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/catalogue.h"
#include "base/json_text.h"

namespace whorl {
namespace {

TEST(ReasonJson, ArgumentsKeepTheirTypes) {
  const Reason reason{AnswerCode::kMatch,
                      {{"person", std::string("anna")}, {"score_db", 36.5}, {"searched", std::uint64_t{7}}}};
  EXPECT_EQ(json_text(arguments_json(reason)), R"({"person":"anna","score_db":36.5,"searched":7})");
  EXPECT_EQ(json_text(arguments_json({})), "{}");
}

TEST(ReasonJson, SeveralReasonsAreAList) {
  EXPECT_EQ(json_text(reasons_json(
                {reason_of(FeedbackCode::kTooDark), reason_of(FeedbackCode::kFacesSeen, with<"faces">(3))})),
            R"([{"code":"too_dark","arguments":{}},{"code":"faces_seen","arguments":{"faces":3}}])");
  EXPECT_EQ(json_text(reasons_json({})), "[]");
}

}  // namespace
}  // namespace whorl
