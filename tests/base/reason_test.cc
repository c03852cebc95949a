// How a sentence is made of a row of the catalogue and arguments.
#include "base/reason.h"

#include <gtest/gtest.h>

#include "base/catalogue.h"
#include "base/result.h"

namespace whorl {
namespace {

TEST(Reason, AnOptionalPhraseStandsWhereItsArgumentsAreGiven) {
  Reason reason{AnswerCode::kNoMatch, {{"searched", std::uint64_t{1}}, {"threshold_db", 20.04}}};
  EXPECT_EQ(sentence(reason), "No match: all of 1 person searched, nothing alike, threshold 20.0 dB.");
  reason.arguments.push_back({"score_db", 1.26});
  EXPECT_EQ(sentence(reason), "No match: all of 1 person searched, best score 1.3 dB, threshold 20.0 dB.");
  reason.arguments.push_back({"incomparable", std::uint64_t{1}});
  EXPECT_EQ(sentence(reason), "No match: all of 1 person searched, best score 1.3 dB, threshold 20.0 dB.");
  reason.arguments.push_back({"lacking", std::string(PhraseCode::kFace.name())});
  EXPECT_EQ(sentence(reason),
            "No match: all of 1 person searched, best score 1.3 dB, threshold 20.0 dB; 1 of them have no face.");
}

// Arguments are put in as they are: braces of an identifier are no arguments.
TEST(Reason, AnArgumentIsNotReadAgain) {
  const Reason reason{AnswerCode::kBelowThreshold,
                      {{"person", "{score_db:dB}[x|y]"}, {"score_db", 33.0}, {"threshold_db", 36.0}}};
  EXPECT_EQ(sentence(reason).substr(0, 40), "Undecided: person {score_db:dB}[x|y] sco");
}

TEST(Reason, OddsOfVerySmallChancesAreNotInfinite) {
  Reason reason{AnswerCode::kClaimMatch, {{"score_db", 200.0}, {"threshold_db", 40.0}, {"chance", 0.0}}};
  EXPECT_EQ(sentence(reason),
            "Match: 200.0 dB, threshold 40.0 dB; a stranger would score as much in at most 1 in "
            "1,000,000,000,000,000.");
}

TEST(Reason, OddsThatAreRoundedHaveTwoDigits) {
  const auto of = [](double rate) {
    const std::string text =
        sentence({AnswerCode::kClaimMatch, {{"score_db", 50.0}, {"threshold_db", 40.0}, {"supported_chance", rate}}});
    const std::size_t open = text.find('(');
    return text.substr(open + 1, text.find(')') - open - 1);
  };
  EXPECT_EQ(of(1 / 18846.0), "1 in 19,000");
  EXPECT_EQ(of(1 / 4733.0), "1 in 4,700");
  EXPECT_EQ(of(1 / 996.0), "1 in 1,000");
  EXPECT_EQ(of(0.019), "1 in 53");
  EXPECT_EQ(of(0.5), "1 in 2");
  EXPECT_EQ(of(1), "1 in 1");
  EXPECT_EQ(of(0), "1 in 1,000,000,000,000,000");
}

// What cannot be filled in shows the code rather than half a sentence or nothing.
TEST(Reason, MissingArgumentsShowTheCode) {
  EXPECT_EQ(sentence({AnswerCode::kClaimNoMatch, {}}), "claim_no_match");
  EXPECT_EQ(sentence({}), "");
}

TEST(Reason, NumbersAreWrittenAsTheSentenceAsks) {
  EXPECT_EQ(failure(ErrorCode::kImageFileTooLarge, with<"bytes">(20'000'000u), with<"most_bytes">(16'777'216u)).message,
            "the image file has 20000000 bytes; at most 16777216 are accepted");
  EXPECT_EQ(failure(ErrorCode::kResolutionsDiffer, with<"x_ppi">(500.5), with<"y_ppi">(1000.0)).message.substr(0, 79),
            "the image file states different resolutions along its axes, 500.5 and 1000 ppi;");
  EXPECT_EQ(failure(ErrorCode::kSeveralFaces, with<"faces">(2)).message.substr(0, 9), "two faces");
  EXPECT_EQ(failure(ErrorCode::kSeveralFaces, with<"faces">(5)).message.substr(0, 7), "5 faces");
  EXPECT_EQ(failure(ErrorCode::kIntegerOutOfRange, with<"least">(-1), with<"most">(100)).message,
            "must be an integer from -1 to 100");
  EXPECT_EQ(
      sentence(reason_of(FeedbackCode::kSpacingContradicts, with<"factor">(1.449))),
      "the spacing of the ridges contradicts the stated resolution: it looks like about 1.4 times that; state the "
      "true one");
  const Error full = failure(ErrorCode::kMemoryLimit, with<"needed_bytes">(std::uint64_t{8} << 30),
                             with<"limit_bytes">(std::uint64_t{512} << 20));
  EXPECT_EQ(full.message, "the gallery would need about 8.0 GiB, the memory limit is 512 MiB: raise the limit");
}

TEST(Reason, SeveralSentencesAreJoined) {
  EXPECT_EQ(sentences({}), "");
  EXPECT_EQ(sentences({reason_of(FeedbackCode::kTooDark), reason_of(FeedbackCode::kFaceBlurred)}),
            "too dark: add light; blurred: hold still and focus");
}

// What the compiler is asked before it takes an argument.
TEST(Reason, ArgumentsFitASentenceThatNeedsThemAndHasAPlaceForThem) {
  static_assert(fits("no arguments", {}));
  static_assert(fits("{a} and {b:dB}", {"b", "a"}));
  static_assert(fits("{a}[ and {b}|or {c}]", {"a"}));
  static_assert(fits("{a}[ and {b}|or {c}]", {"a", "c"}));
  static_assert(!fits("{a} and {b:dB}", {"a"}));
  static_assert(!fits("{a}", {"a", "b"}));
  static_assert(!fits("{ab}", {"a"}));
  static_assert(!fits("{ba}", {"a"}));
}

}  // namespace
}  // namespace whorl
