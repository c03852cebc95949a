// Keys as JSON: the RFCs' examples, and what is refused.
#include "crypto/jose/jwk.h"

#include <gtest/gtest.h>

#include "base/catalogue.h"
#include "crypto/jose/base64url.h"
#include "tests/crypto/jose_keys.h"

namespace whorl::crypto {
namespace {

using tests::jwk;
using tests::private_jwk;

// RFC 7638, 3.1, whose key is also that of RFC 7517, appendix A.1.
constexpr std::string_view kModulus =
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"
    "BJECPebWKRXjBZCiFV4n3oknjhMs"
    "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"
    "FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5ha"
    "jrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

std::string rsa_of_rfc7638(std::string_view more = {}) {
  return R"({"kty":"RSA","n":")" + std::string(kModulus) + R"(","e":"AQAB")" + std::string(more) + "}";
}

// RFC 7517, appendix A.1.
std::string set_of_rfc7517() {
  return R"({"keys":[{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
             "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"},)" +
         rsa_of_rfc7638(R"(,"alg":"RS256","kid":"2011-04-29")") + "]}";
}

TEST(Jwk, ThumbprintsAreThoseOfTheRfcs) {
  EXPECT_EQ(base64url(jwk_thumbprint(jwk(rsa_of_rfc7638()).key)), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  // RFC 8037, appendix A.3.
  const PublicKey ed = jwk(tests::kEd25519Public).key;
  EXPECT_EQ(base64url(jwk_thumbprint(ed)), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  EXPECT_EQ(key_id(ed), "kPrK_qmxVWaYVA9wwBF6Ig");
}

TEST(Jwk, TheSetOfRfc7517IsRead) {
  const auto set = JwkSet::parse(set_of_rfc7517());
  ASSERT_TRUE(set.ok()) << set.error().text();
  ASSERT_EQ(set->keys().size(), 2u);
  const Jwk* ec = set->find("1");
  ASSERT_NE(ec, nullptr);
  EXPECT_TRUE(ec->encrypts);
  EXPECT_FALSE(ec->verifies) << "its use is enc";
  const Jwk* rsa = set->find("2011-04-29");
  ASSERT_NE(rsa, nullptr);
  EXPECT_EQ(rsa->verifies, SignatureAlgorithm::kRs256);
  EXPECT_FALSE(rsa->encrypts);
  EXPECT_EQ(set->find("3"), nullptr);
  EXPECT_EQ(set->find(""), nullptr);
}

TEST(Jwk, PrivateKeysGoThereAndBack) {
  for (const std::string_view text : {tests::kEd25519Private, tests::kP256Private}) {
    const PrivateJwk key = private_jwk(text);
    const SecretBytes written = private_jwk_text(key.key, "name");
    const auto back = parse_private_jwk(as_text(written.view()));
    ASSERT_TRUE(back.ok()) << back.error().text();
    EXPECT_EQ(back->key.public_key(), key.key.public_key());
    EXPECT_EQ(back->kid, "name");
    for (const char* name : {"name", "a \"name\" \\", "\xC3\xA9\n"}) {
      EXPECT_EQ(jwk(jwk_text(key.key.public_key(), name)).kid, name);
    }
  }
}

TEST(Jwk, OfEveryKindAreReadBackFromTheirText) {
  for (const KeyKind kind : {KeyKind::kEd25519, KeyKind::kX25519, KeyKind::kP256}) {
    const auto key = PrivateKey::make(kind);
    ASSERT_TRUE(key.ok());
    EXPECT_EQ(jwk(jwk_text(key->public_key())).key, key->public_key());
  }
  const Jwk rsa = jwk(tests::kRsaPublic);
  EXPECT_EQ(jwk(jwk_text(rsa.key)).key, rsa.key);
}

TEST(Jwk, WhatAKeyIsForIsSettledByItsMembers) {
  const auto with = [](std::string_view text, std::string_view more) {
    return std::string(text.substr(0, text.size() - 1)) + "," + std::string(more) + "}";
  };
  const std::string p256 = jwk_text(private_jwk(tests::kP256Private).key.public_key());
  EXPECT_EQ(jwk(p256).verifies, SignatureAlgorithm::kEs256);
  EXPECT_TRUE(jwk(p256).encrypts);
  EXPECT_FALSE(jwk(with(p256, R"("use":"sig")")).encrypts);
  EXPECT_FALSE(jwk(with(p256, R"("use":"enc")")).verifies);
  EXPECT_FALSE(jwk(with(p256, R"("alg":"ES256")")).encrypts);
  EXPECT_FALSE(jwk(with(p256, R"("alg":"ECDH-ES")")).verifies);
  EXPECT_FALSE(jwk(with(p256, R"("key_ops":["verify"])")).encrypts);
  EXPECT_FALSE(parse_jwk(with(p256, R"("key_ops":[])")).ok());
  EXPECT_FALSE(parse_jwk(with(p256, R"("use":"sig","alg":"ECDH-ES")")).ok());
  EXPECT_FALSE(parse_jwk(with(p256, R"("alg":"HS256")")).ok());
  EXPECT_FALSE(parse_jwk(with(p256, R"("alg":"none")")).ok());
  EXPECT_EQ(jwk(rsa_of_rfc7638()).verifies, SignatureAlgorithm::kRs256);
  EXPECT_EQ(jwk(rsa_of_rfc7638(R"(,"alg":"PS256")")).verifies, SignatureAlgorithm::kPs256);
  for (const char* alg : {"RSA-OAEP", "RS384", "ES256", "HS256", "EdDSA"}) {
    EXPECT_FALSE(parse_jwk(rsa_of_rfc7638(R"(,"alg":")" + std::string(alg) + "\"")).ok()) << alg;
  }
}

TEST(Jwk, WhatIsNoneIsRefusedAndNamesTheMember) {
  struct Row {
    std::string text;
    const char* field;
  };
  const std::string good = R"("crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
  for (const Row& row : std::initializer_list<Row>{
           {"", ""},
           {"[]", ""},
           {"{}", "kty"},
           {R"({"kty":1})", "kty"},
           {R"({"kty":"OKP"})", "crv"},
           {R"({"kty":"OKP","crv":"Ed25519"})", "x"},
           {R"({"kty":"OKP","crv":"Ed25519","x":7})", "x"},
           {R"({"kty":"OKP","crv":"Ed25519","x":"AA"})", "x"},
           {R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp"})", "x"},
           {R"({"kty":"OKP","crv":"Ed448","x":"AA"})", ""},
           {R"({"kty":"oct","k":"AAAA"})", ""},
           {R"({"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
                "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyA"})",
            "x"},
           {R"({"kty":"RSA","n":"AQAB","e":"AQAB"})", "n"},
           {R"({"kty":"OKP","kty":"OKP",)" + good, ""},
           {R"({"kty":"OKP","kid":7,)" + good, "kid"},
           {R"({"kty":"OKP","use":7,)" + good, "use"},
           {R"({"kty":"OKP",)" + good + " x", ""},
           {std::string(tests::kEd25519Private), ""},
           {"{\"kty\":\"OKP\",\"x5c\":\"" + std::string(kMostJwkBytes, 'A') + "\"," + good, ""},
       }) {
    const auto key = parse_jwk(row.text);
    ASSERT_FALSE(key.ok()) << row.text;
    EXPECT_EQ(key.error().code(), "jose_malformed");
    EXPECT_EQ(key.error().field, row.field) << row.text;
  }
}

TEST(Jwk, APrivatePartThatIsNotThePublicOnesIsRefused) {
  const std::string text =
      R"({"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2B",
          "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
  const auto key = parse_private_jwk(text);
  ASSERT_FALSE(key.ok());
  EXPECT_EQ(key.error().field, "d");
  EXPECT_EQ(key.error().text().find("nWGxne"), std::string::npos) << "no secret in an error";
  EXPECT_FALSE(parse_private_jwk(tests::kEd25519Public).ok());
  std::string escaped(tests::kEd25519Private);
  escaped.replace(escaped.find("nWG"), 1, "\\u006e");
  EXPECT_FALSE(parse_private_jwk(escaped).ok());
}

TEST(RsaPrivateJwk, IsOneKeyWithAllItsNumbersForEncryptionAlone) {
  const std::string own(tests::kRsaPrivate);
  const std::string other(tests::kOtherRsaPrivate);
  const auto refused_at = [](const std::string& text) {
    const auto read = parse_rsa_private_jwk(text);
    return read.ok() ? std::string("taken") : read.error().field.text();
  };
  const auto number = [](const std::string& text, const std::string& name) {
    const std::size_t at = text.find("\"" + name + "\":\"");
    return text.substr(at, text.find('"', at + name.size() + 4) + 1 - at);
  };
  const auto with = [&](const std::string& more) { return own.substr(0, own.size() - 1) + more + "}"; };
  EXPECT_EQ(refused_at(with(R"(,"alg":"RSA-OAEP-256","use":"enc")")), "taken");
  EXPECT_EQ(refused_at(with(R"(,"alg":"RSA-OAEP")")), "alg");
  EXPECT_EQ(refused_at(with(R"(,"use":"sig")")), "use");
  for (const char* name : {"d", "p", "q", "dp", "dq", "qi"}) {
    const std::string mine = number(own, name);
    std::string text = own;
    EXPECT_EQ(refused_at(text.replace(own.find(mine), mine.size(), "\"x\":\"\"")), name) << "absent";
    text = own;
    EXPECT_EQ(refused_at(text.replace(own.find(mine), mine.size(), number(other, name))), "d") << name << " of another";
  }
  EXPECT_FALSE(parse_rsa_private_jwk(tests::kRsaPublic).ok());
  EXPECT_FALSE(parse_rsa_private_jwk(tests::kP256Private).ok());
  EXPECT_FALSE(parse_private_jwk(own).ok());
}

TEST(Jwk, RsaIsForEncryptionWhereItSaysSo) {
  const auto parsed = [](const char* more) { return parse_jwk(rsa_of_rfc7638(more)); };
  for (const char* more : {R"(,"alg":"RSA-OAEP-256")", R"(,"use":"enc")", R"(,"alg":"RSA-OAEP-256","use":"enc")"}) {
    const auto key = parsed(more);
    ASSERT_TRUE(key.ok()) << more;
    EXPECT_TRUE(key->encrypts && !key->verifies) << more;
  }
  EXPECT_FALSE(parsed("")->encrypts);
  EXPECT_FALSE(parsed(R"(,"alg":"RSA-OAEP-256","use":"sig")").ok());
  EXPECT_FALSE(parsed(R"(,"alg":"RSA-OAEP","use":"enc")").ok());
}

TEST(JwkSet, LeavesOutWhatItDoesNotKnowAndRefusesWhatIsNotSound) {
  const auto keys = [](const std::string& list) { return JwkSet::parse(R"({"keys":[)" + list + "]}"); };
  const std::string ed(tests::kEd25519Public);
  const auto known = keys(ed + R"(,{"kty":"new","a":[1,{"b":2}]},{"kty":"EC","crv":"P-521"},)" +
                          rsa_of_rfc7638(R"(,"use":"enc","kid":"e")"));
  ASSERT_TRUE(known.ok()) << known.error().text();
  EXPECT_EQ(known->keys().size(), 1u);
  EXPECT_NE(known->find(""), nullptr) << "the only key needs no name";
  const auto bad = keys(ed + R"(,{"kty":"EC","crv":"P-256","x":"AA","y":"AA"})");
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().field, "keys[1].x");
  EXPECT_FALSE(keys(ed + "," + ed).ok()) << "two without a name";
  EXPECT_FALSE(keys(ed + "," + std::string(tests::kEd25519Private)).ok()) << "a private key";
  EXPECT_FALSE(keys("7").ok());
  EXPECT_FALSE(JwkSet::parse("{}").ok());
  EXPECT_FALSE(JwkSet::parse(R"({"keys":{}})").ok());
  std::string many = R"({"kty":"new"})";
  for (std::size_t i = 1; i < kMostJwkSetKeys; ++i) many += R"(,{"kty":"new"})";
  EXPECT_TRUE(keys(many).ok());
  EXPECT_FALSE(keys(many + R"(,{"kty":"new"})").ok());
  EXPECT_TRUE(keys("")->keys().empty());
}

}  // namespace
}  // namespace whorl::crypto
