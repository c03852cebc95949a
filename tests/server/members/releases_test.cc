// The routes of what follows a match: what reaches the desk, what comes back, and what is refused before it.
#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>

#include "server/members/member_json.h"
#include "tests/server/release_desk.h"
#include "tests/server/server_fixture.h"
#include "tests/support/openapi.h"
#include "tests/support/shared_data.h"

namespace whorl::tests {
namespace {

using testing::ElementsAre;

const std::string kRelease = "/v1/exchange/checks/check-1/members/b.test/release";

class ReleasesTest : public ServerTest {
 protected:
  ReleasesTest() { service_->set_member_desk(&desk_); }
  ~ReleasesTest() override { server_.reset(); }

  static std::string question(const std::string& items = R"(["identity"])", const std::string& basis = "a case") {
    return R"({"items":)" + items + R"(,"basis":")" + basis + R"(","biometricData":[)" + kFinger + "]}";
  }
  int decision(const std::string& body) { return ask("POST", "/v1/exchange/desk/request-1/decision", body).status; }

  ReleaseDesk desk_;
};

TEST_F(ReleasesTest, TheTermsSayWhatMayBeAskedOfWhom) {
  const auto answer = ask("GET", "/v1/exchange/terms");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto value = json_of(answer);
  EXPECT_EQ(value.at("member"), "a.test");
  const auto& purpose = value.at("purposes").at(0);
  EXPECT_EQ(purpose.at("name"), "border.identity");
  EXPECT_EQ(purpose.at("reasons").at(0), "no_document");
  EXPECT_EQ(purpose.at("lanes").at(0), "border");
  EXPECT_EQ(purpose.at("items").at(0), "identity");
  EXPECT_EQ(purpose.at("members").at(0), "b.test");
  EXPECT_EQ(purpose.at("protectsSubject"), true);
}

TEST_F(ReleasesTest, ARequestForDataReachesTheDeskAsItWasMade) {
  const auto answer = ask("POST", kRelease, question(R"(["identity","document"])"));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(desk_.asked_.check_id, "check-1");
  EXPECT_EQ(desk_.asked_.member, "b.test");
  EXPECT_EQ(desk_.asked_.basis, "a case");
  EXPECT_THAT(desk_.asked_.items, ElementsAre("identity", "document"));
  EXPECT_EQ(desk_.asked_.samples.size(), 1U);
  const auto value = json_of(answer);
  EXPECT_EQ(value.at("state"), "waiting");
  EXPECT_TRUE(value.at("data").is_null());
  EXPECT_TRUE(value.at("terms").is_null());
}

TEST_F(ReleasesTest, WhatIsNoRequestForDataIsRefusedBeforeTheDesk) {
  for (const std::string& body :
       {std::string("{}"), std::string("[]"), question("[1]"), question(R"("identity")"),
        question(R"(["identity"])", std::string(501, 'x')), question().replace(1, 7, R"("itemz")")}) {
    EXPECT_EQ(ask("POST", kRelease, body).status, 400) << body.substr(0, 80);
  }
  EXPECT_EQ(desk_.asked_.check_id, "");
}

TEST_F(ReleasesTest, DataComeAsTheJsonThatTheyAreWithTheirTerms) {
  desk_.view_.state = "released";
  desk_.view_.data = R"({"identity":{"lastName":"Vela"}})";
  desk_.view_.purposes = {"border.identity"};
  desk_.view_.delete_by = std::chrono::sys_seconds(std::chrono::seconds(1'800'000'000));
  desk_.view_.change = "corrected";
  const auto value = json_of(ask("GET", kRelease));
  EXPECT_EQ(value.at("data").at("identity").at("lastName"), "Vela");
  EXPECT_EQ(value.at("terms").at("purposes").at(0), "border.identity");
  EXPECT_EQ(value.at("terms").at("onward"), false);
  EXPECT_EQ(value.at("terms").at("deleteBy"), "2027-01-15T08:00:00Z");
  EXPECT_EQ(value.at("change"), "corrected");
  EXPECT_EQ(ask("GET", "/v1/exchange/checks/check-2/members/b.test/release").status, 404);
}

TEST_F(ReleasesTest, WhatAnotherMemberSentIsNeverMoreThanAValue) {
  desk_.view_.data = R"({"identity": )";
  EXPECT_TRUE(json_of(ask("GET", kRelease)).at("data").is_null()) << "no JSON, no data";
}

TEST_F(ReleasesTest, TheDeskListsAndShowsARequestWithBothSides) {
  const auto list = json_of(ask("GET", "/v1/exchange/desk"));
  ASSERT_EQ(list.as_array().size(), 1U);
  EXPECT_EQ(list.at(0).at("requestId"), "request-1");
  const auto shown = json_of(ask("GET", "/v1/exchange/desk/request-1"));
  EXPECT_EQ(shown.at("request").at("personId"), "Anna");
  EXPECT_EQ(shown.at("probe").at(0).at("template"), "AQID");
  EXPECT_EQ(shown.at("comparison").at("fingers").as_array().size(), 1U);
  EXPECT_EQ(shown.at("encounters").at(0).at("biographicData").at("lastName"), "Vela");
  EXPECT_EQ(ask("GET", "/v1/exchange/desk/other").status, 404);
}

TEST_F(ReleasesTest, ADecisionIsOneOrTheOther) {
  EXPECT_EQ(decision(R"({"decision":"release","items":["identity"],"keepDays":30})"), 200);
  EXPECT_EQ(desk_.decided_.request_id, "request-1");
  EXPECT_THAT(desk_.decided_.items, ElementsAre("identity"));
  EXPECT_TRUE(desk_.decided_.delete_by);
  EXPECT_EQ(decision(R"({"decision":"refuse"})"), 200);
  EXPECT_TRUE(desk_.decided_.items.empty());
  desk_.decided_ = {};
  for (const char* body : {R"({"decision":"release"})", R"({"decision":"release","items":[]})",
                           R"({"decision":"refuse","items":["identity"]})", R"({"decision":"refuse","keepDays":3})",
                           R"({"items":["identity"]})", R"({"decision":"maybe"})",
                           R"({"decision":"release","items":["identity"],"keepDays":0})", "{}"}) {
    EXPECT_EQ(decision(body), 400) << body;
  }
  EXPECT_EQ(desk_.decided_.request_id, "");
}

TEST_F(ReleasesTest, ARefusalOfTheDeskIsTheRoutes) {
  desk_.refusal_ = already_exists("it was decided", "request_id");
  EXPECT_EQ(decision(R"({"decision":"refuse"})"), 409);
  desk_.refusal_ = unauthorised("not this officer");
  EXPECT_EQ(decision(R"({"decision":"refuse"})"), 403);
}

TEST_F(ReleasesTest, TheRegisterIsReadAndAnEntryWithdrawn) {
  EXPECT_EQ(json_of(ask("GET", "/v1/exchange/disclosures")).at(0).at("disclosureId"), "entry-1");
  const auto told = json_of(ask("POST", "/v1/exchange/disclosures/entry-1/withdrawal"));
  EXPECT_EQ(told.at("notice"), "withdrawn");
  EXPECT_TRUE(told.at("receiptAt").is_null());
  EXPECT_EQ(ask("POST", "/v1/exchange/disclosures/other/withdrawal").status, 404);
}

TEST_F(ReleasesTest, ANodeOfNoExchangeSaysSo) {
  service_->set_member_desk(nullptr);
  for (const char* path : {"/v1/exchange/desk", "/v1/exchange/disclosures"}) EXPECT_EQ(ask("GET", path).status, 503);
}

// Nobody need know what is protected to leave it as it is.
TEST(ProtectionJson, IsReadAsItIsWritten) {
  engine::Protection most;
  most.citizenship = "own";
  most.shielded = true;
  most.never_to = {"XKX", "ABC"};
  most.birth_year = 1990;
  for (const engine::Protection& protection : {engine::Protection(), most}) {
    const std::string written = boost::json::serialize(server::protection_json(protection));
    const auto read = server::read_protection(written);
    ASSERT_TRUE(read.ok()) << written << read.error().text();
    EXPECT_EQ(boost::json::serialize(server::protection_json(*read)), written);
  }
}

TEST_F(ReleasesTest, AnswersAreAsTheOpenApiFileSays) {
  const auto file = OpenApi::load(source_path("docs/openapi.yaml"));
  ASSERT_TRUE(file);
  const auto conforms = [&](const char* method, const std::string& path, const std::string& target,
                            const std::string& body = {}) {
    const auto answer = ask(method, target, body);
    ASSERT_EQ(answer.status, 200) << target << answer.body;
    const auto* response = file->response(path, std::string(method) == "GET" ? "get" : "post", 200);
    ASSERT_NE(response, nullptr) << path;
    for (const auto& fault : file->faults(json_of(answer), *OpenApi::json_schema(*response)))
      ADD_FAILURE() << path << ": " << fault << "\n" << answer.body;
  };
  const std::string release = "/v1/exchange/checks/{checkId}/members/{member}/release";
  conforms("POST", release, kRelease, question());
  desk_.view_.state = "released";
  desk_.view_.data = R"({"identity":{"lastName":"Vela"}})";
  desk_.view_.delete_by = std::chrono::sys_seconds(std::chrono::seconds(1'800'000'000));
  conforms("GET", release, kRelease);
  conforms("GET", "/v1/exchange/desk", "/v1/exchange/desk");
  conforms("GET", "/v1/exchange/desk/{requestId}", "/v1/exchange/desk/request-1");
  conforms("POST", "/v1/exchange/desk/{requestId}/decision", "/v1/exchange/desk/request-1/decision",
           R"({"decision":"refuse"})");
  conforms("GET", "/v1/exchange/disclosures", "/v1/exchange/disclosures");
  conforms("POST", "/v1/exchange/disclosures/{disclosureId}/withdrawal", "/v1/exchange/disclosures/entry-1/withdrawal");
}

}  // namespace
}  // namespace whorl::tests
