// Bearer tokens: a table of what is taken and of what is refused, with its code.
#include "crypto/jose/token.h"

#include <gtest/gtest.h>

#include "base/catalogue.h"
#include "tests/crypto/jose_keys.h"

namespace whorl::crypto {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

constexpr std::int64_t kNow = 1'800'000'000;

class TokenTest : public testing::Test {
 protected:
  PrivateKey key_ = *PrivateKey::make(KeyKind::kEd25519);
  Jwk known_ = tests::verifying(key_);
  TokenRules rules_{.issuer = "https://idp.test", .audience = "https://node.a.test", .roles_claim = "roles"};

  // What every good token has; `more` goes after it.
  static std::string claims(std::string_view more = {}) {
    return R"({"iss":"https://idp.test","sub":"officer-7","aud":"https://node.a.test")" + std::string(more) + "}";
  }
  static std::string times(std::int64_t issued = kNow - 10, std::int64_t expires = kNow + 300) {
    return R"(,"iat":)" + std::to_string(issued) + R"(,"exp":)" + std::to_string(expires);
  }
  Result<Token> verify(std::string_view payload, std::string_view typ = "at+jwt", std::int64_t now = kNow) const {
    const auto text = sign_jws(key_, {.kid = "k1", .typ = std::string(typ)}, as_bytes(payload));
    EXPECT_TRUE(text.ok());
    return verify_token(*text, tests::always(known_), rules_, system_clock::time_point(seconds(now)));
  }
  std::string code(std::string_view payload, std::string_view typ = "at+jwt", std::int64_t now = kNow) const {
    const auto token = verify(payload, typ, now);
    return token.ok() ? "ok" : std::string(token.error().code());
  }
};

TEST_F(TokenTest, AGoodOneSaysWhoIsSpeaking) {
  const auto token = verify(claims(times() + R"(,"client_id":"desk","scope":"abis.identify  abis.verify",
      "roles":["officer","reviewer"],"cnf":{"x5t#S256":"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"},"more":{"a":[1]})"));
  ASSERT_FALSE(token.ok()) << "the certificate's digest has a bit too many";
  const auto good = verify(claims(times() + R"(,"client_id":"desk","scope":"abis.identify  abis.verify",
      "roles":["officer","reviewer"],"cnf":{"x5t#S256":"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg0"},"more":{"a":[1]})"));
  ASSERT_TRUE(good.ok()) << good.error().text();
  EXPECT_EQ(good->subject, "officer-7");
  EXPECT_EQ(good->client, "desk");
  EXPECT_EQ(good->scopes, (std::vector<std::string>{"abis.identify", "abis.verify"}));
  EXPECT_EQ(good->roles, (std::vector<std::string>{"officer", "reviewer"}));
  EXPECT_EQ(good->expires, system_clock::time_point(seconds(kNow + 300)));
  ASSERT_TRUE(good->certificate.has_value());
  EXPECT_EQ(good->certificate->front(), 0x6f);
}

TEST_F(TokenTest, TypesAreThoseOfAccessTokens) {
  for (const char* typ : {"at+jwt", "JWT", "jwt", "application/at+jwt", "AT+JWT"}) {
    EXPECT_EQ(code(claims(times()), typ), "ok") << typ;
  }
  for (const char* typ : {"", "id+jwt", "logout+jwt", "rbdes-check+jws", "at+jwt2"}) {
    EXPECT_EQ(code(claims(times()), typ), "token_type") << typ;
  }
}

TEST_F(TokenTest, TimesAreHeldWithTheLeewayThatIsStated) {
  struct Row {
    std::int64_t issued;
    std::int64_t expires;
    const char* code;
  };
  for (const Row& row : std::initializer_list<Row>{{-10, 300, "ok"},
                                                   {-10, -59, "ok"},
                                                   {-600, -60, "token_expired"},
                                                   {-600, -61, "token_expired"},
                                                   {60, 300, "ok"},
                                                   {61, 300, "token_not_yet_valid"},
                                                   {0, 3600, "ok"},
                                                   {0, 3601, "token_too_long_lived"},
                                                   {-7200, 300, "token_too_long_lived"},
                                                   {100'000'000, 300, "token_not_yet_valid"}}) {
    EXPECT_EQ(code(claims(times(kNow + row.issued, kNow + row.expires))), row.code) << row.issued << " " << row.expires;
  }
  const auto not_before = [&](std::int64_t at) { return claims(times() + R"(,"nbf":)" + std::to_string(kNow + at)); };
  EXPECT_EQ(code(not_before(60)), "ok");
  EXPECT_EQ(code(not_before(61)), "token_not_yet_valid");
  EXPECT_EQ(code(claims(R"(,"iat":1799999990.5,"exp":1800000300.25)")), "ok") << "fractions are allowed";
  for (const char* exp : {"-1", "1e300", "\"1800000300\"", "null", "true", "[1800000300]", "9000000001", "253402300799",
                          "18446744073709551615"}) {
    EXPECT_EQ(code(claims(R"(,"iat":1799999990,"exp":)" + std::string(exp))), "jose_malformed") << exp;
  }
}

TEST_F(TokenTest, WhenThePersonSignedInIsATimeOfUntilNow) {
  const auto with = [&](const std::string& value) { return claims(times() + R"(,"auth_time":)" + value); };
  const auto at = [](std::int64_t second) { return std::optional(system_clock::time_point(seconds(second))); };
  EXPECT_EQ(verify(claims(times()))->signed_in_at, std::nullopt);
  EXPECT_EQ(verify(with(std::to_string(kNow - 200)))->signed_in_at, at(kNow - 200)) << "long before the token";
  EXPECT_EQ(verify(with("1799999999.9"))->signed_in_at, at(kNow - 1));
  EXPECT_EQ(verify(with("0"))->signed_in_at, at(0));
  EXPECT_EQ(verify(with(std::to_string(kNow + 60)))->signed_in_at, at(kNow)) << "a clock that is ahead gains nothing";
  EXPECT_EQ(code(with(std::to_string(kNow + 61))), "token_not_yet_valid");
  EXPECT_EQ(code(with("9000000000")), "token_not_yet_valid");
  const std::string now = std::to_string(kNow);
  for (const std::string& value :
       {"\"" + now + "\"", "[" + now + "]", std::string("null"), std::string("true"), std::string("{}"),
        std::string("-1"), std::string("1e300"), std::string("9000000001"), std::string("18446744073709551615"),
        now + R"(,"auth_time":)" + now}) {
    EXPECT_EQ(code(with(value)), "jose_malformed") << value;
  }
}

TEST_F(TokenTest, IssuerAndAudienceAreThoseOfThisNode) {
  const auto with = [&](std::string_view iss, std::string_view aud) {
    return R"({"iss":)" + std::string(iss) + R"(,"sub":"a","aud":)" + std::string(aud) + times() + "}";
  };
  EXPECT_EQ(code(with(R"("https://idp.test")", R"(["x","https://node.a.test"])")), "ok");
  EXPECT_EQ(code(with(R"("https://idp.test/")", R"("https://node.a.test")")), "token_issuer");
  EXPECT_EQ(code(with(R"("HTTPS://idp.test")", R"("https://node.a.test")")), "token_issuer");
  EXPECT_EQ(code(with(R"("https://idp.test")", R"("https://node.b.test")")), "token_audience");
  EXPECT_EQ(code(with(R"("https://idp.test")", R"(["https://node.a.test2"])")), "token_audience");
  EXPECT_EQ(code(with(R"("https://idp.test")", R"([])")), "jose_malformed");
  EXPECT_EQ(code(with(R"("https://idp.test")", R"([7])")), "jose_malformed");
  EXPECT_EQ(code(with(R"(["https://idp.test"])", R"("https://node.a.test")")), "jose_malformed");
  rules_.issuer.clear();
  EXPECT_EQ(code(with(R"("")", R"("https://node.a.test")")), "token_issuer") << "no rule is no issuer";
}

TEST_F(TokenTest, WithoutARequiredClaimItIsNone) {
  for (const char* payload :
       {"", "{}", "[]", "x",
        R"({"iss":"https://idp.test","aud":"https://node.a.test","iat":1799999990,"exp":1800000300})",
        R"({"iss":"https://idp.test","sub":"a","iat":1799999990,"exp":1800000300})",
        R"({"iss":"https://idp.test","sub":"a","aud":"https://node.a.test","exp":1800000300})",
        R"({"iss":"https://idp.test","sub":"a","aud":"https://node.a.test","iat":1799999990})",
        R"({"iss":"https://idp.test","sub":"","aud":"https://node.a.test","iat":1799999990,"exp":1800000300})"}) {
    EXPECT_EQ(code(payload), "jose_malformed") << payload;
  }
  EXPECT_EQ(code(claims(times() + R"(,"exp":1800000300)")), "jose_malformed") << "a claim that stands twice";
  EXPECT_EQ(code(claims(times() + R"(,"scope":["a"])")), "jose_malformed");
  EXPECT_EQ(code(claims(times() + R"(,"cnf":{"jkt":"a"})")), "jose_malformed") << "bound in a way that is not known";
  EXPECT_EQ(code(claims(times() + R"(,"cnf":7)")), "jose_malformed");
  EXPECT_EQ(code(claims(times() + R"(,"roles":{"a":1})")), "jose_malformed");
}

TEST_F(TokenTest, ScopesComeAsTextOrAsAList) {
  const auto scopes = [&](std::string_view more) { return verify(claims(times() + std::string(more)))->scopes.size(); };
  EXPECT_EQ(scopes(R"(,"scp":["a","b"])"), 2u);
  EXPECT_EQ(scopes(R"(,"scp":"a b c")"), 3u);
  EXPECT_EQ(scopes(R"(,"scope":"a","scp":["b","c"])"), 1u);
  EXPECT_EQ(scopes(R"(,"scope":"")"), 0u);
  EXPECT_EQ(scopes(""), 0u);
  std::string many;
  for (std::size_t i = 0; i <= kMostScopes; ++i) many += "s ";
  EXPECT_EQ(code(claims(times() + R"(,"scope":")" + many + "\"")), "jose_malformed");
}

TEST_F(TokenTest, SignedByAnotherOrTooLongItIsRefused) {
  const auto text =
      sign_jws(*PrivateKey::make(KeyKind::kEd25519), {.kid = "k1", .typ = "at+jwt"}, as_bytes(claims(times())));
  EXPECT_EQ(verify_token(*text, tests::always(known_), rules_, system_clock::time_point(seconds(kNow))).error().code(),
            "signature_wrong");
  const std::string filler(kMostTokenBytes, 'x');
  EXPECT_EQ(code(claims(times() + R"(,"x":")" + filler + "\"")), "jose_malformed");
}

TEST_F(TokenTest, ErrorsHoldNothingOfTheToken) {
  for (const auto& payload : {claims(R"(,"iat":"canary-1","exp":"canary-2")"), claims(times() + R"(,"cnf":"canary")"),
                              std::string(R"({"iss":"canary","sub":"canary","aud":"canary"})")}) {
    const auto token = verify(payload);
    ASSERT_FALSE(token.ok());
    EXPECT_EQ(token.error().text().find("canary"), std::string::npos) << token.error().text();
  }
}

}  // namespace
}  // namespace whorl::crypto
