// `whorl evaluate` and `whorl workload` from end to end: searches, report, provenance, assertions, comparison.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

#include "base/files.h"
#include "base/sha256.h"
#include "cli/papers/sources.h"
#include "tests/cli/run_whorl.h"
#include "tests/support/shared_data.h"

namespace whorl::tests {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::HasSubstr;

std::string text_of(const fs::path& file) { return std::string(as_text(*read_file(file, std::size_t{1} << 30))); }

// One run that the tests of this suite look at.
class Evaluation : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryDirectory;
    outcome_ = new Outcome(run_whorl({"evaluate", "--synthetic", "12", "--bootstrap", "100", "--fpir", "0.1", "0.05",
                                      "0.02", "--out", out().string(), "--report", report().string()}));
  }
  static void TearDownTestSuite() {
    delete outcome_;
    delete folder_;
  }
  void SetUp() override { ASSERT_EQ(outcome_->status, 0) << outcome_->err; }

  static fs::path out() { return folder_->path() / "out"; }
  static fs::path report() { return folder_->path() / "report.html"; }
  static std::string scores() { return (out() / "scores.csv").string(); }
  static json::value rates() { return json::parse(text_of(out() / "rates.json")); }
  static Outcome evaluate(std::vector<std::string> more) {
    std::vector<std::string> arguments = {"evaluate", "--scores", scores(), "--bootstrap", "100"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_whorl(arguments);
  }

  static TemporaryDirectory* folder_;
  static Outcome* outcome_;
};
TemporaryDirectory* Evaluation::folder_ = nullptr;
Outcome* Evaluation::outcome_ = nullptr;

TEST_F(Evaluation, ItsRatesStandInThePapers) {
  cli::papers::Facts facts;
  const Status added = cli::papers::add_measured_facts(text_of(out() / "rates.json"), facts);
  ASSERT_TRUE(added.ok()) << added.error().text();
  EXPECT_THAT(facts.at("measured.rates"), testing::AllOf(HasSubstr("| FMR at most |"), HasSubstr("| FPIR at most |"),
                                                         testing::Not(HasSubstr("?"))));
}

// What scripts/open-set counts: numbers by name.
std::map<std::string, std::vector<double>> counted_by_script(const std::string& arguments) {
  const std::string command = "python3 '" + source_path("scripts/open-set").string() + "' " + arguments;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  std::string text;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) text += buffer.data();
  if (::pclose(pipe) != 0) return {};
  std::map<std::string, std::vector<double>> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    for (std::string word; words >> word;) {
      if (word == "misses") continue;
      if (name == "fpir") {
        name += word;
      } else {
        out[name].push_back(std::stod(word));
      }
    }
  }
  return out;
}

// Whether the searches of rates.json are to the last digit what the script counts.
void expect_as_counted(const json::value& study, const std::map<std::string, std::vector<double>>& counted,
                       const std::vector<std::string>& targets) {
  EXPECT_EQ(study.at("references").to_number<double>(), counted.at("references").at(0));
  EXPECT_EQ(study.at("searches").to_number<double>(), counted.at("searches").at(0));
  EXPECT_EQ(study.at("cmc").at(0).at("hit").at("errors").to_number<double>(), counted.at("first").at(0));
  for (const std::string& target : targets) {
    const auto& points = study.at("points").as_array();
    const auto at = std::find_if(points.begin(), points.end(), [&](const json::value& p) {
      return p.at("target_fpir").to_number<double>() == std::stod(target);
    });
    ASSERT_NE(at, points.end()) << target;
    const std::vector<double>& expected = counted.at("fpir" + target);
    EXPECT_EQ(at->at("fpir").at("errors").to_number<double>(), expected.at(0)) << target;
    EXPECT_EQ(at->at("fnir").at("errors").to_number<double>(), expected.at(1)) << target;
  }
}

TEST_F(Evaluation, TheOpenSetFiguresAreThoseOfAnIndependentScript) {
  const auto counted = counted_by_script("'" + scores() + "' --set synthetic-12 --fpir 0.1,0.05,0.02");
  if (counted.empty()) GTEST_SKIP() << "no python3";
  expect_as_counted(rates().at("searches").at(0), counted, {"0.1", "0.05", "0.02"});
}

TEST(EvaluationOfFcj2020, TheOpenSetFiguresAreThoseOfAnIndependentScript) {
  const auto data = shared_fingerprints();
  if (!data) GTEST_SKIP() << "no measurement data";
  const TemporaryDirectory folder;
  const std::string manifest = (*data / "manifest.csv").string();
  const std::string out = (folder.path() / "out").string();
  const Outcome run = run_whorl({"evaluate", "--manifest", manifest, "--set", "FCJ2020_A", "--bootstrap", "100",
                                 "--fpir", "0.1", "0.01", "0.003", "--out", out});
  ASSERT_EQ(run.status, 0) << run.err;
  const auto counted = counted_by_script("'" + out + "/scores.csv' --set FCJ2020_A --manifest '" + manifest + "'");
  if (counted.empty()) GTEST_SKIP() << "no python3";
  const json::value study = json::parse(text_of(fs::path(out) / "rates.json")).at("searches").at(0);
  expect_as_counted(study, counted, {"0.1", "0.01", "0.003"});
  EXPECT_EQ(study.at("cmc").at(0).at("hit").at("errors").to_number<int>(), 493);  // 98.6 % of 500
}

TEST_F(Evaluation, EveryFileCanBeTracedToItsRun) {
  const json::value provenance = json::parse(text_of(out() / "provenance.json"));
  std::size_t files = 1;  // provenance.json itself
  for (const json::value& file : provenance.at("files").as_array()) {
    const std::string name(file.at("file").as_string());
    EXPECT_EQ(hex_of(*sha256(as_bytes(text_of(out() / name)))), std::string(file.at("sha256").as_string())) << name;
    ++files;
  }
  EXPECT_EQ(static_cast<std::size_t>(std::distance(fs::directory_iterator(out()), fs::directory_iterator())), files);
  EXPECT_THAT(std::string(provenance.at("command").as_string()), HasSubstr("whorl evaluate --synthetic 12"));
  EXPECT_EQ(rates().at("provenance").at("seed").to_number<int>(), 1);
  EXPECT_EQ(rates().at("provenance").at("calibration").at("sha256").as_string().size(), 64u);
  EXPECT_THAT(text_of(out() / "iet.svg"), HasSubstr("<metadata>"));
  EXPECT_THAT(text_of(out() / "det.svg"), HasSubstr("<metadata>"));
}

TEST_F(Evaluation, TheReportIsOneFileThatNeedsNothing) {
  const std::string page = text_of(report());
  EXPECT_LE(page.size(), 1'000'000u);
  EXPECT_THAT(page, HasSubstr("One to many"));
  EXPECT_THAT(page, testing::Not(HasSubstr("<script")));
  EXPECT_THAT(page, testing::Not(HasSubstr("src=\"http")));
}

TEST_F(Evaluation, AssertionsDecideTheExitStatus) {
  EXPECT_EQ(evaluate({"--assert", "fnir@fpir=0.1<=0.9"}).status, 0);
  const Outcome refuted = evaluate({"--assert", "fnir@fpir=0.1<=0.9", "--assert", "cmc@rank=1<=0.1"});
  EXPECT_EQ(refuted.status, 13);
  EXPECT_THAT(refuted.out, HasSubstr("false: cmc@rank=1<=0.1 in synthetic-12: "));
  const Outcome undecided = evaluate({"--assert", "fnir@fpir=0.000001<=0.5"});
  EXPECT_EQ(undecided.status, 14);
  EXPECT_THAT(undecided.out, HasSubstr("not shown: "));
  EXPECT_EQ(evaluate({"--assert", "fnir<=0.5"}).status, 3);
  EXPECT_EQ(evaluate({"--assert", "fnir@fpir=0.1,fingers=3<=0.5"}).status, 3);
}

TEST_F(Evaluation, ARunComparedWithItselfDoesNotDiffer) {
  const Outcome same = evaluate({"--compare", scores(), "--json"});
  ASSERT_EQ(same.status, 0) << same.err;
  const json::value read = json::parse(same.out);
  for (const json::value& row : read.at("comparison").at(0).at("figures").as_array()) {
    EXPECT_EQ(row.at("difference").to_number<double>(), 0);
    EXPECT_EQ(row.at("verdict"), "not shown to differ");
  }
}

TEST_F(Evaluation, ScoresReadBackGiveTheSameRates) {
  const Outcome again = evaluate({"--json", "--fpir", "0.1", "0.05", "0.02"});
  ASSERT_EQ(again.status, 0) << again.err;
  const json::value read = json::parse(again.out);
  EXPECT_EQ(read.at("sets").at(0).at("eer").at("value"), rates().at("sets").at(0).at("eer").at("value"));
  const json::value here = rates().at("searches").at(0).at("points");
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(read.at("searches").at(0).at("points").at(i).at("fnir").at("errors"), here.at(i).at("fnir").at("errors"));
  }
}

TEST_F(Evaluation, ItsRatesMakeAWorkload) {
  const std::string file = (out() / "rates.json").string();
  const std::vector<std::string> day = {"workload", "--rates",    file,  "--records", "1000", "--galleries",
                                        "2",        "--searches", "500", "--known",   "0.3",  "--json"};
  const auto with = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments = day;
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_whorl(arguments);
  };
  const Outcome at = with({"--threshold-db", "40"});
  ASSERT_EQ(at.status, 0) << at.err;
  EXPECT_GT(json::parse(at.out).at("false_answers_per_day").to_number<double>(), 0);
  const Outcome reverse = with({"--max-reviews", "100"});
  ASSERT_EQ(reverse.status, 0) << reverse.err;
  EXPECT_LE(json::parse(reverse.out).at("reviews_per_day").to_number<double>(), 100);
  EXPECT_EQ(with({"--max-reviews", "0"}).status, 3);
  EXPECT_EQ(with({}).status, 2);
  EXPECT_EQ(with({"--threshold-db", "40", "--target-fpir", "0.01"}).status, 2);
  EXPECT_EQ(
      run_whorl({"workload", "--records", "10", "--searches", "5", "--known", "0.5", "--threshold-db", "40"}).status,
      3);
  EXPECT_EQ(run_whorl({"workload", "--records", "10", "--searches", "5", "--known", "0.5", "--threshold-db", "40",
                       "--fnir", "0.02", "--fnir-review", "0.01"})
                .status,
            0);
}

}  // namespace
}  // namespace whorl::tests
