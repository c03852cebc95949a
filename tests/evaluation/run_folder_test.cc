// Runs of an evaluation as they are given out: what is there, what is not taken, and that a day is the command's.
#include "engine/evaluation/run_folder.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <fstream>

#include "base/sha256.h"
#include "tests/support/shared_data.h"

namespace whorl::evaluation {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

json::object rate(std::int64_t errors, std::int64_t trials) {
  return {{"errors", errors}, {"trials", trials}, {"low", 0.0}, {"high", 1.0}, {"value", 0.5}};
}

// Three levels, and a curve that is longer than what goes out.
json::object rates() {
  json::array levels;
  for (const double db : {0.0, 30.0, 60.0}) {
    levels.push_back({{"db", db}, {"fnir", rate(10, 100)}, {"fmr", rate(0, 300'000)}, {"fpir", rate(0, 100)}});
  }
  json::array curve;
  for (int i = 0; i < 1000; ++i) curve.push_back({{"threshold_db", i / 10.0}, {"fpir", rate(i, 1000)}});
  json::object study{{"set", "all"}, {"fingers", 1}, {"searches", 100}, {"by_db", levels}, {"curve", curve}};
  study["secret"] = "of nobody";
  return {{"sets", json::array{json::object{{"set", "all"}, {"genuine", 7}}}},
          {"searches", json::array{study}},
          {"provenance", {{"whorl", "0.1.0"}, {"date", "2026-01-02T03:04:05Z"}, {"another", "hidden"}}}};
}

class RunFolderTest : public testing::Test {
 protected:
  fs::path put(const std::string& id, const std::string& name, const std::string& text) {
    const fs::path folder = directory_.path() / "runs" / id;
    fs::create_directories(folder);
    std::ofstream(folder / name) << text;
    return folder / name;
  }
  void put_run(const std::string& id) { put(id, "rates.json", json::serialize(rates())); }
  static engine::WorkloadQuestion question(const std::string& id) {
    engine::WorkloadQuestion out;
    out.evaluation = id;
    out.records = 1000;
    out.searches = 100;
    out.known = 0.5;
    out.threshold_db = 40;
    return out;
  }

  tests::TemporaryDirectory directory_;
  RunFolder runs_{directory_.path() / "runs"};
};

TEST_F(RunFolderTest, RunsAreListedWithTheirProvenance) {
  put_run("first");
  put("first", "provenance.json", R"({"whorl":"0.1.0","date":"2026-01-02T03:04:05Z","data":[{"name":"set"}]})");
  put_run("second");
  put("second", "provenance.json", "no JSON");
  put("no-run", "other.txt", "x");
  const auto list = runs_.list();
  ASSERT_TRUE(list.ok()) << list.error().text();
  const json::value value = json::parse(*list);
  EXPECT_EQ(value.at("all"), 2);
  for (const auto& each : value.at("evaluations").as_array()) {
    if (each.at("id") == "first") {
      EXPECT_EQ(each.at("provenance").at("data").at(0).at("name"), "set");
    } else {
      EXPECT_TRUE(each.at("provenance").is_null());
    }
  }
}

TEST_F(RunFolderTest, AFolderThatIsGoneIsSaidSo) { EXPECT_EQ(runs_.list().error().kind, ErrorKind::kUnavailable); }

TEST_F(RunFolderTest, ARunGoesOutWithFewPointsAndNothingThatIsNotKnown) {
  put_run("run");
  const auto text = runs_.read("run");
  ASSERT_TRUE(text.ok()) << text.error().text();
  EXPECT_THAT(*text, Not(HasSubstr("secret")));
  EXPECT_THAT(*text, Not(HasSubstr("another")));
  const json::value value = json::parse(*text);
  EXPECT_EQ(value.at("id"), "run");
  EXPECT_EQ(value.at("sha256").as_string().size(), 64U);
  const json::value& study = value.at("searches").at(0);
  const json::array& curve = study.at("curve").as_array();
  ASSERT_EQ(curve.size(), RunFolder::kMostPoints);
  EXPECT_EQ(curve.front().at("fpir").at("errors"), 0);
  EXPECT_EQ(curve.back().at("fpir").at("errors"), 999) << "both ends of a curve are there";
  EXPECT_NEAR(study.at("supported_db").to_number<double>(), 50, 1e-9) << "300,000 comparisons count up to 50 dB";
}

TEST_F(RunFolderTest, ADayIsTheOneOfTheCommandLine) {
  put_run("run");
  const auto text = runs_.workload(question("run"));
  ASSERT_TRUE(text.ok()) << text.error().text();
  const json::value value = json::parse(*text);
  const auto measured = measured_rates(json::serialize(rates()), "", 1);
  const Workload workload{1000, 1, 100, 0.5, 5};
  const json::object day = day_json(workload, *measured, day_at(workload, *measured, 40));
  for (const auto& each : day) {
    const json::value& found = value.at(each.key());
    if (each.value().is_number()) {
      EXPECT_DOUBLE_EQ(found.to_number<double>(), each.value().to_number<double>()) << each.key();
    } else {
      EXPECT_EQ(found, each.value()) << each.key();
    }
  }
}

TEST_F(RunFolderTest, MoreRecordsNeverLowerTheFalseAnswersAndAHigherThresholdNeverRaisesThem) {
  put_run("run");
  double before = 0;
  for (const std::uint64_t records : {10, 100, 1000, 10'000, 1'000'000}) {
    auto asked = question("run");
    asked.records = records;
    const double now = json::parse(*runs_.workload(asked)).at("false_answers_per_day").to_number<double>();
    EXPECT_GE(now, before) << records;
    before = now;
  }
  before = 1e9;
  for (double db = 10; db < 100; db += 5) {
    auto asked = question("run");
    asked.threshold_db = db;
    const double now = json::parse(*runs_.workload(asked)).at("false_answers_per_day").to_number<double>();
    EXPECT_LE(now, before) << db;
    before = now;
  }
}

TEST_F(RunFolderTest, BeyondWhatWasCountedItSaysSoAndWhatItWouldTake) {
  put_run("run");
  auto asked = question("run");
  asked.threshold_db = 50.5;
  const json::value value = json::parse(*runs_.workload(asked));
  EXPECT_EQ(value.at("extrapolated"), true);
  EXPECT_GT(value.at("comparisons_needed").to_number<double>(), 300'000);
  asked.threshold_db = 49.5;
  EXPECT_EQ(json::parse(*runs_.workload(asked)).at("extrapolated"), false);
}

TEST_F(RunFolderTest, TheBasisOfAProposalHasTheDigestOfTheFile) {
  put_run("run");
  const auto basis = runs_.basis("run", "", 1);
  ASSERT_TRUE(basis.ok()) << basis.error().text();
  EXPECT_EQ(basis->set, "all");
  EXPECT_EQ(json::parse(*runs_.read("run")).at("sha256"), basis->sha256.c_str());
  EXPECT_NEAR(basis->supported_db, 50, 1e-9);
  EXPECT_EQ(runs_.basis("run", "", 2).error().kind, ErrorKind::kInvalidInput);
}

TEST_F(RunFolderTest, AChangedFileIsReadAnew) {
  put_run("run");
  const std::string before = runs_.basis("run", "", 1)->sha256;
  json::object other = rates();
  other["searches"].as_array()[0].as_object()["persons"] = 5;
  const fs::path path = put("run", "rates.json", json::serialize(other));
  fs::last_write_time(path, fs::last_write_time(path) + std::chrono::seconds(2));
  EXPECT_NE(runs_.basis("run", "", 1)->sha256, before);
}

TEST_F(RunFolderTest, NamesThatLeadElsewhereAreNobodys) {
  put_run("run");
  for (const char* name : {"..", ".", "../runs/run", "run/../run", ".hidden", "", "run\n", "nothing"}) {
    EXPECT_EQ(runs_.read(name).error().kind, ErrorKind::kNotFound) << name;
  }
}

TEST_F(RunFolderTest, LinksArePassedOver) {
  put_run("run");
  const fs::path folder = directory_.path() / "runs";
  fs::create_directory_symlink(folder / "run", folder / "link");
  fs::create_directories(folder / "inner");
  fs::create_symlink(folder / "run" / "rates.json", folder / "inner" / "rates.json");
  EXPECT_EQ(runs_.read("link").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(runs_.read("inner").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(json::parse(*runs_.list()).at("all"), 1);
}

TEST_F(RunFolderTest, WhatIsNoRunIsRefusedAndNamesNoPath) {
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  for (const std::string& text : {std::string(), std::string("["), std::string("[]"), std::string("{"), deep,
                                  std::string(RunFolder::kMostBytes + 1, ' ')}) {
    const fs::path path = put("bad", "rates.json", text);
    fs::last_write_time(path, fs::last_write_time(path) + std::chrono::seconds(text.size() % 97 + 1));
    const auto read = runs_.read("bad");
    ASSERT_FALSE(read.ok()) << text.substr(0, 20);
    EXPECT_EQ(read.error().kind, ErrorKind::kInvalidInput);
    EXPECT_THAT(read.error().text(), Not(HasSubstr(directory_.path().string())));
  }
}

// Whatever stands where a number, a list or an object should be.
TEST_F(RunFolderTest, ValuesOfAnotherTypeAreLeftOut) {
  for (const char* value :
       {"null", "7", "\"text\"", "[]", "[7]", "[[]]", "{}", "[{}]", "1e999", "[null,{\"set\":[]}]"}) {
    const std::string v = value;
    const fs::path path = put("odd", "rates.json",
                              R"({"sets":)" + v + R"(,"det":)" + v + R"(,"searches":)" + v + R"(,"calibration":)" + v +
                                  R"(,"comparison":)" + v + R"(,"provenance":)" + v + "}");
    fs::last_write_time(path, fs::last_write_time(path) + std::chrono::seconds(v.size() + 1));
    const auto read = runs_.read("odd");
    if (read.ok()) {
      EXPECT_TRUE(json::parse(*read).at("sets").is_array()) << value;
    }
    EXPECT_FALSE(runs_.workload(question("odd")).ok()) << value;
  }
}

// A page in a run's folder, with its digest in the provenance.
class RunPages : public RunFolderTest {
 protected:
  void put_page(const std::string& id, const std::string& html, const std::string& sha256 = {}) {
    put_run(id);
    put(id, "report.html", html);
    const std::string digest = sha256.empty() ? hex_of(sha256_of({as_bytes(html)})) : sha256;
    put(id, "provenance.json", R"({"files":[{"file":"report.html","sha256":")" + digest + R"("}]})");
  }
};

TEST_F(RunPages, TheReportThatTheCommandWroteIsGivenUnderAPolicyWithoutScripts) {
  const std::string html = "<!DOCTYPE html><title>x</title>";
  put_page("one", html);
  const auto page = runs_.report("one");
  ASSERT_TRUE(page.ok()) << page.error().text();
  EXPECT_EQ(page->html, html);
  EXPECT_THAT(page->policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page->policy, HasSubstr("sandbox"));
  EXPECT_THAT(page->policy, HasSubstr("style-src 'sha256-"));
  EXPECT_THAT(page->policy, Not(HasSubstr("unsafe")));
  EXPECT_THAT(page->policy, Not(HasSubstr("script-src")));
}

TEST_F(RunPages, AnyOtherReportIsRefused) {
  put_page("changed", "<p>", std::string(64, '0'));
  EXPECT_EQ(runs_.report("changed").error().kind, ErrorKind::kInvalidInput);
  put_page("pictures", "<img src=\"data:image/jpeg;base64,AAAA\">");
  EXPECT_EQ(runs_.report("pictures").error().kind, ErrorKind::kInvalidInput);
  put_run("none");
  EXPECT_EQ(runs_.report("none").error().kind, ErrorKind::kNotFound);
  put("none", "report.html", "<p>");
  EXPECT_EQ(runs_.report("none").error().kind, ErrorKind::kNotFound) << "without a provenance";
  put("none", "provenance.json", R"({"files":[7,{"file":"report.html"},{"file":3,"sha256":4}]})");
  EXPECT_EQ(runs_.report("none").error().kind, ErrorKind::kInvalidInput);
  put_page("linked", "<p>");
  fs::remove(directory_.path() / "runs" / "linked" / "report.html");
  fs::create_symlink("/etc/hostname", directory_.path() / "runs" / "linked" / "report.html");
  EXPECT_EQ(runs_.report("linked").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(runs_.report("../one").error().kind, ErrorKind::kNotFound);
}

TEST_F(RunFolderTest, TheTableHasAFigureALine) {
  json::object of = rates();
  json::object set{{"set", "=all"}, {"fingers", 4}, {"eer", {{"value", 0.02}, {"low", 0.01}, {"high", 0.000001}}}};
  set["operating_points"] = json::array{
      json::object{{"target_fmr", 0.01}, {"supported", true}, {"threshold_db", 40.5}, {"fnmr", rate(3, 100)}},
      json::object{{"target_fmr", 0.001}, {"supported", false}, {"fnmr", rate(3, 100)}}};
  set["fte"] = {{"errors", 0}, {"trials", 44}, {"low", 0.0}, {"high", 0.08}, {"value", nullptr}, {"below", 0.068}};
  of["sets"] = json::array{set};
  put("one", "rates.json", json::serialize(of));
  const auto table = runs_.table("one");
  ASSERT_TRUE(table.ok()) << table.error().text();
  EXPECT_THAT(*table, testing::StartsWith("set,fingers,measure,at,value,below,low,high,errors,trials,threshold_db\n"));
  EXPECT_THAT(*table, HasSubstr("\n'=all,4,EER,,0.02,,0.01,0.000001,,,\n"));
  EXPECT_THAT(*table, HasSubstr("'=all,4,FNMR at FMR,0.01,0.5,,0.0,1.0,3,100,40.5\n"));
  EXPECT_THAT(*table, Not(HasSubstr("0.001,")));
  EXPECT_THAT(*table, HasSubstr("'=all,4,FTE,,,0.068,0.0,0.08,0,44,\n")) << "nothing counted is a limit, not a zero";
  EXPECT_EQ(runs_.table("none").error().kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace whorl::evaluation
