// People who sign in at an identity provider, through real sockets: how it goes, and everything that must not.
#include <gmock/gmock.h>

#include <thread>

#include "base/sha256.h"
#include "crypto/jose/base64url.h"
#include "tests/server/access/fake_provider.h"
#include "tests/server/access_fixture.h"

namespace whorl::tests {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Members = std::map<std::string, std::string>;

// A parameter of an address's query, or of a form.
std::string parameter(const std::string& text, const std::string& name) {
  const auto begin = ("&" + text.substr(text.find('?') + 1)).find("&" + name + "=");
  if (begin == std::string::npos) return {};
  const std::string rest = text.substr(text.find('?') + 1).substr(begin + name.size() + 1);
  return rest.substr(0, rest.find('&'));
}

std::string cookie_in(const HttpAnswer& answer, const std::string& name) {
  const auto at = answer.headers.find("set-cookie");
  if (at == answer.headers.end()) return {};
  const auto begin = ("\n" + at->second).find("\n" + name + "=");
  if (begin == std::string::npos) return {};
  return at->second.substr(begin, at->second.find(';', begin) - begin);
}

class ProviderSignInTest : public AccessTest {
 protected:
  ProviderSignInTest() {
    const Issued own = ca_.issue({.name = "node.a.test", .dns = {"node.a.test"}, .usage = "serverAuth"});
    write_private(folder_.path() / "node.key", own.key);
    write_private(folder_.path() / "node.pem", own.certificate);
    write_private(folder_.path() / "ca.pem", ca_.certificate());
    write_private(folder_.path() / "secret", "a secret:of the client\n");
  }

  static std::string tls() {
    return "[tls]\ncertificate = 'node.pem'\nkey = 'node.key'\n[limits]\nfailed_sign_ins = 0\n";
  }
  std::string provider(const std::string& more = "secret = 'secret'\n") const {
    return "[provider]\nissuer = '" + provider_.issuer() +
           "'\nclient = 'node-a'\nca = 'ca.pem'\nredirect = 'https://node.a.test/v1/sign-in/callback'\n"
           "roles_claim = 'groups'\n" +
           more + "[provider.roles]\nborder = ['officer']\nit = ['operator']\nguards = ['protection']\n";
  }
  void start_provider(const std::string& more = "secret = 'secret'\n") {
    server::ServerConfig config;
    config.keys_least = 10ms;
    start_with(tls() + provider(more), config);
    // Until the description was fetched the start says 503.
    for (int i = 0; i < 1000 && get("/v1/sign-in/start").status != 303; ++i) std::this_thread::sleep_for(10ms);
  }

  TlsWish wish() const { return {.ca = ca_.certificate(), .certificate = "", .key = ""}; }
  HttpAnswer send(const char* method, const std::string& target, const Headers& headers = {}) {
    HttpClient client(server_->port(), wish());
    EXPECT_EQ(client.failure(), "");
    return client.ask(method, target, "", headers).value_or(HttpAnswer{});
  }
  HttpAnswer get(const std::string& target, const Headers& headers = {}) { return send("GET", target, headers); }

  struct Begun {
    std::string cookie, state, nonce, challenge, location;
  };
  Begun begun(const std::string& page = "node", const std::string& more = "") {
    const auto answer = get("/v1/sign-in/start?page=" + page + more);
    EXPECT_EQ(answer.status, 303) << answer.body;
    const std::string to = answer.status == 303 ? answer.headers.at("location") : "";
    return {cookie_in(answer, "__Host-whorl-attempt"), parameter(to, "state"), parameter(to, "nonce"),
            parameter(to, "code_challenge"), to};
  }
  // The provider's answer to the next code.
  void answer_code(const std::string& id_token) {
    provider_.answer_to("/token", [id_token] {
      return FakeProvider::json(R"({"access_token":"x","token_type":"Bearer","id_token":")" + id_token + "\"}");
    });
  }
  HttpAnswer come_back(const Begun& begun, const std::string& more = "") {
    return get("/v1/sign-in/callback?code=c1&state=" + begun.state + "&iss=" + escaped_issuer() + more,
               {{"Cookie", begun.cookie}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}});
  }
  std::string escaped_issuer() const { return "https%3A%2F%2F" + provider_.issuer().substr(8); }
  // A whole sign-in; the cookie of the session.
  std::string signed_in(const Members& claims = {}) {
    const Begun at = begun();
    answer_code(provider_.id_token(at.nonce, claims));
    const auto answer = come_back(at);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return cookie_in(answer, "__Host-whorl");
  }
  // What comes of an ID token like this.
  std::string outcome(const std::string& id_token, const Begun& at) {
    answer_code(id_token);
    const auto answer = come_back(at);
    EXPECT_EQ(cookie_in(answer, "__Host-whorl").empty(), answer.status != 200);
    const auto why = answer.body.find("signIn=");
    return why == std::string::npos ? "ok" : answer.body.substr(why + 7, answer.body.find('"', why) - why - 7);
  }

  static constexpr const char* kHold = "/v1/persons/nobody/hold?transactionId=t";
  static std::string ago_of(std::int64_t ago) {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(real_world().now().time_since_epoch()).count();
    return std::to_string(now - ago);
  }

  TestCa ca_{"servers"};
  FakeProvider provider_{ca_};
};

TEST_F(ProviderSignInTest, APersonSignsInActsAndSignsOut) {
  start_provider();
  const Begun at = begun();
  EXPECT_TRUE(at.location.starts_with(provider_.issuer() + "/auth?response_type=code&client_id=node-a&"))
      << at.location;
  EXPECT_EQ(parameter(at.location, "redirect_uri"), "https%3A%2F%2Fnode.a.test%2Fv1%2Fsign-in%2Fcallback");
  EXPECT_EQ(parameter(at.location, "code_challenge_method"), "S256");
  answer_code(provider_.id_token(at.nonce));
  const auto back = come_back(at);
  ASSERT_EQ(back.status, 200) << back.body;
  EXPECT_THAT(back.body, HasSubstr("url=/node\""));
  const std::string cookies = back.headers.at("set-cookie");
  EXPECT_THAT(cookies, HasSubstr("; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=28800"));
  EXPECT_THAT(cookies, HasSubstr("__Host-whorl-attempt=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"));
  // The code was shown with its verifier, and by this client.
  const std::string form = provider_.last_form();
  EXPECT_EQ(parameter("?" + form, "code"), "c1");
  EXPECT_EQ(crypto::base64url(*sha256(as_bytes(parameter("?" + form, "code_verifier")))), at.challenge);
  EXPECT_THAT(provider_.last_authorization(), HasSubstr("Basic "));
  EXPECT_EQ(form.find("secret"), std::string::npos);

  const Headers session{{"Cookie", cookie_in(back, "__Host-whorl")}};
  const auto me = get("/v1/me", session);
  ASSERT_EQ(me.status, 200) << me.body;
  EXPECT_EQ(json_of(me).at("subject"), "anna");
  EXPECT_EQ(json_of(me).at("roles"), boost::json::array{"officer"});
  EXPECT_EQ(get("/v1/galleries?transactionId=t", session).status, 200);
  EXPECT_EQ(get("/metrics", session).status, 403) << "no more than the role";
  const std::string csrf(json_of(get("/v1/sign-in", session)).at("csrf").as_string());
  const auto out = send("POST", "/v1/sign-out",
                        {{"Cookie", session.at("Cookie")}, {"Whorl-Csrf", csrf}, {"Sec-Fetch-Site", "same-origin"}});
  EXPECT_EQ(out.status, 200) << out.body;
  EXPECT_EQ(std::string(json_of(out).at("provider").as_string()), provider_.issuer() + "/end?client_id=node-a");
  EXPECT_EQ(get("/v1/me", session).status, 401);
}

TEST_F(ProviderSignInTest, SessionsAreCounted) {
  start_provider();
  const std::string leaving = signed_in();
  const std::string csrf(json_of(get("/v1/sign-in", {{"Cookie", leaving}})).at("csrf").as_string());
  send("POST", "/v1/sign-out", {{"Cookie", leaving}, {"Whorl-Csrf", csrf}, {"Sec-Fetch-Site", "same-origin"}});
  const std::string operating = signed_in({{"groups", R"(["it"])"}});
  const std::string metrics = get("/metrics", {{"Cookie", operating}}).body;
  EXPECT_THAT(metrics, HasSubstr("\nwhorl_sessions 1\n"));
  EXPECT_THAT(metrics, HasSubstr("\nwhorl_sessions_begun_total 2\n"));
  EXPECT_THAT(metrics, HasSubstr("\nwhorl_sessions_ended_total{by=\"person\"} 1\n"));
  EXPECT_EQ(metrics.find("anna"), std::string::npos);
}

TEST_F(ProviderSignInTest, AChangeNeedsThePagesOwnWord) {
  start_provider();
  const std::string cookie = signed_in();
  const std::string csrf(json_of(get("/v1/sign-in", {{"Cookie", cookie}})).at("csrf").as_string());
  const auto identify = [&](Headers headers) {
    headers["Cookie"] = cookie;
    HttpClient client(server_->port(), wish());
    return client.ask("POST", "/v1/identify/ALL?transactionId=t", identify_body(), headers)->status;
  };
  EXPECT_EQ(identify({{"Whorl-Csrf", csrf}, {"Sec-Fetch-Site", "same-origin"}}), 200);
  EXPECT_EQ(identify({{"Whorl-Csrf", csrf}, {"Sec-Fetch-Site", "none"}}), 403);
  EXPECT_EQ(identify({{"Whorl-Csrf", csrf}}), 403);
  EXPECT_EQ(identify({{"Sec-Fetch-Site", "same-origin"}}), 403);
  EXPECT_EQ(identify({{"Whorl-Csrf", csrf + "A"}, {"Sec-Fetch-Site", "same-origin"}}), 403);
  EXPECT_EQ(identify({{"Whorl-Csrf", csrf}, {"Sec-Fetch-Site", "cross-site"}}), 403);
  EXPECT_EQ(send("POST", "/v1/sign-out", {{"Cookie", cookie}}).status, 403) << "nobody is signed out by another page";
  EXPECT_EQ(get("/v1/me", {{"Cookie", cookie}}).status, 200);
  EXPECT_EQ(get("/v1/me", {{"Cookie", cookie + "; " + cookie}}).status, 401) << "two of a name are none";
}

TEST_F(ProviderSignInTest, WhatIsWrongIsRefused) {
  start_provider();
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(real_world().now().time_since_epoch()).count();
  struct Row {
    const char* what;
    Members claims;
    const char* outcome;
  };
  for (const Row& row : std::initializer_list<Row>{
           {"nothing", {}, "ok"},
           {"issuer", {{"iss", "\"https://other.test\""}}, "refused"},
           {"audience", {{"aud", "\"node-b\""}}, "refused"},
           {"audience beside others", {{"aud", R"(["node-a","node-b"])"}}, "refused"},
           {"nonce", {{"nonce", "\"n\""}}, "refused"},
           {"no nonce", {{"nonce", ""}}, "refused"},
           {"expired", {{"exp", std::to_string(now - 100)}, {"iat", std::to_string(now - 200)}}, "refused"},
           {"not yet", {{"iat", std::to_string(now + 3600)}, {"exp", std::to_string(now + 7200)}}, "refused"},
           {"old", {{"iat", std::to_string(now - 3600)}}, "refused"},
           {"no subject", {{"sub", ""}}, "refused"},
           {"no role", {{"groups", R"(["cafeteria"])"}}, "no_role"},
           {"no claim of roles", {{"groups", ""}}, "no_role"},
           {"roles that contradict", {{"groups", R"(["border","it"])"}}, "refused"}}) {
    const Begun at = begun();
    EXPECT_EQ(outcome(provider_.id_token(at.nonce, row.claims), at), row.outcome) << row.what;
  }
  const Begun at = begun();
  const std::string good = provider_.id_token(at.nonce);
  const auto payload = good.substr(good.find('.'));
  const auto header = [](const std::string& text) { return crypto::base64url(as_bytes(text)); };
  const std::string unsigned_token = header(R"({"alg":"none"})") + payload.substr(0, payload.rfind('.') + 1);
  EXPECT_EQ(outcome(unsigned_token, at), "refused") << "alg none";
  EXPECT_EQ(outcome(header(R"({"alg":"HS256","kid":")" + provider_.kid() + "\"}") + payload, at), "refused");
  EXPECT_EQ(outcome(header(R"({"alg":"ES256","kid":"other"})") + payload, at), "refused") << "an unknown key";
  const auto foreign = *crypto::PrivateKey::make(crypto::KeyKind::kP256);
  const auto forged = *crypto::sign_jws(foreign, {.kid = provider_.kid(), .typ = "JWT"}, as_bytes("{}"));
  EXPECT_EQ(outcome(forged, at), "refused") << "another key under the name";
  EXPECT_EQ(outcome(std::string(17 * 1024, 'a'), at), "refused") << "too large";
  EXPECT_EQ(outcome(good, at), "ok") << "all of these were of one attempt";
}

TEST_F(ProviderSignInTest, WhoeverDecidesSignsInAgainAndTheProviderSaysThatTheyDid) {
  start_provider();
  const std::int64_t second =
      std::chrono::duration_cast<std::chrono::seconds>(real_world().now().time_since_epoch()).count();
  const auto at = [&](std::int64_t ago) { return Members{{"groups", R"(["guards"])"}, {"auth_time", ago_of(ago)}}; };
  // What the page of this session gets that lifts a hold; 404: it reached the node, which knows nobody of that name.
  const auto decide = [&](const std::string& cookie) {
    const std::string csrf(json_of(get("/v1/sign-in", {{"Cookie", cookie}})).at("csrf").as_string());
    return send("DELETE", kHold, {{"Cookie", cookie}, {"Whorl-Csrf", csrf}, {"Sec-Fetch-Site", "same-origin"}});
  };
  EXPECT_EQ(decide(signed_in(at(0))).status, 404) << "has just signed in";
  EXPECT_EQ(decide(signed_in(at(290))).status, 404);
  const std::string unknown = signed_in({{"groups", R"(["guards"])"}});
  EXPECT_EQ(reason(decide(unknown)), "sign_in_again") << "the provider does not say when";
  const std::string old = signed_in(at(400));
  for (int i = 0; i < 3; ++i) {
    const auto answer = decide(old);
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(reason(answer), "sign_in_again") << "however often the session is used";
  }
  // It is asked for, and the answer has to be of it.
  const Begun plain = begun("review");
  EXPECT_EQ(parameter(plain.location, "prompt") + parameter(plain.location, "max_age"), "");
  for (const Members& claims : {at(400), at(90), Members{{"groups", R"(["guards"])"}}}) {
    const Begun again = begun("review", "&again=true");
    EXPECT_EQ(parameter(again.location, "prompt"), "login");
    EXPECT_EQ(parameter(again.location, "max_age"), "0");
    EXPECT_EQ(outcome(provider_.id_token(again.nonce, claims), again), "not_again");
  }
  EXPECT_EQ(get("/v1/me", {{"Cookie", old}}).status, 200) << "who was signed in still is";
  EXPECT_EQ(reason(decide(old)), "sign_in_again");
  const Begun again = begun("review", "&again=true");
  answer_code(provider_.id_token(again.nonce, at(0)));
  const auto back = get("/v1/sign-in/callback?code=c1&state=" + again.state + "&iss=" + escaped_issuer(),
                        {{"Cookie", again.cookie + "; " + old}});
  EXPECT_THAT(back.body, HasSubstr("url=/review\""));
  EXPECT_EQ(decide(cookie_in(back, "__Host-whorl")).status, 404);
  EXPECT_EQ(get("/v1/me", {{"Cookie", old}}).status, 401) << "the session of before has ended";
  EXPECT_EQ(outcome(provider_.id_token(again.nonce, {{"auth_time", "\"" + std::to_string(second) + "\""}}), again),
            "refused")
      << "a text is no time";
  EXPECT_EQ(outcome(provider_.id_token(again.nonce, {{"auth_time", std::to_string(second + 3600)}}), again), "refused");
}

TEST_F(ProviderSignInTest, SigningInAgainLeadsToAPageOfThisServerAndNowhereElse) {
  start_provider();
  for (const char* page : {"%2F%2Fevil.test", "https%3A%2F%2Fevil.test", "%5C%5Cevil.test", "evil", "v1%2Fme", "livez",
                           "node%0D%0ALocation%3A%20x", "review%3Fa%3D1"}) {
    const Begun at = begun(page, "&again=true");
    answer_code(provider_.id_token(at.nonce, {{"auth_time", ago_of(0)}}));
    const auto back = come_back(at);
    ASSERT_EQ(back.status, 200) << page;
    EXPECT_THAT(back.body, HasSubstr("url=/check\"")) << page;
    EXPECT_EQ(back.body.find("evil"), std::string::npos);
  }
  for (const char* query : {"again=true&return=//evil.test", "again=1", "again=", "again=true&again=false",
                            "page=check&redirect_uri=https://evil.test"}) {
    EXPECT_EQ(get(std::string("/v1/sign-in/start?") + query).status, 400) << query;
  }
}

TEST_F(ProviderSignInTest, ATokenThatIsShownIsNotMadeFreshByASession) {
  server::ServerConfig config;
  config.keys_least = 10ms;
  start_with(tls() + std::string(kTokens) + provider(), config);
  for (int i = 0; i < 1000 && get("/v1/sign-in/start").status != 303; ++i) std::this_thread::sleep_for(10ms);
  const std::string cookie = signed_in({{"groups", R"(["guards"])"}, {"auth_time", ago_of(0)}});
  const std::string csrf(json_of(get("/v1/sign-in", {{"Cookie", cookie}})).at("csrf").as_string());
  Headers headers{{"Cookie", cookie}, {"Whorl-Csrf", csrf}, {"Sec-Fetch-Site", "same-origin"}};
  EXPECT_EQ(send("DELETE", kHold, headers).status, 404);
  headers["Authorization"] = bearer(token("whorl.hold.write", signed_in_ago(400))).at("Authorization");
  EXPECT_EQ(reason(send("DELETE", kHold, headers)), "sign_in_again");
}

TEST_F(ProviderSignInTest, AnAnswerOfTheBrowserIsOfItsOwnAttempt) {
  start_provider();
  const Begun mine = begun();
  const Begun theirs = begun();
  answer_code(provider_.id_token(mine.nonce));
  const auto status = [&](const std::string& query, const std::string& cookie) {
    return get("/v1/sign-in/callback?" + query, {{"Cookie", cookie}}).status;
  };
  const std::string issuer = "&iss=" + escaped_issuer();
  const std::string good = "code=c1&state=" + mine.state + issuer;
  EXPECT_EQ(status("code=c1&state=" + theirs.state + issuer, mine.cookie), 403) << "a state of somebody else";
  EXPECT_EQ(status(good, theirs.cookie), 403);
  EXPECT_EQ(status(good, ""), 403);
  EXPECT_EQ(status("code=c1" + issuer, mine.cookie), 403) << "no state";
  EXPECT_EQ(status("code=c1&state=" + mine.state, mine.cookie), 403)
      << "no issuer, and the provider says that it sends it";
  EXPECT_EQ(status("code=c1&state=" + mine.state + "&iss=https%3A%2F%2Fother.test", mine.cookie), 403);
  EXPECT_EQ(status("error=access_denied&state=" + mine.state + issuer, mine.cookie), 403);
  EXPECT_EQ(status(good + "&state=" + mine.state, mine.cookie), 403) << "twice";
  EXPECT_EQ(status(good + "&error=x", mine.cookie), 403) << "both";
  EXPECT_EQ(provider_.count("/token"), 0) << "no code was shown to the provider";
  EXPECT_EQ(status(good + "&session_state=1", mine.cookie), 200) << "providers add their own";
}

TEST_F(ProviderSignInTest, WhatTheProviderSendsIsBoundedAndGoesNowhereElse) {
  start_provider("");
  const Begun at = begun();
  const auto code_answered = [&](const std::string& bytes) {
    provider_.answer_to("/token", [bytes] { return bytes; });
    return come_back(at).status;
  };
  EXPECT_EQ(
      code_answered("HTTP/1.1 302 Found\r\nLocation: " + provider_.issuer() + "/jwks\r\nContent-Length: 0\r\n\r\n"),
      503);
  EXPECT_EQ(code_answered(FakeProvider::json("{}", "400 Bad Request")), 503);
  EXPECT_EQ(code_answered(FakeProvider::json(R"({"id_token":")" + std::string(70 * 1024, 'a') + "\"}")), 503);
  EXPECT_EQ(code_answered(FakeProvider::json("{}")), 403) << "no ID token";
  EXPECT_EQ(code_answered(FakeProvider::json("[")), 403);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(code_answered(""), 503) << "silent";
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 60s);
  EXPECT_EQ(provider_.last_authorization(), "") << "a client without a secret";
  EXPECT_EQ(parameter("?" + provider_.last_form(), "client_id"), "node-a");
}

TEST_F(ProviderSignInTest, ANewKeyOfTheProviderNeedsNobodysHelp) {
  start_provider();
  EXPECT_NE(signed_in(), "");
  provider_.rotate();
  EXPECT_NE(signed_in(), "") << "the set is fetched once more";
}

TEST_F(ProviderSignInTest, ADescriptionThatIsNotTheProvidersIsNone) {
  const std::string path = "/.well-known/openid-configuration";
  provider_.answer_to(path, [this] {
    return FakeProvider::json(provider_.description({{"token_endpoint", "\"https://evil.test/token\""}}));
  });
  server::ServerConfig config;
  config.keys_least = 10ms;
  start_with(tls() + provider(), config);
  for (int i = 0; i < 3000 && provider_.count(path) < 2; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(get("/v1/sign-in/start").status, 503);
  EXPECT_EQ(provider_.count("/jwks"), 0);
}

TEST_F(ProviderSignInTest, WithoutAProviderThereIsNothingToSignInAt) {
  start_with(tls() + std::string(kTokens));
  EXPECT_EQ(get("/v1/sign-in").body, R"({"provider":false,"csrf":null})");
  EXPECT_EQ(get("/v1/sign-in/start").status, 404);
  EXPECT_EQ(get("/v1/sign-in/callback?code=a&state=b").status, 404);
  EXPECT_EQ(get("/v1/me", {{"Cookie", "__Host-whorl=AAAA"}}).status, 401);
}

TEST_F(ProviderSignInTest, WhoseRoleIsTakenOutOfTheFileHasItNoMore) {
  start_provider();
  const Headers session{{"Cookie", signed_in()}};
  EXPECT_EQ(get("/v1/me", session).status, 200);
  std::string file = tls() + provider();
  file.replace(file.find("border = "), 6, "porter");
  write_private(file_, file);
  int status = 200;
  for (int i = 0; i < 3000 && status == 200; ++i) {
    std::this_thread::sleep_for(10ms);
    status = get("/v1/me", session).status;
  }
  EXPECT_EQ(status, 401);
}

// -- Keys of bearer tokens that are fetched ---------------------------------------------------------------------------

class RemoteKeysTest : public ProviderSignInTest {
 protected:
  std::string tokens() const {
    return "[tokens]\nissuer = 'https://idp.test'\naudience = 'https://node.test'\nkeys_url = '" + provider_.issuer() +
           "/jwks'\nkeys_ca = 'ca.pem'\n";
  }
  void start_tokens(std::chrono::milliseconds least) {
    server::ServerConfig config;
    config.keys_least = least;
    start_with(tls() + tokens(), config);
  }
  int with_key_of_now() {
    return get("/v1/galleries?transactionId=t", bearer(token_of(provider_.key(), provider_.kid(), "abis.gallery.read")))
        .status;
  }
};

TEST_F(RemoteKeysTest, ATokenIsTakenByAKeyThatWasFetchedAndByTheNextOne) {
  start_tokens(1ms);
  EXPECT_EQ(with_key_of_now(), 200) << "the first one waits for the keys";
  const auto old = bearer(token_of(provider_.key(), provider_.kid(), "abis.gallery.read"));
  provider_.rotate();
  std::this_thread::sleep_for(5ms);
  EXPECT_EQ(with_key_of_now(), 200);
  EXPECT_EQ(get("/v1/galleries?transactionId=t", old).status, 401) << "a key that is gone is gone at once";
}

TEST_F(RemoteKeysTest, WhoShowsUnknownKeysMakesTheNodeAskOnce) {
  start_tokens(1h);
  EXPECT_EQ(with_key_of_now(), 200);
  const auto foreign = bearer(token_of(provider_.key(), "other", "abis.gallery.read"));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(get("/v1/galleries?transactionId=t", foreign).status, 401);
  EXPECT_EQ(provider_.count("/jwks"), 1);
}

TEST_F(RemoteKeysTest, ASetThatIsNotSoundChangesNothing) {
  start_tokens(1ms);
  EXPECT_EQ(with_key_of_now(), 200);
  for (const std::string& bad :
       {FakeProvider::json("{\"keys\":["), FakeProvider::json("{}", "500 No"),
        FakeProvider::json("{\"keys\":[]," + std::string(300 * 1024, ' ') + "\"a\":1}"),
        std::string("HTTP/1.1 301 X\r\nLocation: https://evil.test/\r\nContent-Length: 0\r\n\r\n")}) {
    provider_.answer_to("/jwks", [bad] { return bad; });
    const int before = provider_.count("/jwks");
    const auto foreign = bearer(token_of(provider_.key(), "other", "abis.gallery.read"));
    for (int i = 0; i < 1000 && provider_.count("/jwks") == before; ++i) {
      EXPECT_EQ(get("/v1/galleries?transactionId=t", foreign).status, 401);
    }
    EXPECT_GT(provider_.count("/jwks"), before);
    EXPECT_EQ(with_key_of_now(), 200);
  }
}

TEST_F(RemoteKeysTest, AServerOfAnotherCaIsNotAsked) {
  TestCa other("others");
  write_private(folder_.path() / "ca.pem", other.certificate());
  start_tokens(1ms);
  EXPECT_EQ(with_key_of_now(), 401);
  EXPECT_EQ(provider_.count("/jwks"), 0);
}

}  // namespace
}  // namespace whorl::tests
