// Flags that a verb would have to ignore are errors, as unknown ones are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "tests/cli/run_whorl.h"
#include "tests/support/shared_data.h"

namespace whorl::tests {
namespace {

using testing::HasSubstr;

TEST(Flags, ThatWouldBeIgnoredAreUsageErrors) {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"evaluate", "--manifest", "m.csv", "--cross"},
           {"evaluate", "--manifest", "m.csv", "--group", "sex"},
           {"evaluate", "--manifest", "m.csv", "--metadata", "nope.csv"},
           {"evaluate", "--manifest", "m.csv", "--images", "folder"},
           {"evaluate", "--manifest", "m.csv", "--several", "largest"},
           {"evaluate", "--fvc", "folder", "--ppi", "500", "--set", "one"},
           {"evaluate", "--pairs", "p.csv", "--metadata", "m.csv"},
           {"evaluate", "--pairs", "p.csv", "--group", "sex"},
           {"evaluate", "--pairs", "p.csv", "--manifest", "m.csv"},
           {"evaluate", "--pairs", "p.csv", "--synthetic", "5"},
           {"evaluate", "--pairs", "p.csv", "--protocol", "fvc"},
           {"evaluate", "--pairs", "p.csv", "--fuse", "2"},
           {"evaluate", "--pairs", "p.csv", "--check-calibration"},
           {"evaluate", "--scores", "s.csv", "--manifest", "m.csv"},
           {"evaluate", "--scores-format", "bob", "--manifest", "m.csv"},
           {"evaluate", "--pairs", "p.csv", "--worst", "w"},
           {"evaluate", "--pairs", "p.csv", "--assert", "eer<=0.1"},
           {"calibrate", "--manifest", "m.csv", "--metadata", "m.csv", "--group", "sex", "--out", "c.json"},
           {"calibrate", "--scores", "s.csv", "--manifest", "m.csv", "--out", "c.json"},
           {"calibrate", "--scores", "s.csv", "--pairs", "p.csv", "--out", "c.json"},
           {"calibrate", "--scores", "s.csv", "--ppi", "500", "--out", "c.json"},
           {"calibrate", "--scores", "s.csv", "--cross", "--out", "c.json"},
           {"calibrate", "--manifest", "m.csv", "--seed", "2", "--out", "c.json"},
           {"calibrate", "--pairs", "p.csv", "--seed", "2", "--out", "c.json"},
           {"identify", "--gallery-dir", "g", "--finger", "a.png", "--threshold-db", "30", "--target-fpir", "0.01"},
           {"identify", "--gallery-dir", "g", "--finger", "a.png", "--several", "largest"},
           {"verify", "--gallery-dir", "g", "--person", "p", "--threshold-db", "30", "--target-fmr", "0.01"},
           {"enrol", "--gallery-dir", "g", "--finger", "a.png", "--set", "one"},
           {"enrol", "--gallery-dir", "g", "--finger", "a.png", "--impressions", "1"},
           {"erase", "--gallery-dir", "g", "--person", "p", "--face-alone", "default"}}) {
    const Outcome outcome = run_whorl(arguments);
    EXPECT_EQ(outcome.status, 2) << testing::PrintToString(arguments) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("--help")) << testing::PrintToString(arguments);
  }
}

TEST(Flags, OfTheOtherModalityAreRefusedByName) {
  const TemporaryDirectory folder;
  const std::string file = (folder.path() / "a.png").string();
  struct Case {
    std::vector<std::string> arguments;
    std::string flag;
  };
  for (const Case& c : std::vector<Case>{
           {{"extract", file, "--network", "x"}, "--network"},
           {{"extract", file, "--modality", "face", "--ppi", "500"}, "--ppi"},
           {{"compare", file, file, "--several", "largest"}, "--several"},
           {{"compare", file, file, "--modality", "face", "--ppi", "500"}, "--ppi"},
           {{"compare", file, file, "--modality", "face", "--overlay", "o.png"}, "--pairs"},
           {{"identify", "--gallery-dir", "g", "--ppi", "500"}, "--ppi"},
           {{"enrol", "--gallery-dir", "g", "--manifest", "m.csv", "--add"}, "--manifest"},
           {{"enrol", "--gallery-dir", "g", "--manifest", "m.csv", "--missing", "left_thumb"}, "--manifest"},
           {{"evaluate", "--synthetic", "3", "--ppi", "500"}, "--ppi"},
           {{"evaluate", "--synthetic", "3", "--calibration", file}, "--calibration"},
           {{"calibrate", "--synthetic", "3", "--out", "-", "--json"}, "--out"}}) {
    const Outcome outcome = run_whorl(c.arguments);
    EXPECT_EQ(outcome.status, 3) << testing::PrintToString(c.arguments) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(c.flag + ":")) << testing::PrintToString(c.arguments);
  }
}

// Scores of 60 pairs of each of three sensors, each pair written so often.
std::string scores_csv(int repeats, bool distances) {
  std::mt19937_64 draw(3);
  std::exponential_distribution<double> tail(1);
  std::string out = "set,a,b,genuine,score\n";
  for (int i = 0; i < 1200 / repeats; ++i) {
    const bool mated = i % 20 == 0;
    const double score = tail(draw) + (mated ? 10 : 0);
    const std::string line = "s,a" + std::to_string(i) + ",b" + std::to_string(i) + (mated ? ",1," : ",0,") +
                             std::to_string(distances ? 30 - score : score) + "\n";
    for (int r = 0; r < repeats; ++r) out += line;
  }
  return out;
}

TEST(ScoreFiles, RepeatedRowsAreNoEvidenceAndDistancesNoScores) {
  const TemporaryDirectory folder;
  const std::string scores = (folder.path() / "s.csv").string();
  const std::string out = (folder.path() / "c.json").string();
  const auto calibrate = [&](const std::string& content) {
    std::ofstream(scores) << content;
    return run_whorl({"calibrate", "--scores", scores, "--source", "x", "--out", out});
  };
  EXPECT_EQ(calibrate(scores_csv(1, false)).status, 0);
  EXPECT_EQ(calibrate("\xef\xbb\xbf" + scores_csv(1, false)).status, 0);
  const Outcome repeated = calibrate(scores_csv(20, false));
  EXPECT_EQ(repeated.status, 3);  // 57 pairs are fewer than 1,000
  EXPECT_THAT(repeated.err, HasSubstr("counted once"));
  EXPECT_THAT(repeated.err, HasSubstr("there are 57"));
  const Outcome turned = calibrate(scores_csv(1, true));
  EXPECT_EQ(turned.status, 3);
  EXPECT_THAT(turned.err, HasSubstr("distances"));
}

TEST(PairLists, RepeatedPairsAreCountedOnceAndSaid) {
  const TemporaryDirectory folder;
  const std::string list = (folder.path() / "pairs.csv").string();
  std::ofstream(list) << "a,b,mated\nx/1.jpg,x/2.jpg,1\nx/1.jpg,x/2.jpg,1\nx/2.jpg,x/1.jpg,1\nx/1.jpg,y/1.jpg,0\n";
  const Outcome outcome = run_whorl({"evaluate", "--pairs", list, "--models", folder.path().string()});
  EXPECT_NE(outcome.status, 0);  // no networks here
  EXPECT_THAT(outcome.err, HasSubstr("2 lines name pairs that were there before"));
}

TEST(Results, OfAnEarlierRunAreNamed) {
  const TemporaryDirectory folder;
  const std::string out = (folder.path() / "out").string();
  const std::vector<std::string> evaluate = {"evaluate", "--synthetic", "3", "--bootstrap", "100", "--out", out};
  const Outcome first = run_whorl(evaluate);
  EXPECT_EQ(first.status, 0) << first.err;
  EXPECT_THAT(first.err, testing::Not(HasSubstr("earlier run")));
  std::ofstream(folder.path() / "out/groups.csv") << "x";
  const Outcome second = run_whorl(evaluate);
  EXPECT_EQ(second.status, 0);
  EXPECT_THAT(second.err, HasSubstr("holds an earlier run; written over:"));
  EXPECT_THAT(second.err, HasSubstr("keeps of an earlier run: groups.csv"));
  EXPECT_THAT(second.out, HasSubstr("worst_pairs.csv"));
}

}  // namespace
}  // namespace whorl::tests
