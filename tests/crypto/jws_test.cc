// Signed texts: the RFCs' examples, and RFC 8725's attacks.
#include "crypto/jose/jws.h"

#include <gtest/gtest.h>

#include "base/catalogue.h"
#include "base/sha256.h"
#include "crypto/hmac.h"
#include "crypto/jose/base64url.h"
#include "tests/crypto/jose_keys.h"

namespace whorl::crypto {
namespace {

using tests::always;
using tests::jwk;
using tests::private_jwk;
using tests::verifying;

// RFC 7515, appendix A.1 to A.3: one payload.
constexpr std::string_view kClaims =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
constexpr std::string_view kClaimsText =
    "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";

TEST(Jws, Rfc7515AppendixA2Verifies) {
  const Jwk key = jwk(tests::kRsaPublic);
  const std::string text =
      "eyJhbGciOiJSUzI1NiJ9." + std::string(kClaims) +
      ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
      "O8W2Fp5jujGbds9uJdbF9CUAr7t"
      "1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--"
      "xi12jz"
      "DwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_"
      "IoypGlUPQGe"
      "77Rw";
  const auto jws = verify_jws(text, always(key));
  ASSERT_TRUE(jws.ok()) << jws.error().text();
  EXPECT_EQ(as_text(jws->payload), kClaimsText);
  Jwk pss = key;
  pss.verifies = SignatureAlgorithm::kPs256;
  EXPECT_EQ(verify_jws(text, always(pss)).error().code(), "signature_wrong");
}

TEST(Jws, Rfc7515AppendixA3Verifies) {
  const Jwk key = verifying(private_jwk(tests::kP256Private).key);
  const auto jws =
      verify_jws("eyJhbGciOiJFUzI1NiJ9." + std::string(kClaims) +
                     ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
                 always(key));
  ASSERT_TRUE(jws.ok()) << jws.error().text();
  EXPECT_EQ(as_text(jws->payload), kClaimsText);
}

TEST(Jws, Rfc8037AppendixA4IsMadeToTheByte) {
  const PrivateJwk key = private_jwk(tests::kEd25519Private);
  const auto made = sign_jws(key.key, {}, as_bytes("Example of Ed25519 signing"));
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(*made,
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
  const Jwk known = verifying(key.key);
  EXPECT_TRUE(verify_jws(*made, always(known)).ok());
}

class SignedText : public testing::TestWithParam<KeyKind> {
 protected:
  PrivateKey key_ = *PrivateKey::make(GetParam());
  Jwk known_ = verifying(key_);
};

TEST_P(SignedText, GoesThereAndBackWithItsHeader) {
  const JoseHeader header{.kid = "2026-11", .typ = "rbdes-check+jws", .cty = "json"};
  const auto text = sign_jws(key_, header, as_bytes("payload"));
  ASSERT_TRUE(text.ok());
  const auto jws = verify_jws(*text, always(known_), {.types = {"other", "rbdes-check+jws"}});
  ASSERT_TRUE(jws.ok()) << jws.error().text();
  EXPECT_EQ(jws->header.kid, "2026-11");
  EXPECT_EQ(jws->header.typ, "rbdes-check+jws");
  EXPECT_EQ(jws->header.cty, "json");
  EXPECT_EQ(as_text(jws->payload), "payload");
  EXPECT_FALSE(verify_jws(*text, always(known_), {.types = {"rbdes-answer+jws"}}).ok());
  EXPECT_TRUE(verify_jws(*text, always(known_), {.types = {"application/RBDES-check+jws"}}).ok());
  const std::string three_points = *text + ".";
  EXPECT_FALSE(verify_jws(three_points, always(known_)).ok());
  EXPECT_FALSE(verify_jws(*text, always(known_), {.most_bytes = text->size() - 1}).ok());
}

TEST_P(SignedText, AnyCharacterThatDiffersIsRefused) {
  const auto text = sign_jws(key_, {.kid = "a"}, as_bytes("payload"));
  ASSERT_TRUE(text.ok());
  for (std::size_t i = 0; i < text->size(); ++i) {
    for (const char c : {'A', 'B', '.', '=', '_', '\n'}) {
      std::string changed = *text;
      if (changed[i] == c) continue;
      changed[i] = c;
      EXPECT_FALSE(verify_jws(changed, always(known_)).ok()) << i << c;
    }
  }
  for (std::size_t n = 0; n < text->size(); ++n) EXPECT_FALSE(verify_jws(text->substr(0, n), always(known_)).ok()) << n;
}

TEST_P(SignedText, DetachedFitsItsPayloadAlone) {
  const auto text = sign_jws_detached(key_, {.kid = "a"}, as_bytes("payload"));
  ASSERT_TRUE(text.ok());
  const auto jws = verify_jws_detached(*text, as_bytes("payload"), always(known_));
  ASSERT_TRUE(jws.ok()) << jws.error().text();
  EXPECT_EQ(as_text(jws->payload), "payload");
  EXPECT_EQ(verify_jws_detached(*text, as_bytes("payloae"), always(known_)).error().code(), "signature_wrong");
  EXPECT_FALSE(verify_jws(*text, always(known_)).ok());
  const auto whole = sign_jws(key_, {.kid = "a"}, as_bytes("payload"));
  EXPECT_FALSE(verify_jws_detached(*whole, as_bytes("payload"), always(known_)).ok());
}

TEST_P(SignedText, OfAnotherKeyOrOfNoneIsRefused) {
  const auto text = sign_jws(key_, {.kid = "a"}, as_bytes("payload"));
  const Jwk other = verifying(*PrivateKey::make(GetParam()));
  EXPECT_EQ(verify_jws(*text, always(other)).error().code(), "signature_wrong");
  const auto none = verify_jws(*text, [](std::string_view) { return nullptr; });
  EXPECT_EQ(none.error().code(), "key_unknown");
  EXPECT_EQ(none.error().kind, ErrorKind::kUnauthorised);
  Jwk not_for_this = known_;
  not_for_this.verifies.reset();
  EXPECT_EQ(verify_jws(*text, always(not_for_this)).error().code(), "key_unknown");
}

INSTANTIATE_TEST_SUITE_P(Kinds, SignedText, testing::Values(KeyKind::kEd25519, KeyKind::kP256),
                         [](const auto& kind) { return kind.param == KeyKind::kP256 ? "Es256" : "EdDsa"; });

// A text with this header, signed by whoever made the header up.
std::string with_header(const PrivateKey& key, std::string_view header) {
  const std::string text = base64url(as_bytes(header)) + "." + base64url(as_bytes("payload"));
  return text + "." + base64url(*sign(key, as_bytes(text)));
}

TEST(JwsAttacks, TheHeaderNeverChoosesTheAlgorithm) {
  const PrivateKey key = *PrivateKey::make(KeyKind::kP256);
  const Jwk known = verifying(key);
  ASSERT_TRUE(verify_jws(with_header(key, R"({"alg":"ES256"})"), always(known)).ok());
  for (const char* alg : {"none", "None", "NONE", "", "HS256", "ES384", "EdDSA", "RS256", "es256", "ES256 "}) {
    const std::string text = with_header(key, R"({"alg":")" + std::string(alg) + R"("})");
    EXPECT_EQ(verify_jws(text, always(known)).error().code(), "signature_wrong") << alg;
  }
  const std::string unsigned_text =
      base64url(as_bytes(R"({"alg":"none"})")) + "." + base64url(as_bytes("payload")) + ".";
  EXPECT_FALSE(verify_jws(unsigned_text, always(known)).ok());
  // HMAC with the public key's text as its key.
  const std::string text = base64url(as_bytes(R"({"alg":"HS256"})")) + "." + base64url(as_bytes("payload"));
  const Sha256 mac = HmacSha256(as_bytes(jwk_text(key.public_key()))).of({as_bytes(text)});
  EXPECT_EQ(verify_jws(text + "." + base64url(mac), always(known)).error().code(), "signature_wrong");
}

TEST(JwsAttacks, HeadersThatTwoReadersCouldReadDifferentlyAreRefused) {
  const PrivateKey key = *PrivateKey::make(KeyKind::kEd25519);
  const Jwk known = verifying(key);
  const JwsRules lenient{.known_members_only = false};
  for (const char* header : {R"({"alg":"EdDSA","alg":"EdDSA"})", R"({"alg":"none","alg":"EdDSA"})",
                             R"({"alg":"EdDSA","crit":["exp"],"exp":1})", R"({"alg":"EdDSA","crit":[]})",
                             R"({"alg":"EdDSA","b64":false,"crit":["b64"]})", R"({"alg":"EdDSA","b64":true})",
                             R"({"alg":"EdDSA","zip":"DEF"})", R"({"alg":["EdDSA"]})", R"({"alg":null})", R"({})",
                             R"([])", R"("EdDSA")", "", R"({"alg":"EdDSA"}x)", R"({"alg":"EdDSA",})",
                             R"({"alg":"EdDSA","kid":7})", "{\"alg\":\"EdDSA\",\"kid\":\"\xFF\"}",
                             R"({"a":[[[[[[[[[[1]]]]]]]]]],"alg":"EdDSA"})", R"({"alg":"EdDSA","kid":{"kid":"a"}})"}) {
    const auto jws = verify_jws(with_header(key, header), always(known), lenient);
    ASSERT_FALSE(jws.ok()) << header;
    EXPECT_EQ(jws.error().code(), "jose_malformed") << header;
  }
  const std::string long_header = R"({"alg":"EdDSA","x":")" + std::string(1100, 'a') + "\"}";
  EXPECT_FALSE(verify_jws(with_header(key, long_header), always(known), lenient).ok());
}

TEST(JwsAttacks, AKeyInTheHeaderIsNotUsed) {
  const PrivateKey attacker = *PrivateKey::make(KeyKind::kEd25519);
  const Jwk known = verifying(*PrivateKey::make(KeyKind::kEd25519));
  const std::string header = R"({"alg":"EdDSA","jwk":)" + jwk_text(attacker.public_key()) + "}";
  EXPECT_EQ(verify_jws(with_header(attacker, header), always(known), {.known_members_only = false}).error().code(),
            "signature_wrong");
  EXPECT_EQ(verify_jws(with_header(attacker, header), always(known)).error().code(), "jose_malformed");
}

TEST(Jws, HeadersThatCouldNotBeReadBackAreNotWritten) {
  const PrivateKey key = *PrivateKey::make(KeyKind::kEd25519);
  for (const std::string& kid : {std::string("a\"b"), std::string("a\\"), std::string("a\nb"), std::string("\xC3\xA9"),
                                 std::string(kMostKidBytes + 1, 'a')}) {
    EXPECT_FALSE(sign_jws(key, {.kid = kid}, {}).ok()) << kid;
  }
  EXPECT_FALSE(sign_jws(*PrivateKey::make(KeyKind::kX25519), {}, {}).ok());
}

}  // namespace
}  // namespace whorl::crypto
