// /v1/cases through a real socket with the real engine: what a reviewer is told, when, and what is refused.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "server/server.h"
#include "tests/engine/engine_fixture.h"
#include "tests/server/callback_server.h"
#include "tests/server/http_client.h"
#include "tests/server/native_items.h"
#include "tests/server/requests.h"

namespace whorl::tests {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

// Without an access file: everybody is the local user, who may do everything, but decides once.
class CaseRoutesTest : public testing::Test {
 protected:
  void SetUp() override {
    engine_ = engine::opened_engine(directory_.path() / "gallery");
    server::ServerConfig served;
    served.callback_origins = {"http://127.0.0.1:*"};
    auto started = server::Server::start(std::move(served), engine_);
    ASSERT_TRUE(started.ok()) << started.error().text();
    server_ = std::move(started).value();
    for (unsigned i = 1; i <= 2; ++i) enrol("p" + std::to_string(i), i, 1);
    enrol("twin", 2, 7);
  }
  void TearDown() override { server_.reset(); }

  HttpAnswer ask(std::string_view method, const std::string& target, const std::string& body = {}) {
    HttpClient client(server_->port());
    const char sign = target.find('?') == std::string::npos ? '?' : '&';
    return client.ask(method, target + sign + "transactionId=t", body, {}).value_or(HttpAnswer{});
  }
  void enrol(const std::string& person, unsigned seed, std::uint64_t capture) {
    const auto answer =
        ask("POST", "/v1/persons/" + person + "/encounters/e1", encounter_body(native_pair(seed, capture)));
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  // Asserts that it is answered.
  json::object done(std::string_view method, const std::string& target, const std::string& body = {}) {
    const HttpAnswer answer = ask(method, target, body);
    EXPECT_EQ(answer.status, 200) << method << " " << target << " " << answer.body;
    return answer.status == 200 ? json::parse(answer.body).as_object() : json::object{};
  }
  static std::string search(unsigned person, const std::string& more = "") {
    return R"({"kind":"identification","galleryId":"default","reference":"BP-1")" + more + R"(,"biometricData":[)" +
           native_pair(person, 99) + "]}";
  }
  static std::string pair(const std::string& more = "") {
    return R"({"kind":"deduplication","galleryId":"default","personId":"p2","otherPersonId":"twin")" + more + "}";
  }
  static std::string path_of(const json::object& opened) {
    return "/v1/cases/" + std::string(opened.at("case").at("caseId").as_string());
  }

  TemporaryDirectory directory_;
  std::shared_ptr<engine::Engine> engine_;
  std::unique_ptr<server::Server> server_;
};

TEST_F(CaseRoutesTest, ASearchBecomesACaseThatIsDecidedBeforeAnythingOfItIsTold) {
  const auto opened = done("POST", "/v1/cases", search(2, R"(,"decisions":1)"));
  EXPECT_EQ(opened.at("decision"), "match");
  const std::string path = path_of(opened);
  EXPECT_EQ(done("GET", "/v1/cases?state=waiting").at("total"), 1);
  EXPECT_EQ(ask("GET", path + "/candidates/1").status, 409) << "nobody has it yet";
  EXPECT_EQ(done("POST", path + "/claim").at("claimedByMe"), true);
  const HttpAnswer blind = ask("GET", path + "/candidates/1?pairs=true");
  ASSERT_EQ(blind.status, 200) << blind.body;
  EXPECT_THAT(blind.body, HasSubstr("minutiae"));
  for (const char* hidden : {"\"score\"", "scoreDb", "encounterId", "twin", "\"rank\""}) {
    EXPECT_THAT(blind.body, Not(HasSubstr(hidden)));
    EXPECT_THAT(ask("GET", path).body, Not(HasSubstr(hidden)));
    EXPECT_THAT(ask("GET", "/v1/cases").body, Not(HasSubstr(hidden)));
  }
  const auto decided =
      done("POST", path + "/decisions", R"({"decision":"same","candidate":1,"reason":"ridges_agree"})");
  EXPECT_EQ(decided.at("state"), "decided");
  EXPECT_EQ(decided.at("told").as_array().size(), 2U);
  EXPECT_TRUE(decided.at("told").as_array()[0].at("score").is_number());
  EXPECT_EQ(decided.at("outcome").at("personId"), decided.at("told").as_array()[0].at("personId"));
}

TEST_F(CaseRoutesTest, APairIsClaimedGivenBackAndDecidedOnceByOnePerson) {
  const std::string path = path_of(done("POST", "/v1/cases", pair()));
  EXPECT_EQ(done("POST", path + "/claim").at("next"), "decide");
  EXPECT_EQ(done("DELETE", path + "/claim").at("next"), "claim");
  EXPECT_EQ(ask("POST", path + "/decisions", R"({"decision":"different","reason":"ridges_differ"})").status, 409);
  done("POST", path + "/claim");
  const auto first = done("POST", path + "/decisions", R"({"decision":"different","reason":"ridges_differ"})");
  EXPECT_EQ(first.at("state"), "waiting");
  EXPECT_EQ(ask("POST", path + "/claim").status, 409);
  EXPECT_EQ(done("GET", path).at("why"), "decided_already");
  ASSERT_EQ(ask("DELETE", "/v1/persons/twin").status, 204);
  EXPECT_EQ(ask("GET", path).status, 404);
}

TEST_F(CaseRoutesTest, NobodyNearIsNoCase) {
  const auto opened = done("POST", "/v1/cases", search(40));
  EXPECT_EQ(opened.at("decision"), "no_match");
  EXPECT_FALSE(opened.contains("case"));
}

TEST_F(CaseRoutesTest, ASearchOfAnEnrolledPersonOpensACaseWhereTheCallerAsksForIt) {
  const auto answer = ask("POST", "/v1/identify/default/p2?openCase=true");
  ASSERT_EQ(answer.status, 200) << answer.body;
  ASSERT_TRUE(answer.headers.contains("whorl-case"));
  const auto view = done("GET", "/v1/cases/" + answer.headers.at("whorl-case"));
  EXPECT_EQ(view.at("kind"), "deduplication");
  EXPECT_EQ(view.at("reference"), "t");
  EXPECT_FALSE(ask("POST", "/v1/identify/default/p2").headers.contains("whorl-case"));
  EXPECT_FALSE(ask("POST", "/v1/identify/default/p1?openCase=true").headers.contains("whorl-case"));
}

TEST_F(CaseRoutesTest, WhatIsNoCaseAndNoDecisionIsRefused) {
  const std::string wrong[] = {
      "{}",
      "[]",
      R"({"kind":"release","galleryId":"default"})",
      R"({"kind":"identification","galleryId":"default"})",
      R"({"kind":"identification","galleryId":"default","biometricData":[]})",
      search(2, R"(,"decisions":3)"),
      search(2, R"(,"personId":"p1")"),
      pair(R"(,"biometricData":[])"),
      pair(R"(,"reference":")" + std::string(129, 'x') + "\""),
      R"({"kind":"deduplication","galleryId":"default","personId":"p2"})",
      R"({"kind":"deduplication","galleryId":"default","personId":"p2","otherPersonId":"p2"})",
  };
  for (const std::string& body : wrong) EXPECT_EQ(ask("POST", "/v1/cases", body).status, 400) << body.substr(0, 90);
  EXPECT_EQ(done("GET", "/v1/cases").at("total"), 0);
  const std::string path = path_of(done("POST", "/v1/cases", pair()));
  done("POST", path + "/claim");
  for (const char* body :
       {R"({"decision":"same","reason":"ridges_agree"})",
        R"({"decision":"same","candidate":2,"reason":"ridges_agree"})",
        R"({"decision":"different","candidate":1,"reason":"ridges_differ"})",
        R"({"decision":"different","reason":"ridges_agree"})", R"({"decision":"maybe","reason":"x"})",
        R"({"decision":"different","reason":"ridges_differ","score":1})", "{}"}) {
    EXPECT_EQ(ask("POST", path + "/decisions", body).status, 400) << body;
  }
  for (const char* number : {"0", "2", "-1", "1x", "99999999999"}) {
    EXPECT_EQ(ask("GET", path + "/candidates/" + number).status, 404) << number;
  }
  EXPECT_EQ(ask("GET", "/v1/cases/nosuch00").status, 404);
  EXPECT_EQ(ask("GET", "/v1/cases?state=open").status, 400);
  EXPECT_EQ(done("GET", path).at("decided"), 0);
}

TEST_F(CaseRoutesTest, WhatADeduplicationKeepsBecomesCasesOnce) {
  CallbackServer client;
  const auto deduped = [&](std::size_t nth, const std::string& more) {
    const std::string target = "/v1/galleries/default/dedupe?threshold=30" + more;
    EXPECT_EQ(ask("POST", target + "&callback=" + escaped(client.url())).status, 202);
    return json::parse(client.wait_for(nth).back().body).as_object();
  };
  const json::object plain = deduped(1, "");
  EXPECT_EQ(plain.at("total"), 1);
  EXPECT_EQ(plain.if_contains("cases"), nullptr);
  EXPECT_EQ(done("GET", "/v1/cases").at("total"), 0);
  for (const std::size_t nth : {2, 3}) {
    EXPECT_EQ(deduped(nth, "&openCases=true&anew=true").at("cases"), 1);
    const json::object waiting = done("GET", "/v1/cases?kind=deduplication");
    EXPECT_EQ(waiting.at("total"), 1);
    const json::object& view = waiting.at("cases").as_array().at(0).as_object();
    EXPECT_EQ(view.at("state"), "waiting");
    EXPECT_EQ(view.at("candidates"), 1);
  }
}

TEST_F(CaseRoutesTest, TwoEnrolledPeopleAreVerifiedWithEachOther) {
  EXPECT_EQ(done("POST", "/v1/verify/default/p2/with/twin").at("decision"), true);
  EXPECT_EQ(done("POST", "/v1/verify/default/p1/with/twin").at("decision"), false);
  EXPECT_EQ(ask("POST", "/v1/verify/default/p1/with/nobody").status, 404);
  EXPECT_EQ(ask("POST", "/v1/verify/default/nobody/with/p1").status, 404);
  EXPECT_EQ(ask("POST", "/v1/verify/default/p1/with/p1").status, 400);
}

TEST_F(CaseRoutesTest, OneIsVerifiedAgainstAFew) {
  const auto body = [](const std::string& ids, unsigned person) {
    return R"({"personIds":)" + ids + R"(,"biometricData":[)" + native_pair(person, 9) + "]}";
  };
  const HttpAnswer answer = ask("POST", "/v1/verify/default", body(R"(["p1","p2","twin"])", 2));
  ASSERT_EQ(answer.status, 200) << answer.body;
  const json::array all = json::parse(answer.body).as_array();
  ASSERT_EQ(all.size(), 3U);
  for (const auto& [i, person, decision] :
       {std::tuple(0, "p1", "no_match"), std::tuple(1, "p2", "match"), std::tuple(2, "twin", "match")}) {
    EXPECT_EQ(all.at(static_cast<std::size_t>(i)).at("personId"), person);
    EXPECT_EQ(all.at(static_cast<std::size_t>(i)).at("decision"), decision);
  }
  const HttpAnswer unknown = ask("POST", "/v1/verify/default", body(R"(["p1","nobody"])", 2));
  EXPECT_EQ(unknown.status, 404);
  EXPECT_THAT(unknown.body, HasSubstr("personIds[1]"));
  for (const std::string ids :
       {"[]", R"(["p1",7])", R"([".."])", R"("p1")", R"(["a","b","c","d","e","f","g","h","i"])"}) {
    EXPECT_EQ(ask("POST", "/v1/verify/default", body(ids, 2)).status, 400) << ids;
  }
  EXPECT_EQ(ask("POST", "/v1/verify/default", R"({"biometricData":[]})").status, 400);
}

}  // namespace
}  // namespace whorl::tests
