// ID tokens: a table of what is taken and of what is refused, with its code.
#include "crypto/jose/id_token.h"

#include <gtest/gtest.h>

#include "crypto/jose/base64url.h"
#include "crypto/jose/token.h"
#include "tests/crypto/jose_keys.h"

namespace whorl::crypto {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

constexpr std::int64_t kNow = 1'800'000'000;

class IdTokenTest : public testing::Test {
 protected:
  static std::string claims(std::string_view more = R"(,"aud":"node-a","nonce":"n-1")", std::int64_t issued = -5,
                            std::int64_t expires = 300, std::string_view issuer = "https://idp.test") {
    return R"({"iss":")" + std::string(issuer) + R"(","sub":"anna","iat":)" + std::to_string(kNow + issued) +
           R"(,"exp":)" + std::to_string(kNow + expires) + std::string(more) + "}";
  }
  Result<IdToken> verified(std::string_view text) const {
    return verify_id_token(text, tests::always(known_), rules_, system_clock::time_point(seconds(kNow)));
  }
  std::string signed_text(std::string_view payload, const std::string& typ = "JWT") const {
    return *sign_jws(key_, {.kid = "k1", .typ = typ}, as_bytes(payload));
  }
  std::string code(std::string_view payload, const std::string& typ = "JWT") const {
    const auto token = verified(signed_text(payload, typ));
    return token.ok() ? "ok" : std::string(token.error().code());
  }

  PrivateKey key_ = *PrivateKey::make(KeyKind::kEd25519);
  Jwk known_ = tests::verifying(key_);
  IdTokenRules rules_{.issuer = "https://idp.test", .client = "node-a", .nonce = "n-1", .roles_claim = "groups"};
};

TEST_F(IdTokenTest, AGoodOneSaysWhoHasSignedInAndAsWhat) {
  const auto token = verified(signed_text(claims(R"(,"aud":["node-a"],"nonce":"n-1","groups":["border","x"])")));
  ASSERT_TRUE(token.ok()) << token.error().text();
  EXPECT_EQ(token->issuer, "https://idp.test");
  EXPECT_EQ(token->subject, "anna");
  EXPECT_EQ(token->roles, (std::vector<std::string>{"border", "x"}));
  EXPECT_EQ(code(claims(), ""), "ok") << "providers need not say the type";
}

TEST_F(IdTokenTest, ItSaysWhenThePersonShowedWhoTheyAre) {
  const std::string good = R"(,"aud":"node-a","nonce":"n-1")";
  const auto with = [&](const std::string& value) { return claims(good + R"(,"auth_time":)" + value); };
  const auto at = [](std::int64_t second) { return std::optional(system_clock::time_point(seconds(second))); };
  EXPECT_EQ(verified(signed_text(claims()))->signed_in_at, std::nullopt);
  EXPECT_EQ(verified(signed_text(with(std::to_string(kNow - 7200))))->signed_in_at, at(kNow - 7200));
  EXPECT_EQ(verified(signed_text(with(std::to_string(kNow + 59))))->signed_in_at, at(kNow));
  EXPECT_EQ(code(with(std::to_string(kNow + 61))), "token_not_yet_valid");
  EXPECT_EQ(code(with("\"" + std::to_string(kNow) + "\"")), "jose_malformed");
  EXPECT_EQ(code(with("1e300")), "jose_malformed");
  EXPECT_EQ(code(with("null")), "jose_malformed");
}

TEST_F(IdTokenTest, WhatIsWrongIsRefusedByName) {
  struct Row {
    std::string payload;
    const char* code;
  };
  const std::string good = R"(,"aud":"node-a","nonce":"n-1")";
  for (const Row& row : std::initializer_list<Row>{
           {claims(good, -5, 300, "https://idp.test/"), "token_issuer"},
           {claims(good, -5, 300, "https://evil.test"), "token_issuer"},
           {claims(R"(,"aud":"node-b","nonce":"n-1")"), "token_audience"},
           {claims(R"(,"aud":[],"nonce":"n-1")"), "jose_malformed"},
           {claims(R"(,"aud":["node-a","node-b"],"nonce":"n-1")"), "token_audience"},
           {claims(R"(,"aud":["node-a","node-b"],"azp":"node-b","nonce":"n-1")"), "token_audience"},
           {claims(R"(,"aud":["node-a"],"azp":"node-b","nonce":"n-1")"), "token_audience"},
           {claims(R"(,"aud":["node-a","node-b"],"azp":"node-a","nonce":"n-1")"), "ok"},
           {claims(R"(,"aud":"node-a")"), "jose_malformed"},
           {claims(R"(,"aud":"node-a","nonce":"n-2")"), "jose_malformed"},
           {claims(R"(,"aud":"node-a","nonce":"")"), "jose_malformed"},
           {claims(R"(,"aud":"node-a","nonce":["n-1"])"), "jose_malformed"},
           {claims(good, -200, -60), "token_expired"},
           {claims(good, -200, -59), "ok"},
           {claims(good, 61, 300), "token_not_yet_valid"},
           {claims(good + R"(,"nbf":1800000061)"), "token_not_yet_valid"},
           {claims(good, -360, 300), "ok"},
           {claims(good, -361, 300), "token_too_long_lived"},
           {claims(good + R"(,"groups":{"a":1})"), "jose_malformed"},
           {claims(good + R"(,"nonce":"n-1")"), "jose_malformed"},
           {"[]", "jose_malformed"}}) {
    EXPECT_EQ(code(row.payload), row.code) << row.payload;
  }
  EXPECT_EQ(code(claims(), "at+jwt"), "token_type") << "an access token of the same keys";
  rules_.nonce.clear();
  EXPECT_EQ(code(claims(R"(,"aud":"node-a","nonce":"")")), "jose_malformed") << "no nonce is no nonce that fits";
}

TEST_F(IdTokenTest, TheKeyDecidesTheAlgorithm) {
  const std::string text = signed_text(claims());
  const auto rest = text.substr(text.find('.'));
  const auto with_header = [&](std::string_view header) { return base64url(as_bytes(header)) + rest; };
  const auto unsigned_text = [&](std::string_view header) {
    const std::string all = with_header(header);
    return all.substr(0, all.rfind('.') + 1);
  };
  for (const std::string& forged :
       {unsigned_text(R"({"alg":"none"})"), unsigned_text(R"({"alg":"none","kid":"k1"})"),
        with_header(R"({"alg":"HS256","kid":"k1"})"), with_header(R"({"alg":"RS256","kid":"k1"})"),
        with_header(R"({"alg":"EdDSA","kid":"k1","crit":["x"]})")}) {
    EXPECT_FALSE(verified(forged).ok()) << forged;
  }
  EXPECT_FALSE(verified(text.substr(0, text.size() - 2)).ok());
  EXPECT_FALSE(verified(std::string(kMostIdTokenBytes + 1, 'a')).ok());
  const auto nobody = verify_id_token(
      text, [](std::string_view) { return nullptr; }, rules_, system_clock::time_point(seconds(kNow)));
  EXPECT_EQ(nobody.error().code(), "key_unknown");
}

}  // namespace
}  // namespace whorl::crypto
