// Signing in over HTTP: what is answered, what is logged, and what the service is told.
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

#include "base/base64.h"
#include "crypto/password.h"
#include "tests/server/access_fixture.h"

namespace whorl::tests {
namespace {

constexpr const char* kIdentify = "/v1/identify/ALL?transactionId=t";
constexpr const char* kGalleries = "/v1/galleries?transactionId=t";

class SignInWireTest : public AccessTest {
 protected:
  SignInWireTest() : before_(spdlog::default_logger()) {
    spdlog::set_default_logger(
        std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_)));
  }
  ~SignInWireTest() override {
    server_.reset();
    spdlog::set_default_logger(before_);
  }
  std::string log() {
    server_.reset();
    return text_.str();
  }
  static std::string basic(const std::string& name, const std::string& password) {
    return "Basic " + encode_base64(as_bytes(name + ":" + password));
  }
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_;
};

TEST_F(SignInWireTest, ATokenLetsInAndTheCallSaysWho) {
  start_with(std::string(kTokens));
  const auto answer = ask("POST", kIdentify, identify_body(), bearer(token("abis.identify", "", "officer\n7=x")));
  EXPECT_EQ(answer.status, 401) << "a control character in a claim";
  const auto good = ask("POST", kIdentify, identify_body(), bearer(token("abis.identify", "", "officer 7=x")));
  ASSERT_EQ(good.status, 200) << good.body;
  EXPECT_EQ(service_->last_call().who.subject, "officer 7=x");
  EXPECT_EQ(service_->last_call().who.issuer, "https://idp.test");
  EXPECT_EQ(service_->last_call().who.by, engine::SignedInBy::kToken);
  for (const auto& [name, value] : good.headers) EXPECT_EQ(value.find("officer"), std::string::npos) << name;
  const std::string text = log();
  EXPECT_NE(text.find("who=token:officer?7?x"), std::string::npos) << text;
  EXPECT_EQ(text.find("eyJ"), std::string::npos) << "no token in the log";
}

TEST_F(SignInWireTest, WhoIsNotKnownIsAskedToSignInAndWhoMayNotIsTold) {
  start_with(std::string(kTokens));
  const auto nobody = ask("GET", kGalleries);
  EXPECT_EQ(nobody.status, 401);
  EXPECT_EQ(nobody.headers.at("www-authenticate"), "Bearer realm=\"whorl\"");
  EXPECT_EQ(reason(nobody), "not_signed_in");
  const auto forged = ask("GET", kGalleries, "", bearer("a.b.c"));
  EXPECT_EQ(forged.status, 401);
  EXPECT_EQ(forged.headers.at("www-authenticate"), "Bearer realm=\"whorl\", error=\"invalid_token\"");
  EXPECT_EQ(reason(forged), "token_refused");
  const auto other = ask("GET", kGalleries, "", bearer(token("abis.identify")));
  EXPECT_EQ(other.status, 403);
  EXPECT_EQ(reason(other), "scope_lacking");
  EXPECT_EQ(other.headers.at("www-authenticate"),
            "Bearer realm=\"whorl\", error=\"insufficient_scope\", scope=\"abis.gallery.read\"");
  EXPECT_EQ(ask("GET", kGalleries, "", {{"Authorization", "Bearer x"}, {"authorization", "Bearer y"}}).status, 400);
  EXPECT_EQ(ask("GET", kGalleries, "", bearer(token("abis.gallery.read"))).status, 200);
  EXPECT_EQ(ask("GET", "/livez").status, 200) << "nobody is asked";
  EXPECT_EQ(ask("GET", "/metrics").status, 401);
}

// The same answer whether the key, the signature or the form is wrong; the log alone knows.
TEST_F(SignInWireTest, ForgeriesAreToldApartByTheLogAlone) {
  start_with(std::string(kTokens));
  const auto foreign = *crypto::PrivateKey::make(crypto::KeyKind::kEd25519);
  const auto wrong_signature = ask("GET", kGalleries, "", bearer(token_of(foreign, "k1", "abis.gallery.read")));
  const auto wrong_key = ask("GET", kGalleries, "", bearer(token_of(foreign, "k2", "abis.gallery.read")));
  const auto wrong_form = ask("GET", kGalleries, "", bearer("x"));
  EXPECT_EQ(wrong_signature.body, wrong_key.body);
  EXPECT_EQ(wrong_signature.body, wrong_form.body);
  EXPECT_EQ(wrong_signature.status, 401);
  const std::string text = log();
  for (const char* why : {"signature_wrong", "key_unknown", "jose_malformed"}) {
    EXPECT_NE(text.find(std::string("sign-in refused: ") + why), std::string::npos) << text;
  }
}

TEST_F(SignInWireTest, IsSettledBeforeTheBodyIsSent) {
  start_with(std::string(kTokens));
  HttpClient client(server_->port());
  ASSERT_TRUE(
      client.send("POST " + std::string(kIdentify) +
                  " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 20000000\r\n"
                  "Expect: 100-continue\r\n\r\n"));
  const auto answer = client.receive();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 401);
  EXPECT_FALSE(answer->keep_alive);
}

TEST_F(SignInWireTest, ATokenThatIsTooLongIsRefusedAndOneOfEightKilobytesFitsTheHeader) {
  start_with(std::string(kTokens));
  EXPECT_EQ(ask("GET", kGalleries, "", bearer(std::string(9 * 1024, 'a'))).status, 401);
  EXPECT_EQ(
      ask("GET", kGalleries, "", bearer(token("abis.gallery.read", ",\"pad\":\"" + std::string(5000, 'x') + "\"")))
          .status,
      200);
  EXPECT_EQ(ask("GET", kGalleries, "", bearer(std::string(20 * 1024, 'a'))).status, 431);
}

TEST_F(SignInWireTest, KeysAreRotatedWithoutARestart) {
  start_with(std::string(kTokens));
  EXPECT_EQ(ask("GET", kGalleries, "", bearer(token("abis.gallery.read"))).status, 200);
  const auto next = *crypto::PrivateKey::make(crypto::KeyKind::kP256);
  const auto with_next = bearer(token_of(next, "k2", "abis.gallery.read"));
  EXPECT_EQ(ask("GET", kGalleries, "", with_next).status, 401);
  // A set that is not sound changes nothing.
  write_private(folder_.path() / "jwks.json", "{\"keys\":[");
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  EXPECT_EQ(ask("GET", kGalleries, "", bearer(token("abis.gallery.read"))).status, 200);
  publish(next, "k2");
  int status = 0;
  for (int i = 0; i < 500 && status != 200; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    status = ask("GET", kGalleries, "", with_next).status;
  }
  EXPECT_EQ(status, 200);
  EXPECT_EQ(ask("GET", kGalleries, "", bearer(token("abis.gallery.read"))).status, 401) << "the old key is gone";
  EXPECT_NE(log().find("event=access_not_read"), std::string::npos);
}

TEST_F(SignInWireTest, PeopleBelowTheReviewLineAreNamedToThoseWhoMay) {
  start_with(std::string(kTokens));
  const std::string target = std::string(kIdentify) + "&showAll=true";
  const auto refused = ask("POST", target, identify_body(), bearer(token("abis.identify")));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(reason(refused), "scope_lacking");
  const std::string in_body = R"({"filter":{},"showAll":true,"biometricData":[)" + kFinger + "]}";
  EXPECT_EQ(ask("POST", kIdentify, in_body, bearer(token("abis.identify"))).status, 403);
  EXPECT_EQ(ask("POST", target, identify_body(), bearer(token("abis.identify whorl.identify.show_all"))).status, 200);
}

TEST_F(SignInWireTest, TooManyForgeriesFromOneAddressHaveToWaitAndGoodOnesGoOn) {
  start_with(std::string(kTokens) + "[limits]\nfailed_sign_ins = 3\n");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask("GET", kGalleries, "", bearer("x")).status, 401);
  const auto limited = ask("GET", kGalleries, "", bearer("x"));
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(reason(limited), "too_many_sign_ins");
  EXPECT_GE(std::stoi(limited.headers.at("retry-after")), 1);
  EXPECT_EQ(ask("GET", kGalleries, "", bearer(token("abis.gallery.read"))).status, 200);
  const auto metrics = ask("GET", "/metrics", "", bearer(token("whorl.metrics.read")));
  EXPECT_NE(metrics.body.find("whorl_access_limited_total{limit=\"sign_in\"} 1"), std::string::npos) << metrics.body;
  EXPECT_NE(metrics.body.find("whorl_access_refused_total{reason=\"not_signed_in\"} 3"), std::string::npos);
}

TEST_F(SignInWireTest, ACallerAndAGalleryHaveTheirLimits) {
  start_with(std::string(kTokens) + "[limits]\nidentify_of_machine = 3\nidentify_of_gallery = 5\n");
  const auto one = bearer(token("abis.identify abis.verify", "", "one"));
  const auto two = bearer(token("abis.identify", "", "two"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask("POST", kIdentify, identify_body(), one).status, 200) << i;
  const auto limited = ask("POST", kIdentify, identify_body(), one);
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(reason(limited), "too_many_requests");
  EXPECT_GE(std::stoi(limited.headers.at("retry-after")), 1);
  EXPECT_EQ(ask("POST", "/v1/verify/ALL/p?transactionId=t", verify_body(), one).status, 200) << "counted apart";
  for (int i = 0; i < 2; ++i) EXPECT_EQ(ask("POST", kIdentify, identify_body(), two).status, 200) << i;
  EXPECT_EQ(ask("POST", kIdentify, identify_body(), two).status, 429) << "the gallery's limit";
  EXPECT_EQ(ask("POST", "/v1/identify/VIP?transactionId=t", identify_body(), two).status, 200);
}

TEST_F(SignInWireTest, NamesWithPasswordsSignInAndAreSlowedDown) {
  const std::string hash = crypto::password_hash_text(*crypto::hash_password("a password of anna"));
  start_with("[limits]\nfailed_sign_ins = 2\n[[people]]\nname='anna'\nroles=['officer']\npassword='" + hash + "'\n");
  const Headers good{{"Authorization", basic("anna", "a password of anna")}};
  const auto answer = ask("POST", kIdentify, identify_body(), good);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(service_->last_call().who.subject, "anna");
  EXPECT_EQ(ask("GET", "/metrics", "", good).status, 403);
  const auto nobody = ask("GET", kGalleries);
  EXPECT_EQ(nobody.headers.at("www-authenticate"), "Bearer realm=\"whorl\", Basic realm=\"whorl\", charset=\"UTF-8\"");
  const auto script = ask("GET", kGalleries, "", {{"Sec-Fetch-Mode", "cors"}, {"Sec-Fetch-Site", "same-origin"}});
  EXPECT_EQ(script.status, 401);
  EXPECT_EQ(script.headers.at("www-authenticate"), "Bearer realm=\"whorl\"") << "else the browser asks by itself";
  const auto wrong = ask("GET", kGalleries, "", {{"Authorization", basic("anna", "a password of ann")}});
  const auto unknown = ask("GET", kGalleries, "", {{"Authorization", basic("bert", "a password of anna")}});
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.body, unknown.body);
  EXPECT_EQ(ask("GET", kGalleries, "", {{"Authorization", basic("anna", "again something")}}).status, 429);
  EXPECT_EQ(ask("GET", kGalleries, "", good).status, 200) << "who has just signed in is not locked out";
  const std::string text = log();
  EXPECT_NE(text.find("who=password:anna"), std::string::npos);
  EXPECT_EQ(text.find("a password"), std::string::npos);
  EXPECT_EQ(text.find(hash), std::string::npos);
}

TEST_F(SignInWireTest, AnybodySignedInIsToldWhoTheyAreAndNobodyElseIs) {
  start_with(std::string(kTokens));
  EXPECT_EQ(ask("GET", "/v1/me").status, 401);
  EXPECT_EQ(ask("GET", "/v1/me", "", bearer("no token")).status, 401);
  const auto answer = ask("GET", "/v1/me", "", bearer(token("abis.verify", "", "u-7")));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(json_of(answer).at("subject").as_string(), "u-7");
  EXPECT_EQ(json_of(answer).at("signedInBy").as_string(), "token");
  EXPECT_EQ(json_of(answer).at("scopes").as_array().size(), 1U);
  EXPECT_EQ(json_of(answer).at("galleries").as_array().size(), 0U) << "who may not list them is told of none";
  EXPECT_EQ(ask("GET", "/check").status, 200) << "the page is for everybody, and holds nothing";
}

TEST_F(SignInWireTest, AnExplanationCountsAsTheVerificationThatItIs) {
  start_with(std::string(kTokens) + "[limits]\nverify = 2\n");
  const auto who = bearer(token("abis.verify whorl.comparison.explain"));
  const char* const explain = "/v1/explain/ALL/p?transactionId=t";
  EXPECT_EQ(ask("POST", explain, verify_body(), who).status, 200);
  EXPECT_EQ(ask("POST", "/v1/verify/ALL/p?transactionId=t", verify_body(), who).status, 200);
  EXPECT_EQ(ask("POST", explain, verify_body(), who).status, 429);
}

// Each has begun a large body, and is told to go on.
TEST_F(SignInWireTest, ACallerWithManyLargeBodiesLeavesRoomForOthers) {
  server::ServerConfig config;
  config.max_body_bytes = 1u << 20;
  config.max_bodies_bytes = 2u << 20;
  start_with(std::string(kTokens), config);
  std::vector<std::unique_ptr<HttpClient>> open;
  const auto begin = [&](const std::string& subject) {
    open.push_back(std::make_unique<HttpClient>(server_->port()));
    open.back()->send(
        "POST /v1/persons?transactionId=t HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Authorization: Bearer " +
        token("abis.encounter.write", "", subject) + "\r\nExpect: 100-continue\r\nContent-Length: 1048576\r\n\r\n");
    const auto answer = open.back()->receive();
    return answer ? answer->status : 0;
  };
  int taken = 0;
  for (int i = 0; i < 12; ++i) taken += begin("greedy") == 100 ? 1 : 0;
  EXPECT_EQ(taken, 4) << "half of the memory for bodies";
  EXPECT_EQ(begin("other"), 100);
  EXPECT_EQ(begin("third"), 100);
  EXPECT_EQ(begin("greedy"), 503);
}

}  // namespace
}  // namespace whorl::tests
