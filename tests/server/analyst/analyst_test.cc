// The analyst's routes over a real engine: two people who sign in, the next search, and what a folder of runs gives.
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <fstream>

#include "base/sha256.h"
#include "engine/evaluation/run_folder.h"
#include "tests/engine/engine_fixture.h"
#include "tests/server/access_fixture.h"
#include "tests/server/native_items.h"
#include "tests/support/openapi.h"

namespace whorl::tests {
namespace {

namespace json = boost::json;

constexpr const char* kRates = R"({"sets":[],"searches":[{"set":"all","fingers":1,"searches":100,"by_db":[)"
                               R"({"db":0,"fnir":{"errors":1,"trials":100},"fmr":{"errors":0,"trials":300000}},)"
                               R"({"db":60,"fnir":{"errors":5,"trials":100},"fmr":{"errors":0,"trials":300000}}]}]})";
const std::string kProposals = "/v1/thresholds/proposals";

class AnalystTest : public AccessTest {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_.path() / "runs" / "first");
    std::ofstream(folder_.path() / "runs" / "first" / "rates.json") << kRates;
    open();
  }
  void TearDown() override { shut(); }

  void open(bool with_runs = true, bool signed_in = true) {
    engine_ = engine::opened_engine(folder_.path() / "gallery");
    if (with_runs) {
      engine_->set_evaluation_desk(std::make_shared<evaluation::RunFolder>(folder_.path() / "runs"));
    }
    server::ServerConfig served;
    served.threads = 2;
    if (signed_in) {
      write_private(file_, std::string(kTokens));
      served.access_file = file_;
    }
    auto started = server::Server::start(served, engine_);
    ASSERT_TRUE(started.ok()) << started.error().text();
    server_ = std::move(started).value();
  }
  void shut() {
    server_.reset();
    engine_.reset();
  }

  HttpAnswer as(const std::string& who, std::string_view method, const std::string& target,
                const std::string& body = {}) {
    return ask(method, target, body, bearer(tokens_.at(who)));
  }
  std::string proposed(const std::string& body = R"({"thresholdDb":45,"reason":"fewer reviews"})") {
    const auto answer = as("analyst", "POST", kProposals, body);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.status == 200 ? std::string(json_of(answer).at("proposalId").as_string().c_str()) : "";
  }
  HttpAnswer decided(const std::string& who, const std::string& id, const std::string& decision = "approve") {
    return as(who, "POST", kProposals + "/" + id + "/decision",
              R"({"decision":")" + decision + R"(","reason":"seen"})");
  }
  HttpAnswer searched(const std::string& more = "") {
    return as("officer", "POST", "/v1/identify/default?transactionId=t" + more,
              R"({"filter":{},"biometricData":[)" + native_item(2, 2) + "]}");
  }

  std::map<std::string, std::string> tokens_{
      {"analyst", token("whorl.evaluation.read whorl.threshold.propose", "", "ana")},
      {"supervisor", token("whorl.evaluation.read whorl.threshold.approve", signed_in_ago(0), "sup")},
      // Somebody who may do both still needs another.
      {"both", token("whorl.evaluation.read whorl.threshold.propose whorl.threshold.approve", signed_in_ago(0), "ana")},
      {"officer", token("abis.encounter.write abis.identify", "", "off")}};
  std::shared_ptr<engine::Engine> engine_;
};

TEST_F(AnalystTest, WhatAnotherPersonApprovesCountsForTheNextSearchAndAfterARestart) {
  EXPECT_EQ(
      as("officer", "POST", "/v1/persons/p/encounters/e?transactionId=t", encounter_body(native_item(2, 1))).status,
      200);
  const auto before = searched();
  ASSERT_EQ(before.status, 200) << before.body;
  EXPECT_FALSE(before.headers.contains("whorl-threshold-setting"));
  const std::string id = proposed();
  EXPECT_EQ(searched().headers.at("whorl-threshold-db"), before.headers.at("whorl-threshold-db"));
  ASSERT_EQ(decided("supervisor", id).status, 200);
  EXPECT_EQ(searched().headers.at("whorl-threshold-db"), "45.00");
  EXPECT_EQ(searched().headers.at("whorl-threshold-setting"), id);
  EXPECT_EQ(searched("&threshold=33").headers.at("whorl-threshold-db"), "33.00") << "who states one has it";
  EXPECT_FALSE(searched("&targetFpir=0.001").headers.contains("whorl-threshold-setting"));
  shut();
  open();
  EXPECT_EQ(searched().headers.at("whorl-threshold-db"), "45.00");
}

TEST_F(AnalystTest, ScoresThatSomebodySentSupportNoThresholdAndWhoDecidesSeesWhose) {
  const std::string with_basis = R"({"thresholdDb":45,"reason":"fewer reviews","evaluation":{"id":"first"})";
  EXPECT_EQ(as("analyst", "POST", kProposals, with_basis + "}").status, 200);
  std::ofstream(folder_.path() / "runs" / "first" / "sent.json") << R"({"sentBy":"ana","bytes":9})";
  EXPECT_EQ(as("analyst", "POST", kProposals, with_basis + "}").status, 400);
  proposed(with_basis + R"(,"extrapolated":true})");
  bool seen = false;
  const json::value now = json_of(as("supervisor", "GET", "/v1/thresholds"));
  for (const auto& change : now.at("changes").as_array()) {
    seen = seen || (change.at("extrapolated").as_bool() && change.at("evaluation").at("sentBy") == "ana" &&
                    change.at("evaluation").at("supportedDb").to_number<double>() == 0);
  }
  EXPECT_TRUE(seen);
}

TEST_F(AnalystTest, NobodyDecidesWhatTheyProposed) {
  const std::string id = proposed();
  EXPECT_EQ(decided("both", id).status, 403);
  EXPECT_EQ(json_of(as("analyst", "GET", "/v1/thresholds")).at("changes").at(0).at("state"), "proposed");
  EXPECT_EQ(decided("supervisor", id).status, 200);
}

TEST_F(AnalystTest, WhoSignedInTooLongAgoDecidesNothing) {
  const std::string id = proposed();
  const std::string scopes = "whorl.evaluation.read whorl.threshold.approve";
  tokens_["tired"] = token(scopes, signed_in_ago(400), "sup");
  tokens_["program"] = token(scopes, signed_in_ago(0) + R"(,"client_id":"sup")", "sup");
  tokens_["unknown"] = token(scopes, "", "sup");
  for (const char* who : {"tired", "program", "unknown"}) {
    for (const char* decision : {"approve", "reject"}) {
      const auto answer = decided(who, id, decision);
      EXPECT_EQ(answer.status, 403) << who;
      EXPECT_EQ(reason(answer), "sign_in_again") << who;
    }
    EXPECT_EQ(as(who, "GET", "/v1/thresholds").status, 200) << "to look is not to decide";
  }
  EXPECT_EQ(json_of(as("analyst", "GET", "/v1/thresholds")).at("changes").at(0).at("state"), "proposed");
  EXPECT_EQ(decided("supervisor", id).status, 200);
}

TEST_F(AnalystTest, EachScopeAllowsItsOwnStepAlone) {
  const std::string id = proposed();
  EXPECT_EQ(decided("analyst", id).status, 403);
  EXPECT_EQ(as("supervisor", "POST", kProposals, R"({"thresholdDb":45,"reason":"x"})").status, 403);
  EXPECT_EQ(as("supervisor", "POST", kProposals + "/" + id + "/withdrawal").status, 403);
  for (const char* path : {"/v1/thresholds", "/v1/evaluations", "/v1/evaluations/first"}) {
    EXPECT_EQ(as("officer", "GET", path).status, 403) << path;
    EXPECT_EQ(as("supervisor", "GET", path).status, 200) << path;
  }
}

TEST_F(AnalystTest, TheStatisticsOfSearchesAreTheAnalystsAndNameNobody) {
  EXPECT_EQ(as("officer", "GET", "/v1/statistics/scores").status, 403);
  EXPECT_EQ(searched().status, 200);
  const auto answer = as("analyst", "GET", "/v1/statistics/scores");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_TRUE(json_of(answer).at("days").as_array().empty()) << "of a day that is not over nothing is told";
}

TEST_F(AnalystTest, AProposalIsRejectedOrWithdrawnOnce) {
  const std::string first = proposed();
  const auto rejected = decided("supervisor", first, "reject");
  EXPECT_EQ(rejected.status, 200);
  EXPECT_EQ(json_of(rejected).at("decisionReason"), "seen");
  EXPECT_EQ(decided("supervisor", first).status, 409);
  const std::string second = proposed();
  EXPECT_EQ(json_of(as("analyst", "POST", kProposals + "/" + second + "/withdrawal")).at("state"), "withdrawn");
  EXPECT_EQ(as("analyst", "POST", kProposals + "/" + second + "/withdrawal").status, 409);
  EXPECT_EQ(decided("supervisor", "nothing").status, 404);
}

TEST_F(AnalystTest, AProposalStandsOnTheRunThatItNames) {
  const std::string id = proposed(R"({"thresholdDb":45,"reviewBandDb":6,"reason":"x","evaluation":{"id":"first"}})");
  const auto change = json_of(as("analyst", "GET", "/v1/thresholds")).at("changes").at(0);
  EXPECT_EQ(change.at("proposalId"), id.c_str());
  EXPECT_EQ(change.at("evaluation").at("set"), "all");
  EXPECT_EQ(change.at("evaluation").at("sha256"), json_of(as("analyst", "GET", "/v1/evaluations/first")).at("sha256"));
  const std::string beyond = R"({"thresholdDb":51,"reason":"x","evaluation":{"id":"first"})";
  EXPECT_EQ(as("analyst", "POST", kProposals, beyond + "}").status, 400) << "counted up to 50 dB";
  EXPECT_EQ(as("analyst", "POST", kProposals, beyond + R"(,"extrapolated":true})").status, 200);
  EXPECT_EQ(as("analyst", "POST", kProposals, R"({"thresholdDb":45,"reason":"x","evaluation":{"id":"none"}})").status,
            404);
}

TEST_F(AnalystTest, WhatIsNoProposalIsRefused) {
  for (const char* body :
       {"null", "[]", "{}", R"({"reason":"x"})", R"({"thresholdDb":45})", R"({"thresholdDb":"45","reason":"x"})",
        R"({"thresholdDb":45,"targetFpir":0.01,"reason":"x"})", R"({"thresholdDb":5,"reason":"x"})",
        R"({"targetFpir":0.9,"reason":"x"})", R"({"end":true,"thresholdDb":45,"reason":"x"})",
        R"({"end":"yes","reason":"x"})", R"({"thresholdDb":45,"reason":"x","by":"me"})",
        R"({"thresholdDb":45,"reason":"x","evaluation":"first"})", R"({"thresholdDb":45,"reason":""})",
        R"({"thresholdDb":45,"reason":"x","galleryId":"a/b"})"}) {
    EXPECT_EQ(as("analyst", "POST", kProposals, body).status, 400) << body;
  }
  EXPECT_TRUE(json_of(as("analyst", "GET", "/v1/thresholds")).at("changes").as_array().empty());
  const std::string id = proposed();
  for (const char* body :
       {"{}", R"({"decision":"maybe"})", R"({"decision":"reject"})", R"({"decision":"approve","x":1})"}) {
    EXPECT_EQ(as("supervisor", "POST", kProposals + "/" + id + "/decision", body).status, 400) << body;
  }
}

TEST_F(AnalystTest, WhoMayUseSomeGalleriesSetsNothingForOthers) {
  write_private(file_,
                std::string(kTokens) +
                    "[[people]]\nname = 'gal'\ntoken_subject = 'gal'\nroles = ['analyst']\ngalleries = ['border']\n");
  server_.reset();
  server::ServerConfig served;
  served.access_file = file_;
  server_ = *server::Server::start(served, engine_);
  tokens_["gal"] = token("whorl.evaluation.read whorl.threshold.propose", "", "gal");
  EXPECT_EQ(as("gal", "POST", kProposals, R"({"thresholdDb":45,"reason":"x"})").status, 403);
  EXPECT_EQ(as("gal", "POST", kProposals, R"({"thresholdDb":45,"reason":"x","galleryId":"ALL"})").status, 403);
  EXPECT_EQ(as("gal", "POST", kProposals, R"({"thresholdDb":45,"reason":"x","galleryId":"border"})").status, 200);
  const std::string other = proposed(R"({"thresholdDb":45,"reason":"x","galleryId":"asylum"})");
  const auto seen = json_of(as("gal", "GET", "/v1/thresholds")).at("changes").as_array();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].at("galleryId"), "border");
  EXPECT_EQ(as("gal", "POST", kProposals + "/" + other + "/withdrawal").status, 403);
}

TEST_F(AnalystTest, WhereNobodySignsInNobodyProposes) {
  shut();
  open(true, false);
  EXPECT_EQ(ask("GET", "/v1/thresholds").status, 200);
  EXPECT_EQ(ask("POST", kProposals, R"({"thresholdDb":45,"reason":"x"})").status, 403);
}

TEST_F(AnalystTest, TheReportOfARunIsShownWithoutScriptsAndItsFiguresAsATable) {
  const std::string html = "<!DOCTYPE html><title>x</title><script>alert(1)</script>";
  const auto run = folder_.path() / "runs" / "first";
  std::ofstream(run / "report.html") << html;
  std::ofstream(run / "provenance.json") << R"({"files":[{"file":"report.html","sha256":")"
                                         << hex_of(sha256_of({as_bytes(html)})) << R"("}]})";
  const auto page = as("analyst", "GET", "/v1/evaluations/first/report.html");
  ASSERT_EQ(page.status, 200) << page.body;
  EXPECT_EQ(page.body, html);
  EXPECT_EQ(page.headers.at("content-type"), "text/html; charset=utf-8");
  const std::string policy = page.headers.at("content-security-policy");
  EXPECT_THAT(policy,
              testing::AllOf(testing::HasSubstr("default-src 'none'"), testing::HasSubstr("sandbox"),
                             testing::HasSubstr("frame-ancestors 'none'"), testing::Not(testing::HasSubstr("unsafe"))));
  EXPECT_EQ(page.headers.at("x-content-type-options"), "nosniff");
  const auto table = as("analyst", "GET", "/v1/evaluations/first/figures.csv");
  EXPECT_EQ(table.status, 200);
  EXPECT_EQ(table.headers.at("content-type"), "text/csv; charset=utf-8");
  EXPECT_THAT(table.body, testing::StartsWith("set,fingers,measure,"));
  for (const char* what : {"/report.html", "/figures.csv", "/state"}) {
    EXPECT_EQ(as("officer", "GET", std::string("/v1/evaluations/first") + what).status, 403) << what;
    EXPECT_EQ(as("supervisor", "GET", std::string("/v1/evaluations/none") + what).status, 404) << what;
  }
}

TEST_F(AnalystTest, ScoresAreSentByWhoMayProposeAndByNobodyElse) {
  const std::string body = R"({"format":"bob","scores":"YQ=="})";
  EXPECT_EQ(as("analyst", "POST", "/v1/evaluations", body).status, 503) << "this desk reads alone";
  for (const char* who : {"supervisor", "officer"}) {
    EXPECT_EQ(as(who, "POST", "/v1/evaluations", body).status, 403) << who;
  }
  for (const char* bad : {"{}", "[]", R"({"scores":7})", R"({"scores":"?"})", R"({"scores":"YQ==","format":"x"})",
                          R"({"scores":"YQ==","path":"/etc/passwd"})"}) {
    EXPECT_EQ(as("analyst", "POST", "/v1/evaluations", bad).status, 400) << bad;
  }
  EXPECT_EQ(as("analyst", "GET", "/v1/evaluations/compare?a=first").status, 400);
  EXPECT_EQ(as("officer", "GET", "/v1/evaluations/compare?a=first&b=first").status, 403);
  EXPECT_EQ(as("analyst", "GET", "/v1/evaluations/compare?a=first&b=first").status, 503);
}

TEST_F(AnalystTest, ANodeWithoutAFolderOfRunsSaysSo) {
  shut();
  open(false);
  EXPECT_EQ(as("analyst", "GET", "/v1/evaluations").status, 503);
  EXPECT_EQ(as("analyst", "GET", "/v1/thresholds").status, 200);
}

TEST_F(AnalystTest, ADaysWorkTakesOneThreshold) {
  const std::string about = "/v1/workload?evaluation=first&records=1000&searchesPerDay=100&known=0.5";
  const auto day = as("analyst", "GET", about + "&thresholdDb=40");
  ASSERT_EQ(day.status, 200) << day.body;
  EXPECT_EQ(json_of(day).at("threshold_db").to_number<double>(), 40);
  EXPECT_EQ(json_of(day).at("extrapolated"), false);
  EXPECT_NEAR(json_of(as("analyst", "GET", about + "&targetFpir=0.01")).at("fpir").to_number<double>(), 0.01, 1e-6);
  for (const char* bad : {"", "&thresholdDb=40&targetFpir=0.01", "&thresholdDb=x", "&thresholdDb=40&fingers=2",
                          "&thresholdDb=40&set=other", "&maxReviews=0", "&thresholdDb=40&more=1"}) {
    EXPECT_EQ(as("analyst", "GET", about + bad).status, 400) << bad;
  }
  EXPECT_EQ(as("analyst", "GET", "/v1/evaluations/..").status, 400);
  EXPECT_EQ(as("analyst", "GET", "/v1/evaluations/%2e%2e").status, 400);
}

TEST_F(AnalystTest, AnswersAreAsTheDescriptionSays) {
  const auto file = OpenApi::parse(ask("GET", "/openapi.yaml").body);
  ASSERT_TRUE(file);
  const std::string id = proposed();
  const auto conforms = [&](const char* method, const std::string& path, const HttpAnswer& answer) {
    const auto* response = file->response(path, method, answer.status);
    ASSERT_NE(response, nullptr) << path << " " << answer.status << answer.body;
    const auto& schema = response->at("content").as_object().at("application/json").at("schema");
    for (const auto& fault : file->faults(json_of(answer), schema)) ADD_FAILURE() << path << ": " << fault;
  };
  conforms("get", "/v1/evaluations", as("analyst", "GET", "/v1/evaluations"));
  conforms("get", "/v1/evaluations/{evaluationId}", as("analyst", "GET", "/v1/evaluations/first"));
  conforms("get", "/v1/workload",
           as("analyst", "GET", "/v1/workload?evaluation=first&records=9&searchesPerDay=9&known=0&thresholdDb=40"));
  conforms("post", kProposals + "/{proposalId}/decision", decided("supervisor", id));
  conforms("get", "/v1/thresholds", as("analyst", "GET", "/v1/thresholds"));
}

}  // namespace
}  // namespace whorl::tests
