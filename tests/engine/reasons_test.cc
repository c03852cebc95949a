// The catalogue of reasons: every code has one sentence, every sentence is well formed.
#include "engine/reasons.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>

namespace whorl::engine {
namespace {

// As the header lists them.
constexpr std::string_view kCodes[] = {reasons::kPartFailed,
                                       reasons::kIncomplete,
                                       reasons::kNobodyEnrolled,
                                       reasons::kFaceUncalibrated,
                                       reasons::kFingersDisagree,
                                       reasons::kMatch,
                                       reasons::kFingerUnlike,
                                       reasons::kWeakMatch,
                                       reasons::kFaceAlone,
                                       reasons::kBelowThreshold,
                                       reasons::kLoneFinger,
                                       reasons::kOtherHand,
                                       reasons::kOtherFinger,
                                       reasons::kResolutionDoubtful,
                                       reasons::kProbeUnusable,
                                       reasons::kFewComparable,
                                       reasons::kNoMatch,
                                       reasons::kClaimFaceUncalibrated,
                                       reasons::kClaimMatch,
                                       reasons::kClaimFingerUnlike,
                                       reasons::kClaimWeakMatch,
                                       reasons::kClaimFaceAlone,
                                       reasons::kClaimBelowThreshold,
                                       reasons::kClaimLoneFinger,
                                       reasons::kClaimOtherHand,
                                       reasons::kClaimOtherFinger,
                                       reasons::kClaimNoSuchFinger,
                                       reasons::kClaimNoSuchFingerNorFace,
                                       reasons::kClaimNoMatch};

TEST(Reasons, EveryCodeHasOneSentence) {
  std::multiset<std::string_view> codes;
  for (const ReasonSentence& row : reason_catalogue()) codes.insert(row.code);
  EXPECT_EQ(codes, std::multiset<std::string_view>(std::begin(kCodes), std::end(kCodes)));
}

TEST(Reasons, CodesAreOfLowerCaseLettersAndSentencesBeginWithTheDecision) {
  const std::regex code("[a-z]+(_[a-z]+)*");
  const std::regex sentence("(Match|No match|Undecided)( with person)?[:; ].*\\.(\\[ .*\\?\\])?");
  for (const ReasonSentence& row : reason_catalogue()) {
    EXPECT_TRUE(std::regex_match(std::string(row.code), code)) << row.code;
    EXPECT_TRUE(std::regex_match(std::string(row.sentence), sentence)) << row.sentence;
  }
}

TEST(Reasons, BracesAndBracketsPairAndKindsAreKnown) {
  const std::regex argument("\\{([a-z_]+)(:(dB|odds|about|persons|some|cosine|finger|phrase))?\\}");
  for (const ReasonSentence& row : reason_catalogue()) {
    const std::string rest = std::regex_replace(std::string(row.sentence), argument, "");
    EXPECT_EQ(rest.find_first_of("{}"), std::string::npos) << row.sentence;
    int depth = 0;
    for (const char c : rest) {
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      EXPECT_TRUE(depth == 0 || depth == 1) << row.sentence;
    }
    EXPECT_EQ(depth, 0) << row.sentence;
  }
}

TEST(Reasons, AnOptionalPhraseStandsWhereItsArgumentsAreGiven) {
  Reason reason{reasons::kNoMatch, {{"searched", std::uint64_t{1}}, {"threshold_db", 20.04}}};
  EXPECT_EQ(sentence(reason), "No match: all of 1 person searched, nothing alike, threshold 20.0 dB.");
  reason.arguments.push_back({"score_db", 1.26});
  EXPECT_EQ(sentence(reason), "No match: all of 1 person searched, best score 1.3 dB, threshold 20.0 dB.");
  reason.arguments.push_back({"incomparable", std::uint64_t{1}});
  EXPECT_EQ(sentence(reason), "No match: all of 1 person searched, best score 1.3 dB, threshold 20.0 dB.");
  reason.arguments.push_back({"lacking", std::string(lacking::kFace)});
  EXPECT_EQ(sentence(reason),
            "No match: all of 1 person searched, best score 1.3 dB, threshold 20.0 dB; 1 of them have no face.");
}

// Arguments are put in as they are: braces of an identifier are no arguments.
TEST(Reasons, AnArgumentIsNotReadAgain) {
  const Reason reason{reasons::kBelowThreshold,
                      {{"person", "{score_db:dB}[x|y]"}, {"score_db", 33.0}, {"threshold_db", 36.0}}};
  EXPECT_EQ(sentence(reason).substr(0, 40), "Undecided: person {score_db:dB}[x|y] sco");
}

TEST(Reasons, OddsOfVerySmallChancesAreNotInfinite) {
  Reason reason{reasons::kClaimMatch, {{"score_db", 200.0}, {"threshold_db", 40.0}, {"chance", 0.0}}};
  EXPECT_EQ(sentence(reason),
            "Match: 200.0 dB, threshold 40.0 dB; a stranger would score as much in at most 1 in "
            "1,000,000,000,000,000.");
}

TEST(Reasons, OddsThatAreRoundedHaveTwoDigits) {
  const auto of = [](double rate) {
    const std::string text =
        sentence({reasons::kClaimMatch, {{"score_db", 50.0}, {"threshold_db", 40.0}, {"supported_chance", rate}}});
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
TEST(Reasons, UnknownCodesAndMissingArgumentsShowTheCode) {
  EXPECT_EQ(sentence({"of_another_version", {}}), "of_another_version");
  EXPECT_EQ(sentence({reasons::kClaimNoMatch, {}}), reasons::kClaimNoMatch);
  EXPECT_EQ(sentence({}), "");
}

}  // namespace
}  // namespace whorl::engine
