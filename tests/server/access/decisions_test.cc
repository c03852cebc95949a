// What cannot be taken back is decided by a person who signed in shortly before: every route that decides, and whoever
// might pass for one who has.
#include <gmock/gmock.h>

#include <set>

#include "base/base64.h"
#include "crypto/password.h"
#include "server/routes.h"
#include "tests/server/access_fixture.h"
#include "tests/server/fake_desk.h"

namespace whorl::tests {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAre;

const std::string kHold = "/v1/persons/p/hold?transactionId=t";
const std::string kDecision = "/v1/exchange/desk/request-1/decision";
const std::string kRefuse = R"({"decision":"refuse"})";

std::vector<server::Route> deciding() {
  std::vector<server::Route> out;
  for (const server::Route& route : server::served_routes().rows()) {
    if (route.decides) out.push_back(route);
  }
  return out;
}

std::string target_of(std::string_view path) {
  std::string out(path);
  for (auto at = out.find('{'); at != std::string::npos; at = out.find('{')) {
    out.replace(at, out.find('}') - at + 1, "p");
  }
  return out + "?transactionId=t";
}

// A desk that remembers whether anything was decided there.
class Desk final : public FakeDesk {
 public:
  Result<engine::ReleaseCase> decide(const Call& call, const engine::ReleaseDecision&) override {
    return done(call), engine::ReleaseCase{};
  }
  Result<engine::Disclosure> withdraw(const Call& call, const std::string&) override {
    return done(call), engine::Disclosure{};
  }
  Status protect(const Call& call, const std::string&, const engine::Protection&) override {
    return done(call), Status();
  }
  std::vector<engine::Principal> who() const {
    const std::lock_guard lock(mutex_);
    return who_;
  }

 private:
  void done(const Call& call) {
    const std::lock_guard lock(mutex_);
    who_.push_back(call.who);
  }
  mutable std::mutex mutex_;
  std::vector<engine::Principal> who_;
};

class DecisionsTest : public AccessTest {
 protected:
  DecisionsTest() { service_->set_member_desk(&desk_); }
  ~DecisionsTest() override { server_.reset(); }

  HttpAnswer decide(const server::Route& route, const Headers& headers) {
    const bool release = route.path.find("exchange/desk") != std::string_view::npos;
    return ask(route.method, target_of(route.path), route.body.json ? (release ? kRefuse : "{}") : "", headers);
  }
  // Lifts a hold of somebody whom nobody knows: 404 where the node was asked to.
  HttpAnswer lift(const Headers& headers) { return ask("DELETE", kHold, "", headers); }
  static std::string basic(const std::string& name, const std::string& password) {
    return "Basic " + encode_base64(as_bytes(name + ":" + password));
  }

  Desk desk_;
};

TEST_F(DecisionsTest, TheseAreTheRoutesThatDecide) {
  std::vector<std::string> names;
  for (const server::Route& route : deciding()) {
    names.push_back(std::string(route.method) + " " + std::string(route.path));
    EXPECT_FALSE(route.scope.empty()) << "a route for everybody asks nobody who they are";
    EXPECT_TRUE(std::holds_alternative<server::OnWorker>(route.handler));
    // What is done later is done by whoever signed in when it was asked for.
    for (const server::Parameter& each : route.query) EXPECT_NE(each.name, "callback") << names.back();
    EXPECT_FALSE(route.keeps_answer) << "an answer that is kept is given again to whoever has the key";
  }
  EXPECT_THAT(names, UnorderedElementsAre("DELETE /v1/persons/{personId}/hold",
                                          "DELETE /v1/persons/{personId}/encounters/{encounterId}/hold",
                                          "POST /v1/exchange/desk/{requestId}/decision",
                                          "POST /v1/exchange/disclosures/{disclosureId}/withdrawal",
                                          "POST /v1/exchange/desk-key/rotation",
                                          "PUT /v1/exchange/protection/{personId}", "POST /v1/cases/{caseId}/decisions",
                                          "POST /v1/thresholds/proposals/{proposalId}/decision"));
}

TEST_F(DecisionsTest, EveryOneOfThemRefusesWhoSignedInLongAgoOrNeverAndChangesNothing) {
  start_with(std::string(kTokens) + "[limits]\nother = 0\n");
  for (const server::Route& route : deciding()) {
    SCOPED_TRACE(std::string(route.method) + " " + std::string(route.path));
    const std::string scope(route.scope);
    for (const std::string& more : {signed_in_ago(301), signed_in_ago(86'400), std::string(),
                                    signed_in_ago(0) + R"(,"client_id":"u-1")", signed_in_ago(0) + R"(,"azp":"u-1")"}) {
      const auto answer = decide(route, bearer(token(scope, more)));
      EXPECT_EQ(answer.status, 403) << more;
      EXPECT_EQ(reason(answer), "sign_in_again") << more;
      EXPECT_THAT(message_of(answer), HasSubstr("within the last 300 seconds: sign in again"));
      EXPECT_EQ(answer.headers.at("www-authenticate"),
                R"(Bearer realm="whorl", error="insufficient_user_authentication", max_age="300")");
    }
    EXPECT_EQ(reason(decide(route, bearer(token("whorl.exchange.ask", signed_in_ago(0))))), "scope_lacking");
    EXPECT_EQ(reason(decide(route, bearer(token("", signed_in_ago(400))))), "scope_lacking") << "that comes first";
  }
  EXPECT_EQ(service_->calls(), 0);
  EXPECT_EQ(desk_.who().size(), 0U);
  for (const server::Route& route : deciding()) {
    SCOPED_TRACE(std::string(route.method) + " " + std::string(route.path));
    const auto answer = decide(route, bearer(token(std::string(route.scope), signed_in_ago(200))));
    EXPECT_NE(answer.status, 403) << answer.body;
    EXPECT_NE(reason(answer), "sign_in_again");
  }
  EXPECT_EQ(desk_.who().size(), 3U) << "the release, the withdrawal, the protection";
  EXPECT_GT(service_->calls(), 0) << "the holds";
}

TEST_F(DecisionsTest, AProgramReadsHowSoonItWouldHaveToBe) {
  start_with(std::string(kTokens));
  Headers headers = bearer(token("whorl.hold.write", signed_in_ago(400)));
  headers["Accept"] = "application/vnd.whorl.error+json";
  const auto answer = json_of(lift(headers));
  EXPECT_EQ(answer.at("reasonCode"), "sign_in_again");
  EXPECT_EQ(answer.at("reasonArguments").at("seconds"), 300);
}

TEST_F(DecisionsTest, TheLimitIsThatOfTheFile) {
  start_with(std::string(kTokens) + "[decisions]\nsigned_in_within_s = 60\n");
  EXPECT_EQ(reason(lift(bearer(token("whorl.hold.write", signed_in_ago(61))))), "sign_in_again");
  EXPECT_EQ(lift(bearer(token("whorl.hold.write", signed_in_ago(30)))).status, 404);
  start_with(std::string(kTokens) + "[decisions]\nsigned_in_within_s = 3600\n");
  EXPECT_EQ(lift(bearer(token("whorl.hold.write", signed_in_ago(3000)))).status, 404);
  EXPECT_EQ(reason(lift(bearer(token("whorl.hold.write", signed_in_ago(3601))))), "sign_in_again");
}

TEST_F(DecisionsTest, ToLookIsNotToDecideNorIsToKeepSomething) {
  start_with(std::string(kTokens));
  const Headers old = bearer(token("whorl.hold.write whorl.release.decide whorl.case.decide", signed_in_ago(3000)));
  EXPECT_EQ(ask("PUT", kHold, "", old).status, 404) << "a hold is set at once";
  for (const char* path : {"/v1/exchange/desk", "/v1/exchange/disclosures", "/v1/cases"}) {
    EXPECT_NE(ask("GET", path, "", old).status, 403) << path;
  }
}

TEST_F(DecisionsTest, NothingThatARequestSaysBesideItsTokenMakesTheSignInFresh) {
  start_with(std::string(kTokens));
  const std::string now = signed_in_ago(0).substr(signed_in_ago(0).find(':') + 1);
  for (const char* name : {"X-Auth-Time", "X-Signed-In-At", "Whorl-Signed-In-At", "X-Forwarded-User", "Date", "Cookie",
                           "X-Forwarded-Access-Token", "Idempotency-Key", "DPoP", "Whorl-Csrf"}) {
    Headers headers = bearer(token("whorl.hold.write", signed_in_ago(400)));
    headers[name] = now;
    EXPECT_EQ(reason(lift(headers)), "sign_in_again") << name;
  }
  for (const char* query : {"&auth_time=", "&again=true&signed_in_at="}) {
    const auto answer = ask("DELETE", kHold + query + now, "", bearer(token("whorl.hold.write", signed_in_ago(400))));
    EXPECT_EQ(reason(answer), "sign_in_again") << query;
  }
  // Another method, spelling or path of the same leads nowhere else.
  const Headers old = bearer(token("whorl.hold.write whorl.release.decide", signed_in_ago(400)));
  for (const char* path : {"/v1/exchange/desk/request-1/decision/", "/v1//exchange/desk/request-1/decision",
                           "/v1/exchange/desk/request-1/%64ecision", "/V1/exchange/desk/request-1/decision"}) {
    EXPECT_NE(ask("POST", path, kRefuse, old).status, 200) << path;
  }
  Headers instead = old;
  instead["X-HTTP-Method-Override"] = "DELETE";
  ask("POST", kHold, "", instead);
  EXPECT_EQ(desk_.who().size(), 0U);
  EXPECT_EQ(service_->calls(), 0);
}

TEST_F(DecisionsTest, AnswersThatAreKeptForAKeyAreNoWayAround) {
  start_with(std::string(kTokens));
  Headers fresh = bearer(token("whorl.release.decide", signed_in_ago(0)));
  fresh["Idempotency-Key"] = "once";
  EXPECT_EQ(ask("POST", kDecision, kRefuse, fresh).status, 200);
  Headers old = bearer(token("whorl.release.decide", signed_in_ago(400)));
  old["Idempotency-Key"] = "once";
  EXPECT_EQ(reason(ask("POST", kDecision, kRefuse, old)), "sign_in_again");
  EXPECT_EQ(desk_.who().size(), 1U);
}

TEST_F(DecisionsTest, TheDeskIsToldWhenItsOfficerSignedIn) {
  start_with(std::string(kTokens));
  const auto before = real_world().now();
  EXPECT_EQ(ask("POST", kDecision, kRefuse, bearer(token("whorl.release.decide", signed_in_ago(100)))).status, 200);
  ASSERT_EQ(desk_.who().size(), 1U);
  ASSERT_TRUE(desk_.who().front().signed_in_at.has_value());
  EXPECT_LE(*desk_.who().front().signed_in_at, before - std::chrono::seconds(99));
}

TEST_F(DecisionsTest, WhoShowsAPasswordWithTheRequestIsThereNow) {
  const std::string hash = crypto::password_hash_text(*crypto::hash_password("a password of anna"));
  start_with("[[people]]\nname='anna'\nroles=['protection']\npassword='" + hash + "'\n");
  const Headers good{{"Authorization", basic("anna", "a password of anna")}};
  EXPECT_EQ(lift(good).status, 404) << "its password was looked at";
  EXPECT_EQ(lift(good).status, 404) << "and is known";
  EXPECT_EQ(lift({{"Authorization", basic("anna", "another password")}}).status, 401);
}

TEST_F(DecisionsTest, AMachineDecidesNothing) {
  TestCa servers("servers");
  TestCa clients("clients");
  const Issued own = servers.issue({.name = "node.a.test", .dns = {"node.a.test"}, .usage = "serverAuth"});
  write_private(folder_.path() / "node.key", own.key);
  write_private(folder_.path() / "node.pem", own.certificate);
  write_private(folder_.path() / "clients.pem", clients.certificate());
  start_with(
      "[tls]\ncertificate = 'node.pem'\nkey = 'node.key'\nclient_ca = 'clients.pem'\n[[machines]]\nname = 'registry'\n"
      "dns = 'registry.a.test'\nscopes = ['whorl.hold.write', 'whorl.protection.write']\n");
  const Issued registry = clients.issue({.name = "registry", .dns = {"registry.a.test"}, .usage = "clientAuth"});
  const auto sent = [&](const char* method, const std::string& target, const std::string& body) {
    HttpClient client(server_->port(),
                      {.ca = servers.certificate(), .certificate = registry.certificate, .key = registry.key});
    EXPECT_EQ(client.failure(), "");
    return client.ask(method, target, body, {}).value_or(HttpAnswer{});
  };
  EXPECT_EQ(sent("PUT", kHold, "").status, 404);
  EXPECT_EQ(reason(sent("DELETE", kHold, "")), "sign_in_again");
  EXPECT_EQ(reason(sent("PUT", "/v1/exchange/protection/p", "{}")), "sign_in_again");
  EXPECT_EQ(desk_.who().size(), 0U);
}

TEST_F(DecisionsTest, WithoutAnAccessFileTheLocalUserDecidesAsBefore) {
  EXPECT_EQ(lift({}).status, 404);
  EXPECT_EQ(ask("POST", kDecision, kRefuse).status, 200);
}

}  // namespace
}  // namespace whorl::tests
