#include "datasets/score_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "tests/support/shared_data.h"

namespace whorl::datasets {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kHead = "set,a,b,genuine,score\n";

class ScoreFileTest : public testing::Test {
 protected:
  Result<MeasuredScores> read(const std::string& content) {
    std::ofstream(folder_.path() / "scores.csv", std::ios::binary) << content;
    return read_scores(folder_.path() / "scores.csv");
  }
  std::string refusal(const std::string& content) {
    const auto got = read(content);
    return got.ok() ? "accepted" : got.error().text();
  }
  tests::TemporaryDirectory folder_;
};

TEST_F(ScoreFileTest, ReadsEverySetInTheOrderOfTheFile) {
  const auto got = read(std::string(kHead) + "s,a,b,0,1.5\nt,a,b,1,7\ns,a,c,1,9\r\ns,b,c,0,-2\n");
  ASSERT_TRUE(got.ok()) << got.error().text();
  ASSERT_EQ(got->sets.size(), 2u);
  EXPECT_EQ(got->sets[0].name, "s");
  EXPECT_THAT(got->sets[0].non_mated, ElementsAre(1.5, -2));
  EXPECT_THAT(got->sets[0].mated, ElementsAre(9));
  EXPECT_THAT(got->mated(), ElementsAre(9, 7));
  EXPECT_THAT(got->non_mated(), ElementsAre(1.5, -2));
  EXPECT_EQ(got->repeated, 0u);
}

TEST_F(ScoreFileTest, AByteOrderMarkIsPassedOver) {
  const auto got = read("\xef\xbb\xbf" + std::string(kHead) + "s,a,b,0,1\n");
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_THAT(got->non_mated(), ElementsAre(1));
}

TEST_F(ScoreFileTest, RepeatedAndSwappedPairsAreCountedOnce) {
  const auto got = read(std::string(kHead) + "s,a,b,0,1\ns,a,b,0,1\ns,b,a,0,1.0\nt,a,b,0,1\ns,a,c,1,5\n");
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->non_mated().size(), 2u);  // of another set the same names are other samples
  EXPECT_EQ(got->mated().size(), 1u);
  EXPECT_EQ(got->repeated, 2u);
}

TEST_F(ScoreFileTest, APairThatContradictsItselfIsRefusedWithBothLines) {
  EXPECT_THAT(refusal(std::string(kHead) + "s,x,y,0,3\ns,a,b,0,1\ns,b,a,0,2\n"),
              testing::AllOf(HasSubstr("scores.csv:4: "), HasSubstr("line 3"), HasSubstr("another score")));
  EXPECT_THAT(refusal(std::string(kHead) + "s,a,b,0,1\ns,a,b,1,1\n"), HasSubstr("another kind"));
}

TEST_F(ScoreFileTest, ASamplePairedWithItselfIsRefused) {
  EXPECT_THAT(refusal(std::string(kHead) + "s,a,b,0,1\ns,a,a,1,99\n"),
              testing::AllOf(HasSubstr("scores.csv:3: "), HasSubstr("with itself")));
}

// The same draws as scores and, turned round, as distances.
TEST_F(ScoreFileTest, ScoresThatAreDistancesAreRefused) {
  std::mt19937_64 draw(5);
  std::normal_distribution<double> noise(0, 1);
  std::string scores = kHead;
  std::string distances = kHead;
  for (int i = 0; i < 400; ++i) {
    const bool mated = i % 8 == 0;
    const double score = noise(draw) + (mated ? 3 : 0);
    const std::string pair = "s,a" + std::to_string(i) + ",b" + std::to_string(i) + (mated ? ",1," : ",0,");
    scores += pair + std::to_string(score) + "\n";
    distances += pair + std::to_string(30 - score) + "\n";
  }
  EXPECT_TRUE(read(scores).ok());
  EXPECT_THAT(refusal(distances), HasSubstr("these are distances"));
  // A large set does not hide a small one.
  std::string both = scores;
  for (int i = 0; i < 40; ++i) {
    const bool mated = i < 20;
    both += "small,c" + std::to_string(i) + ",d" + std::to_string(i) + (mated ? ",1," : ",0,") +
            std::to_string(mated ? 1 + 0.01 * i : 4.0) + "\n";
  }
  EXPECT_THAT(refusal(both), HasSubstr("of the set \"small\""));
}

TEST_F(ScoreFileTest, AFewPairsOfABadComparatorAreNoDistances) {
  EXPECT_TRUE(read(std::string(kHead) + "s,a,b,1,1\ns,a,c,0,2\n").ok());
  EXPECT_TRUE(read(std::string(kHead) + "s,a,b,0,1\ns,a,c,0,2\n").ok());
}

TEST_F(ScoreFileTest, QuotedFieldsAndEmptyLinesAreReadRight) {
  const auto got = read("\"set\",\"a\",\"b\",\"genuine\",\"score\"\r\n\"s, 1\",\"x\"\"y\",z,\"1\",\"2.5\"\r\n\r\n");
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->sets[0].name, "s, 1");
  EXPECT_THAT(got->mated(), ElementsAre(2.5));
}

TEST_F(ScoreFileTest, ASetUnderTwoNamesIsRefused) {
  const std::string one = "s,a,b,0,1\ns,a,c,1,5\n";
  EXPECT_THAT(refusal(kHead + one + "t,c,a,1,5\nt,b,a,0,1\n"),
              testing::AllOf(HasSubstr("\"s\" and \"t\""), HasSubstr("the same pairs")));
  EXPECT_TRUE(read(kHead + one + "t,a,b,0,1\nt,a,c,1,6\n").ok());
  EXPECT_TRUE(read(kHead + one + "t,a,b,0,1\nt,a,d,1,5\n").ok());
  EXPECT_TRUE(read(std::string(kHead) + "s,a,b,0,1\nt,a,b,0,1\n").ok());  // one score alone may be chance
}

TEST_F(ScoreFileTest, RefusesWhatIsMalformedAndNamesTheLine) {
  struct Case {
    std::string lines;
    std::string reason;
  };
  for (const Case& c : std::vector<Case>{{"s,a,b,0", "five fields"},
                                         {"s,a,b,0,1,2", "five fields"},
                                         {"s,a,b,0,1,5", "five fields"},  // a decimal comma
                                         {"s,a,b,2,1", "must be 0 or 1, not 2"},
                                         {"s,a,b,true,1", "must be 0 or 1"},
                                         {"s,a,b,-1,1", "must be 0 or 1"},
                                         {"s,a,b,,1", "must be 0 or 1"},
                                         {"s,,b,0,1", "names no sample"},
                                         {"s,,,0,1", "names no sample"},
                                         {"s,a,b,0,", "not a finite number"},
                                         {"s,a,b,0,nan", "not a finite number"},
                                         {"s,a,b,0,-inf", "not a finite number"},
                                         {"s,a,b,0,1e400", "not a finite number"},
                                         {"s,a,b,0,0x10", "not a finite number"},
                                         {"s,a,b,0, 1", "not a finite number"},
                                         {"s,a,\"b,0,1", "unclosed quote"},
                                         {"s,a,b\"c,0,1", "a quote inside"},
                                         {"s,a," + std::string(100'000, 'x') + ",0,1", "too long"},
                                         {"s,a,b,0,1" + std::string(100'000, '0'), "too long"},
                                         {std::string("s,a,b\0c,0,1", 11), "control characters"},
                                         {"s,a,M\xfcller,0,1", "not UTF-8"},
                                         {"s,a,\xc0\xaf,0,1", "not UTF-8"},
                                         {"s,a,\xed\xa0\x80,0,1", "not UTF-8"}}) {
    const std::string got = refusal(kHead + ("s,x,y,0,1\n" + c.lines) + "\n");
    EXPECT_THAT(got, testing::AllOf(HasSubstr("scores.csv:3: "), HasSubstr(c.reason))) << c.lines.substr(0, 40);
    EXPECT_LT(got.size(), 1'000u);
  }
  EXPECT_THAT(refusal("a,b\n"), HasSubstr("scores.csv:1: is not the heading"));
  EXPECT_THAT(refusal("set;a;b;genuine;score\n"), HasSubstr("is not the heading"));
  EXPECT_THAT(refusal(""), HasSubstr("is not the heading"));
  EXPECT_EQ(read_scores(folder_.path() / "absent.csv").error().kind, ErrorKind::kNotFound);
  EXPECT_FALSE(read_scores(folder_.path()).ok());
}

TEST_F(ScoreFileTest, Utf16IsCalledByItsName) {
  std::string utf16;
  for (const char c : std::string(kHead)) utf16 += {c, '\0'};
  EXPECT_THAT(refusal(utf16), HasSubstr("UTF-16"));
  EXPECT_THAT(refusal("\xff\xfe" + utf16), HasSubstr("UTF-16"));
  EXPECT_THAT(refusal(std::string("\xfe\xff") + '\0' + 's'), HasSubstr("UTF-16"));
}

TEST_F(ScoreFileTest, LettersOfAnyScriptAreNames) {
  const auto got = read(std::string(kHead) + "\xe6\x8c\x87,\xd8\xa7,\xf0\x9f\x91\x86,0,1e-3\n");
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_THAT(got->non_mated(), ElementsAre(0.001));
}

}  // namespace
}  // namespace whorl::datasets
