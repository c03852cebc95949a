// The operations that the pages ask: who asks, what a capture is worth, what a comparison stands on, how the node does.
#include <filesystem>
#include <fstream>

#include "engine/privacy_notices.h"
#include "tests/server/server_fixture.h"
#include "tests/support/shared_data.h"

namespace whorl::tests {
namespace {

using PageOperationsTest = ServerTest;

TEST_F(PageOperationsTest, WithoutAnAccessFileTheLocalUserMayDoEverything) {
  const auto answer = ask("GET", "/v1/me");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto me = json_of(answer);
  EXPECT_EQ(me.at("subject").as_string(), "local");
  EXPECT_EQ(me.at("signedInBy").as_string(), "nothing");
  EXPECT_TRUE(me.at("allGalleries").as_bool());
  EXPECT_EQ(me.at("galleries").as_array().size(), 2U);
  EXPECT_EQ(me.at("node").at("readsImages").as_array().size(), 1U) << "fingers; there is no face network";
  const auto& scopes = me.at("scopes").as_array();
  EXPECT_NE(std::find(scopes.begin(), scopes.end(), boost::json::value("abis.identify")), scopes.end());
}

TEST_F(PageOperationsTest, AnAssessmentIsOfEverySampleAndChangesNothing) {
  const auto answer = ask("POST", "/v1/assess", verify_body());
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto sample = json_of(answer).at("samples").at(0);
  EXPECT_EQ(sample.at("biometricSubType").as_string(), "RIGHT_INDEX");
  EXPECT_EQ(sample.at("quality").as_int64(), 31);
  EXPECT_TRUE(sample.at("usable").as_bool());
  EXPECT_EQ(sample.at("feedbackReasons").at(0).at("code").as_string(), "finger_faint");
  EXPECT_EQ(sample.at("preview").at("width").as_int64(), 2);
  EXPECT_EQ(sample.at("preview").at("data").as_string(), "AQID");
  EXPECT_EQ(service_->writes(), 0);
}

TEST_F(PageOperationsTest, AnAssessmentTakesSamplesAndNothingElse) {
  EXPECT_EQ(ask("POST", "/v1/assess", "{}").status, 400);
  EXPECT_EQ(ask("POST", "/v1/assess", "[]").status, 400);
  EXPECT_EQ(message_of(ask("POST", "/v1/assess", identify_body())),
            "filter: unknown property; known here: biometricData");
  EXPECT_EQ(ask("POST", "/v1/assess", verify_body(R"({"biometricType":"FINGER"})")).status, 400);
}

TEST_F(PageOperationsTest, AnExplanationIsAVerificationWithDrawings) {
  service_->answer_verify(full_verify_answer());
  const auto answer = ask("POST", "/v1/explain/VIP/anna?transactionId=t&purpose=border.identity", verify_body());
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(service_->last_verify().gallery_id, "VIP");
  EXPECT_EQ(service_->last_verify().person_id, "anna");
  EXPECT_EQ(service_->last_call().purpose, "border.identity");
  const auto said = json_of(answer);
  EXPECT_EQ(said.at("decision").as_string(), "match");
  EXPECT_DOUBLE_EQ(said.at("scoreDb").to_number<double>(), 55.56);
  const auto& finger = said.at("fingers").at(0);
  EXPECT_EQ(finger.at("encounterId").as_string(), "enc-1");
  const auto& minutia = finger.at("reference").at("minutiae").at(0);
  EXPECT_EQ(minutia.at("type").as_string(), "bifurcation");
  EXPECT_EQ(minutia.at("direction").as_int64(), 86) << "1.5 radians";
  EXPECT_TRUE(finger.at("probe").at("image").is_null());
  EXPECT_EQ(finger.at("pairs").at(0).at("reference").as_int64(), 0);
}

TEST_F(PageOperationsTest, APurposeGoesWithEveryQuestion) {
  for (const char* path : {"/v1/identify/ALL", "/v1/verify/ALL/anna"}) {
    const std::string body = path[4] == 'i' ? identify_body() : verify_body();
    ask("POST", std::string(path) + "?transactionId=t&purpose=document.doubt", body);
    EXPECT_EQ(service_->last_call().purpose, "document.doubt") << path;
    ask("POST", std::string(path) + "?transactionId=t", body);
    EXPECT_EQ(service_->last_call().purpose, "") << path;
    const std::string long_word(49, 'x');
    EXPECT_EQ(ask("POST", std::string(path) + "?transactionId=t&purpose=" + long_word, body).status, 400) << path;
  }
}

TEST_F(PageOperationsTest, TheAuditLogIsAskedForItsHeadItsLeavesAndProofs) {
  const auto head = ask("GET", "/v1/audit/checkpoint");
  EXPECT_EQ(head.body, "head\n");
  EXPECT_EQ(head.headers.at("content-type"), "text/plain");
  const auto leaves = ask("GET", "/v1/audit/leaves?first=7&count=3");
  EXPECT_EQ(leaves.body, "leaves 7 3\n");
  EXPECT_EQ(leaves.headers.at("content-type"), "application/x-ndjson");
  EXPECT_EQ(ask("GET", "/v1/audit/leaves?first=7").body, "leaves 7 1000\n");
  EXPECT_EQ(ask("GET", "/v1/audit/proof?leaf=12").body, "proof 12\n");
  EXPECT_EQ(ask("GET", "/v1/audit/growth?from=1&to=9").body, "growth 1 9\n");
  EXPECT_EQ(ask("GET", "/v1/audit/growth?from=1").body, "growth 1 now\n");
  EXPECT_EQ(ask("GET", "/v1/audit/proof?leaf=100").status, 404);
}

TEST_F(PageOperationsTest, AnAnswerOfTheAuditLogIsBounded) {
  const int before = service_->calls();
  for (const char* target :
       {"/v1/audit/leaves", "/v1/audit/leaves?first=-1", "/v1/audit/leaves?first=0&count=1001",
        "/v1/audit/leaves?first=0&count=0", "/v1/audit/leaves?first=9007199254740993", "/v1/audit/proof",
        "/v1/audit/proof?leaf=a", "/v1/audit/growth?to=3", "/v1/audit/growth?from=1&size=3"}) {
    EXPECT_EQ(ask("GET", target).status, 400) << target;
  }
  EXPECT_EQ(service_->calls(), before);
}

engine::PrivacyNotices two_notices(const std::filesystem::path& folder) {
  std::ofstream(folder / "1.en.txt") << "first";
  std::ofstream(folder / "2.en.txt") << "we take your prints";
  std::ofstream(folder / "2.th.txt") << "\xe0\xb8\x81";
  return engine::PrivacyNotices::read(folder).value();
}

TEST_F(PageOperationsTest, WithoutNoticesNoneIsInForceAndNothingIsAskedFor) {
  const auto listed = json_of(ask("GET", "/v1/notices"));
  EXPECT_TRUE(listed.at("inForce").is_null());
  EXPECT_EQ(ask("GET", "/v1/notices/1?lang=en").status, 404);
  EXPECT_EQ(ask("POST", "/v1/persons?transactionId=t", encounter_body()).status, 200);
}

TEST_F(PageOperationsTest, AnEnrolmentNamesTheNoticeThatWasHeard) {
  const TemporaryDirectory folder;
  service_->set_privacy_notices(two_notices(folder.path()));
  const auto listed = json_of(ask("GET", "/v1/notices"));
  EXPECT_EQ(listed.at("inForce").as_string(), "2");
  EXPECT_EQ(listed.at("notices").at(0).at("languages").as_array().size(), 2u);
  EXPECT_EQ(json_of(ask("GET", "/v1/notices/2?lang=en")).at("text").as_string(), "we take your prints");
  EXPECT_EQ(ask("GET", "/v1/notices/2?lang=fr").status, 404);
  EXPECT_EQ(ask("GET", "/v1/notices/2").status, 400);
  for (const char* target : {"/v1/persons?transactionId=t", "/v1/persons/p/encounters?transactionId=t",
                             "/v1/persons/p/encounters/e?transactionId=t"}) {
    const auto refused = ask("POST", target, encounter_body());
    EXPECT_EQ(refused.status, 400) << target;
    EXPECT_EQ(message_of(refused).rfind("contextualData.notice: ", 0), 0u) << message_of(refused);
  }
  const std::string one = "/v1/persons/p/encounters/e?transactionId=t";
  EXPECT_EQ(ask("PUT", one, encounter_body()).status, 400) << "other prints in the place of those who heard";
  EXPECT_EQ(service_->writes(), 0);
  std::string body = encounter_body();
  body.insert(1, R"("contextualData":{"notice":{"version":"1","language":"Rohingya"}},)");
  EXPECT_EQ(ask("POST", one, body).status, 200);
  EXPECT_EQ(service_->writes(), 1);
  EXPECT_EQ(ask("PUT", one, encounter_body()).status, 400);
  EXPECT_LT(ask("PUT", one, body).status, 300);
}

TEST_F(PageOperationsTest, AReceiptSaysWhatWasTakenAndNamesNobody) {
  std::string body = encounter_body();
  body.insert(1, R"("contextualData":{"notice":{"version":"1","language":"Dari"},"other":"secret"},)");
  ASSERT_EQ(ask("POST", "/v1/persons/anna/encounters/e?transactionId=t", body).status, 200);
  const auto answer = ask("GET", "/v1/persons/anna/encounters/e/receipt?transactionId=t");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto receipt = json_of(answer);
  EXPECT_EQ(receipt.at("reference").as_string(), "e");
  EXPECT_EQ(receipt.at("notice").at("language").as_string(), "Dari");
  EXPECT_FALSE(receipt.at("taken").as_array().empty());
  EXPECT_EQ(answer.body.find("anna"), std::string::npos);
  EXPECT_EQ(answer.body.find("secret"), std::string::npos);
  EXPECT_EQ(ask("GET", "/v1/persons/anna/encounters/other/receipt?transactionId=t").status, 404);
}

TEST_F(PageOperationsTest, StatisticsAreOfDaysThatAreOverAndOfNoFew) {
  const auto days = json_of(ask("GET", "/v1/statistics/scores")).at("days").as_array();
  ASSERT_EQ(days.size(), 1u);
  const auto& rows = days[0].at("rows").as_array();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].at("galleryId").as_string(), "default");
  EXPECT_EQ(rows[0].at("searches").to_number<int>(), 12);
  EXPECT_EQ(days[0].at("tooFew").to_number<int>(), 1);
  int searches = 0;
  for (const auto& cell : rows[0].at("cells").as_array()) searches += cell.at("searches").to_number<int>();
  EXPECT_EQ(searches, 12);
}

TEST_F(PageOperationsTest, TheNodeTellsOfItselfAndOfNobody) {
  const auto answer = ask("GET", "/v1/node");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto node = json_of(answer);
  EXPECT_EQ(node.at("galleries").at(1).at("galleryId").as_string(), "VIP");
  EXPECT_EQ(node.at("galleries").at(1).at("persons").as_int64(), 7);
  EXPECT_EQ(node.at("audit").at("leaves").as_int64(), 12);
  EXPECT_EQ(node.at("audit").at("signedAt").as_string(), "2023-11-14T22:13:20Z");
  EXPECT_TRUE(node.at("keys").at("rotationUnfinished").as_bool());
  EXPECT_EQ(node.at("notices").at(0).at("code").as_string(), "rotation_unfinished");
  EXPECT_TRUE(node.at("changesRefused").is_null());
  EXPECT_EQ(node.at("backups").at("last").at("result").as_string(), "unknown");
  EXPECT_EQ(node.at("backups").at("lastMade").at("auditLeaves").as_int64(), 7);
}

TEST_F(PageOperationsTest, BackupsAreToldWithTheirResultTheLatestFirst) {
  const auto answer = ask("GET", "/v1/backups");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto told = json_of(answer);
  EXPECT_EQ(told.at("gallery").as_string(), "00112233445566778899aabbccddeeff");
  const auto& backups = told.at("backups").as_array();
  ASSERT_EQ(backups.size(), 2U);
  EXPECT_EQ(backups[0].at("begunAt").as_string(), "2023-11-14T23:13:20Z");
  EXPECT_TRUE(backups[0].at("endedAt").is_null());
  EXPECT_EQ(backups[1].at("endedAt").as_string(), "2023-11-14T22:13:22Z");
  EXPECT_EQ(backups[1].at("result").as_string(), "made");
}

}  // namespace
}  // namespace whorl::tests
