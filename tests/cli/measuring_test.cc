// Scores that come over HTTP become runs of a node's folder, and two runs are compared: what is taken, what is refused.
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <fstream>
#include <random>
#include <thread>

#include "base/files.h"
#include "cli/measuring_folder.h"
#include "tests/support/shared_data.h"

namespace whorl::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

// 20 fingers of 3 impressions, every pair of them; mated ones score higher by `gain`.
std::string scores_csv(double gain, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise;
  std::string out = "set,a,b,genuine,score\n";
  const auto name = [](int i) { return "f" + std::to_string(i / 3) + "_" + std::to_string(i % 3); };
  for (int i = 0; i < 60; ++i) {
    for (int j = i + 1; j < 60; ++j) {
      const bool mated = i / 3 == j / 3;
      out += "made," + name(i) + "," + name(j) + (mated ? ",1," : ",0,") +
             std::to_string(noise(random) + (mated ? gain : 0)) + "\n";
    }
  }
  return out;
}

Bytes bytes_of(const std::string& text) { return {as_bytes(text).begin(), as_bytes(text).end()}; }

class Measuring : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directory(folder_);
    open();
  }
  void open(MeasuringLimits limits = {}) {
    runs_.reset();
    runs_ = std::make_unique<MeasuringFolder>(folder_, limits);
  }

  static engine::ScoresToMeasure of(const std::string& id, const std::string& text,
                                    const std::string& format = "whorl") {
    return {id, format, bytes_of(text), {}, "ana"};
  }
  json::object state(const std::string& id) {
    const auto text = runs_->state(id);
    EXPECT_TRUE(text.ok()) << text.error().text();
    return json::parse(*text).as_object();
  }
  // Waits for the end, and gives how it ended.
  std::string end_of(const std::string& id) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    for (;;) {
      std::string now(state(id).at("state").as_string());
      if (now == "done" || now == "failed" || std::chrono::steady_clock::now() > patience) return now;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  // Of scores that are taken and not measured: what is said of them.
  std::string why_not(const engine::ScoresToMeasure& scores) {
    const auto taken = runs_->measure(scores);
    EXPECT_TRUE(taken.ok()) << taken.error().text();
    EXPECT_EQ(end_of(scores.id), "failed");
    return std::string(state(scores.id).at("error").at("message").as_string());
  }
  void measured(const std::string& id, const std::string& text) {
    const auto taken = runs_->measure(of(id, text));
    ASSERT_TRUE(taken.ok()) << taken.error().text();
    ASSERT_EQ(end_of(id), "done") << json::serialize(state(id));
  }

  tests::TemporaryDirectory directory_;
  const fs::path folder_ = directory_.path() / "runs";
  std::unique_ptr<MeasuringFolder> runs_;
};

TEST_F(Measuring, ScoresBecomeARunWithItsProvenanceItsPageAndItsTable) {
  measured("first", scores_csv(4, 1));
  const auto figures = json::parse(*runs_->read("first")).as_object();
  EXPECT_EQ(figures.at("sets").at(0).at("set").as_string(), "made");
  EXPECT_LT(figures.at("sets").at(0).at("eer").at("value").to_number<double>(), 0.1);
  EXPECT_THAT(std::string(figures.at("provenance").at("command").as_string()),
              testing::AllOf(HasSubstr("POST /v1/evaluations"), HasSubstr("ana"), Not(HasSubstr(folder_.string()))));
  const auto page = runs_->report("first");
  ASSERT_TRUE(page.ok()) << page.error().text();
  EXPECT_THAT(page->html, HasSubstr("Error rates of made"));
  EXPECT_THAT(page->html, Not(HasSubstr("f0_1"))) << "no sample is named";
  EXPECT_THAT(*runs_->table("first"), HasSubstr("made,20,EER,"));
  EXPECT_THAT(*runs_->list(), HasSubstr("first"));
}

TEST_F(Measuring, OtherToolsScoresAreTaken) {
  const std::string bob = "m1 m1 p1 5\nm1 m2 p2 1\nm2 m2 p2 4\nm2 m1 p1 2\n";
  ASSERT_TRUE(runs_->measure(of("bob", bob, "bob")).ok());
  EXPECT_EQ(end_of("bob"), "done") << json::serialize(state("bob"));
  auto two = of("pyeer", "0.9\n0.8\n", "pyeer");
  two.more = bytes_of("0.1\n0.2\n");
  ASSERT_TRUE(runs_->measure(two).ok());
  EXPECT_EQ(end_of("pyeer"), "done") << json::serialize(state("pyeer"));
}

TEST_F(Measuring, WhatCannotBeReadFailsAndLeavesNothing) {
  ASSERT_TRUE(runs_->measure(of("bad", "set,a,b,genuine,score\nx,y\n")).ok());
  EXPECT_EQ(end_of("bad"), "failed");
  const auto told = state("bad");
  EXPECT_THAT(std::string(told.at("error").at("message").as_string()), Not(HasSubstr(folder_.string())));
  EXPECT_TRUE(fs::is_empty(folder_));
  measured("bad", scores_csv(4, 1));  // its name may be used again
}

TEST_F(Measuring, NothingIsReplacedAndNoNameIsAPath) {
  measured("first", scores_csv(4, 1));
  const std::string before = *runs_->read("first");
  EXPECT_EQ(runs_->measure(of("first", scores_csv(1, 2))).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(*runs_->read("first"), before);
  fs::create_directory(folder_ / "by-hand");
  EXPECT_EQ(runs_->measure(of("by-hand", scores_csv(1, 2))).error().kind, ErrorKind::kAlreadyExists);
  for (const char* name : {"..", ".", ".hidden", "a/b", "../x", "compare", "a b"}) {
    EXPECT_EQ(runs_->measure(of(name, scores_csv(1, 2))).error().kind, ErrorKind::kInvalidInput) << name;
  }
  const auto drawn = runs_->measure(of("", scores_csv(4, 1)));
  ASSERT_TRUE(drawn.ok());
  EXPECT_EQ(end_of(*drawn), "done");
}

TEST_F(Measuring, FormatsAndSecondFilesGoTogether) {
  EXPECT_FALSE(runs_->measure(of("x", "1", "mine")).ok());
  EXPECT_FALSE(runs_->measure(of("x", "1", "pyeer")).ok());
  EXPECT_FALSE(runs_->measure(of("x", "")).ok());
  auto two = of("x", scores_csv(1, 1));
  two.more = bytes_of("1");
  EXPECT_FALSE(runs_->measure(two).ok());
}

TEST_F(Measuring, NoMoreIsTakenThanThereIsRoomFor) {
  open({.most_runs = 1});
  measured("first", scores_csv(4, 1));
  EXPECT_EQ(runs_->measure(of("second", scores_csv(4, 1))).error().kind, ErrorKind::kExhausted);
  open({.most_waiting_bytes = 10});
  EXPECT_EQ(runs_->measure(of("third", scores_csv(4, 1))).error().kind, ErrorKind::kExhausted);
}

TEST_F(Measuring, WhatAnEndedProcessLeftIsRemovedAndOtherFilesStay) {
  runs_.reset();
  fs::create_directories(folder_ / ".whorl-measuring-x" / "given");
  fs::create_directories(folder_ / "by-hand");
  open();
  EXPECT_FALSE(fs::exists(folder_ / ".whorl-measuring-x"));
  EXPECT_TRUE(fs::exists(folder_ / "by-hand"));
}

TEST_F(Measuring, TwoRunsAreComparedPairByPair) {
  measured("a", scores_csv(4, 1));
  measured("b", scores_csv(1, 2));
  const auto same = json::parse(*runs_->compare("a", "a")).as_object();
  for (const auto& row : same.at("comparison").at(0).at("figures").as_array()) {
    EXPECT_EQ(row.at("difference").to_number<double>(), 0);
    EXPECT_EQ(row.at("verdict").as_string(), "not shown to differ");
  }
  const auto answer = runs_->compare("a", "b");
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  const auto eer = json::parse(*answer).at("comparison").at(0).at("figures").at(0);
  EXPECT_EQ(eer.at("verdict").as_string(), "lower");
  EXPECT_LT(eer.at("high").to_number<double>(), 0);
  EXPECT_THAT(*answer, Not(HasSubstr("f0_1")));
  EXPECT_EQ(runs_->compare("a", "none").error().kind, ErrorKind::kNotFound);
  std::ofstream(folder_ / "b" / "scores.csv") << "nonsense";
  EXPECT_EQ(runs_->compare("a", "b").error().kind, ErrorKind::kInvalidInput);
  open({.most_compared_bytes = 100});
  EXPECT_EQ(runs_->compare("a", "a").error().kind, ErrorKind::kInvalidInput);
}

TEST_F(Measuring, ScoresAreCountedBeforeTheyAreMeasured) {
  open({.most_pairs = 100});
  const auto refused = runs_->measure(of("many", scores_csv(4, 1)));
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("at most 100"));
  open({.most_sets = 1});
  const std::string two_sets = "set,a,b,genuine,score\nx,a1,a2,1,5\nx,a1,b1,0,1\ny,c1,c2,1,6\ny,c1,d1,0,2\n";
  EXPECT_THAT(why_not(of("sets", two_sets)), HasSubstr("sets: 2, at most 1"));
  open({.most_drawn = 19'999});
  EXPECT_THAT(why_not(of("fingers", scores_csv(4, 1))), HasSubstr("at most 19999"));
  open({.most_samples = 59});
  EXPECT_THAT(why_not(of("samples", scores_csv(4, 1))), HasSubstr("samples: 60, at most 59"));
  open({.most_table_bytes = 1000});
  EXPECT_THAT(why_not(of("table", scores_csv(4, 1))), HasSubstr("at most 1000"));
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(Measuring, NothingIsWorkedOnLongerThanItMay) {
  open({.most_seconds = 0});
  EXPECT_THAT(why_not(of("long", scores_csv(4, 1))), HasSubstr("longer than"));
  open({.most_comparing_seconds = 0});
  measured("a", scores_csv(4, 1));
  EXPECT_EQ(runs_->compare("a", "a").error().kind, ErrorKind::kExhausted);
}

TEST_F(Measuring, OneSenderDoesNotTakeTheRoomOfAnotherOrOfTheOperator) {
  fs::create_directories(folder_ / "by-hand-1");
  fs::create_directories(folder_ / "by-hand-2");
  open({.most_runs = 2, .most_runs_of_one = 1});
  measured("first", scores_csv(4, 1));
  auto again = of("second", scores_csv(4, 1));
  EXPECT_EQ(runs_->measure(again).error().kind, ErrorKind::kExhausted);
  again.asked_by = "bo";
  ASSERT_TRUE(runs_->measure(again).ok());
  EXPECT_EQ(end_of("second"), "done");
  open({.most_sent_bytes = 10});
  EXPECT_EQ(runs_->measure(of("third", scores_csv(4, 1))).error().kind, ErrorKind::kExhausted);
  open({.most_waiting_of_one = 0});
  EXPECT_EQ(runs_->measure(of("third", scores_csv(4, 1))).error().kind, ErrorKind::kExhausted);
}

TEST_F(Measuring, WhatIsSaidOfAFailureNamesNoSample) {
  const std::string said = why_not(of("bad", "set,a,b,genuine,score\nx,anna-1,anna-1,1,2\n"));
  EXPECT_THAT(said, testing::AllOf(HasSubstr("line 2"), Not(HasSubstr("anna"))));
  EXPECT_EQ(state("bad").at("error").at("reasonCode").as_string(), "paired_with_itself");
}

TEST_F(Measuring, ARunIsItsOwnersToRead) {
  measured("first", scores_csv(4, 1));
  EXPECT_EQ(fs::status(folder_ / "first").permissions(), fs::perms::owner_all);
}

TEST_F(Measuring, ANameIsFreeOnceItsRunIsRemoved) {
  measured("first", scores_csv(4, 1));
  fs::remove_all(folder_ / "first");
  EXPECT_EQ(runs_->state("first").error().kind, ErrorKind::kNotFound);
  measured("first", scores_csv(4, 1));
}

TEST_F(Measuring, OneNodeMeasuresInAFolder) {
  fs::create_directories(folder_ / ".whorl-measuring-x");
  MeasuringFolder second(folder_);
  EXPECT_TRUE(fs::exists(folder_ / ".whorl-measuring-x")) << "it may be what the first one works on";
  EXPECT_EQ(second.measure(of("a", scores_csv(4, 1))).error().kind, ErrorKind::kUnavailable);
  runs_.reset();
  EXPECT_TRUE(second.measure(of("a", scores_csv(4, 1))).ok());
}

TEST_F(Measuring, ScoresThatWereSentSupportNoThreshold) {
  measured("first", scores_csv(4, 1));
  EXPECT_EQ(state("first").at("sentBy").as_string(), "ana");
  const auto sent = runs_->basis("first", "", 1);
  ASSERT_TRUE(sent.ok()) << sent.error().text();
  EXPECT_EQ(sent->supported_db, 0);
  fs::remove(folder_ / "first" / "sent.json");
  const auto own = runs_->basis("first", "", 1);
  ASSERT_TRUE(own.ok());
  EXPECT_GT(own->supported_db, 0);
}

}  // namespace
}  // namespace whorl::cli
