// Encrypted texts: RFC 7518's derivation, there and back, and what is refused.
#include "crypto/jose/jwe.h"

#include <gtest/gtest.h>

#include <set>

#include "base/catalogue.h"
#include "base/sha256.h"
#include "crypto/aead.h"
#include "crypto/cbc_hmac.h"
#include "crypto/jose/base64url.h"
#include "crypto/jose/concat_kdf.h"
#include "tests/crypto/jose_keys.h"

namespace whorl::crypto {
namespace {

using tests::always;
using tests::jwk;
using tests::private_jwk;

TEST(ConcatKdf, AgreesWithRfc7518AppendixC) {
  const PrivateJwk alice = private_jwk(
      R"({"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
          "y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps","d":"0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo"})");
  const PrivateJwk bob = private_jwk(
      R"({"kty":"EC","crv":"P-256","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
          "y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck","d":"VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"})");
  const auto agreed = agreed_secret(alice.key, bob.key.public_key());
  ASSERT_TRUE(agreed.ok());
  const Bytes z{158, 86, 217, 29,  129, 113, 53,  211, 114, 131, 66,  131, 191, 132, 38,  156,
                251, 49, 110, 163, 218, 128, 106, 72,  246, 218, 167, 121, 140, 254, 144, 196};
  EXPECT_TRUE(equal_in_constant_time(agreed->view(), z));
  const SecretBytes key = concat_kdf(agreed->view(), "A128GCM", as_bytes("Alice"), as_bytes("Bob"), 16);
  EXPECT_EQ(base64url(key.view()), "VqqN6vgjbSBcIijNcacQGg");
}

// RFC 8037, appendix A.6: the secret that X25519 gives.
TEST(ConcatKdf, TheAgreementOfRfc8037IsX25519s) {
  const PrivateJwk once = private_jwk(
      R"({"kty":"OKP","crv":"X25519","x":"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo",
          "d":"dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo"})");
  const Jwk bob = jwk(R"({"kty":"OKP","crv":"X25519","kid":"Bob","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"})");
  const auto agreed = agreed_secret(once.key, bob.key);
  ASSERT_TRUE(agreed.ok());
  EXPECT_EQ(hex_of(agreed->view()), "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
}

struct Way {
  const char* name;
  KeyKind kind;
  JweAlgorithm algorithm;
  JweContent content = JweContent::kA256Gcm;
};

class EncryptedText : public testing::TestWithParam<Way> {
 protected:
  EncryptedText() {
    key_.algorithm = GetParam().algorithm;
    key_.takes_cbc = GetParam().content == JweContent::kA256CbcHs512;
    if (is_rsa()) {
      key_.rsa = parse_rsa_private_jwk(tests::kRsaPrivate)->key;
    } else if (is_shared()) {
      key_.shared = SecretBytes::copy_of(Bytes(32, 0x77));
    } else {
      key_.key = *PrivateKey::make(GetParam().kind);
    }
  }
  static bool is_shared() { return GetParam().algorithm == JweAlgorithm::kDirect; }
  static bool is_rsa() { return GetParam().algorithm == JweAlgorithm::kRsaOaep256; }
  Result<std::string> encrypt(std::string_view text, const JweHeader& header) const {
    if (is_shared()) return encrypt_jwe_shared(key_.shared.view(), header, as_bytes(text));
    const PublicKey& to = is_rsa() ? key_.rsa->public_key() : key_.key->public_key();
    return encrypt_jwe(to, key_.algorithm, header, as_bytes(text), system_random(), GetParam().content);
  }

  JweKey key_;
  const JweHeader header_{{.kid = "day-1", .typ = "", .cty = "JWS"}, {'a', '.', 't'}, {'b', '.', 't'}};
};

TEST_P(EncryptedText, GoesThereAndBackWithItsHeader) {
  for (const std::size_t size : {0u, 1u, 1000u, 300'000u}) {
    const std::string plain(size, 'x');
    const auto text = encrypt(plain, header_);
    ASSERT_TRUE(text.ok()) << text.error().text();
    const auto jwe = decrypt_jwe(*text, always(key_));
    ASSERT_TRUE(jwe.ok()) << jwe.error().text();
    EXPECT_EQ(as_text(jwe->plaintext), plain);
    EXPECT_EQ(jwe->header.common.kid, "day-1");
    EXPECT_EQ(jwe->header.common.cty, "JWS");
    EXPECT_EQ(jwe->header.apu, header_.apu);
    EXPECT_EQ(jwe->header.apv, header_.apv);
  }
}

TEST_P(EncryptedText, IsOfOneLengthForPlaintextsOfOneLength) {
  std::set<std::size_t> lengths;
  for (int i = 0; i < 20; ++i) lengths.insert(encrypt(std::string(500, static_cast<char>('a' + i)), header_)->size());
  EXPECT_EQ(lengths.size(), 1u);
}

TEST_P(EncryptedText, AnyCharacterThatDiffersIsRefused) {
  const auto text = encrypt("plaintext", header_);
  ASSERT_TRUE(text.ok());
  for (std::size_t i = 0; i < text->size(); ++i) {
    for (const char c : {'A', 'z', '.', '='}) {
      std::string changed = *text;
      if (changed[i] == c) continue;
      changed[i] = c;
      EXPECT_FALSE(decrypt_jwe(changed, always(key_)).ok()) << i << c;
    }
  }
  for (std::size_t n = 0; n < text->size(); ++n) EXPECT_FALSE(decrypt_jwe(text->substr(0, n), always(key_)).ok()) << n;
  EXPECT_FALSE(decrypt_jwe(*text + "A", always(key_)).ok());
  EXPECT_FALSE(decrypt_jwe(*text + ".", always(key_)).ok());
  EXPECT_FALSE(decrypt_jwe(*text, always(key_), {.most_bytes = text->size() - 1}).ok());
}

TEST_P(EncryptedText, OpensWithItsKeyAndItsAlgorithmAlone) {
  const auto text = encrypt("plaintext", header_);
  ASSERT_TRUE(text.ok());
  JweKey other;
  other.algorithm = key_.algorithm;
  if (is_rsa()) {
    other.rsa = parse_rsa_private_jwk(tests::kOtherRsaPrivate)->key;
  } else if (is_shared()) {
    other.shared = SecretBytes::copy_of(Bytes(32, 0x78));
  } else {
    other.key = *PrivateKey::make(GetParam().kind);
  }
  EXPECT_EQ(decrypt_jwe(*text, always(other)).error().code(), "not_decrypted");
  for (const auto algorithm :
       {JweAlgorithm::kEcdhEs, JweAlgorithm::kEcdhEsA256Kw, JweAlgorithm::kRsaOaep256, JweAlgorithm::kDirect}) {
    if (algorithm == key_.algorithm) continue;
    JweKey as;
    as.algorithm = algorithm;
    as.key = key_.key;
    as.shared = key_.shared.clone();
    as.rsa = key_.rsa;
    as.takes_cbc = key_.takes_cbc;
    EXPECT_EQ(decrypt_jwe(*text, always(as)).error().code(), "not_decrypted");
  }
  EXPECT_EQ(decrypt_jwe(*text, [](std::string_view) { return nullptr; }).error().code(), "key_unknown");
}

TEST_P(EncryptedText, NeverRepeatsANonceOrAKey) {
  std::set<std::string> seen;
  for (int i = 0; i < 500; ++i) {
    const auto text = encrypt("plaintext", header_);
    ASSERT_TRUE(text.ok());
    EXPECT_TRUE(seen.insert(text->substr(text->find("..") + 1)).second);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Ways, EncryptedText,
    testing::Values(Way{"X25519", KeyKind::kX25519, JweAlgorithm::kEcdhEs},
                    Way{"P256", KeyKind::kP256, JweAlgorithm::kEcdhEs},
                    Way{"X25519Wrapped", KeyKind::kX25519, JweAlgorithm::kEcdhEsA256Kw},
                    Way{"P256Wrapped", KeyKind::kP256, JweAlgorithm::kEcdhEsA256Kw},
                    Way{"X25519Cbc", KeyKind::kX25519, JweAlgorithm::kEcdhEs, JweContent::kA256CbcHs512},
                    Way{"P256WrappedCbc", KeyKind::kP256, JweAlgorithm::kEcdhEsA256Kw, JweContent::kA256CbcHs512},
                    Way{"Rsa", KeyKind::kRsa, JweAlgorithm::kRsaOaep256},
                    Way{"RsaCbc", KeyKind::kRsa, JweAlgorithm::kRsaOaep256, JweContent::kA256CbcHs512},
                    Way{"Shared", KeyKind::kX25519, JweAlgorithm::kDirect}),
    [](const auto& way) { return way.param.name; });

// A message under a shared key whose header is `header`: sealed rightly, so that the header alone can be at fault.
std::string with_header(std::string_view header, ByteView key) {
  const std::string encoded = base64url(as_bytes(header));
  const Nonce nonce = Nonce::counted(1);
  const Bytes sealed = *aead_seal(key, nonce, as_bytes(encoded), as_bytes("plaintext"));
  return encoded + ".." + base64url(nonce.view()) + "." + base64url(ByteView(sealed).first(9)) + "." +
         base64url(ByteView(sealed).last(16));
}

TEST(JweAttacks, HeadersThatAreNotExactlyTheKnownOnesAreRefused) {
  JweKey key;
  key.algorithm = JweAlgorithm::kDirect;
  key.shared = SecretBytes::copy_of(Bytes(32, 5));
  ASSERT_TRUE(decrypt_jwe(with_header(R"({"alg":"dir","enc":"A256GCM"})", key.shared.view()), always(key)).ok());
  for (const char* header : {R"({"alg":"dir","enc":"A256GCM","zip":"DEF"})",
                             R"({"alg":"dir","enc":"A256GCM","crit":["x"],"x":1})",
                             R"({"alg":"dir","enc":"A256GCM","x":1})",
                             R"({"alg":"dir","alg":"dir","enc":"A256GCM"})",
                             R"({"alg":"dir"})",
                             R"({"enc":"A256GCM"})",
                             R"({"alg":"dir","enc":"A128GCM"})",
                             R"({"alg":"dir","enc":"A256CBC-HS512"})",
                             R"({"alg":"RSA1_5","enc":"A256GCM"})",
                             R"({"alg":"RSA-OAEP-256","enc":"A256GCM"})",
                             R"({"alg":"none","enc":"A256GCM"})",
                             R"({"alg":"A256GCMKW","enc":"A256GCM"})",
                             R"({"alg":"dir","enc":"A256GCM","jku":"https://x"})",
                             R"({"alg":"dir","enc":"A256GCM","apu":7})",
                             R"({"alg":"dir","enc":"A256GCM","apu":"="})",
                             R"({"alg":"dir","enc":"A256GCM","epk":{}})",
                             R"({"alg":"dir","enc":"A256GCM","epk":7})",
                             "",
                             "{",
                             "null"}) {
    EXPECT_FALSE(decrypt_jwe(with_header(header, key.shared.view()), always(key)).ok()) << header;
  }
}

TEST(JweAttacks, MembersThatAreNotKnownAreIgnoredWhereTheRulesSaySo) {
  JweKey key;
  key.algorithm = JweAlgorithm::kDirect;
  key.shared = SecretBytes::copy_of(Bytes(32, 5));
  const JweRules rules{.known_members_only = false};
  const auto opens = [&](std::string_view header) {
    return decrypt_jwe(with_header(header, key.shared.view()), always(key), rules).ok();
  };
  EXPECT_TRUE(opens(R"({"alg":"dir","enc":"A256GCM","iat":1,"jku":"https://x","x5t#S256":"AA"})"));
  EXPECT_FALSE(opens(R"({"alg":"dir","enc":"A256GCM","zip":"DEF"})"));
  EXPECT_FALSE(opens(R"({"alg":"dir","enc":"A256GCM","crit":["x"],"x":1})"));
  EXPECT_FALSE(opens(R"({"alg":"dir","enc":"A256GCM","x":1,"x":1})"));
}

TEST(JweOfSeveralKeys, TheFirstThatOpensItDoes) {
  std::vector<JweKey> keys(3);
  for (JweKey& key : keys) key.key = *PrivateKey::make(KeyKind::kP256);
  keys[0].key = *PrivateKey::make(KeyKind::kX25519);
  const std::string text = *encrypt_jwe(keys[2].key->public_key(), JweAlgorithm::kEcdhEs, {}, as_bytes("plaintext"));
  const auto with = [&](std::vector<const JweKey*> tried) {
    const auto jwe = decrypt_jwe_by_any(text, [&](std::string_view kid) {
      EXPECT_EQ(kid, "");
      return tried;
    });
    return jwe.ok() ? std::string(as_text(jwe->plaintext)) : std::string(jwe.error().code());
  };
  EXPECT_EQ(with({&keys[0], &keys[1], &keys[2]}), "plaintext");
  EXPECT_EQ(with({&keys[0], &keys[1]}), "not_decrypted");
  EXPECT_EQ(with({&keys[0]}), "key_unknown");  // of another curve
  EXPECT_EQ(with({}), "key_unknown");
}

TEST(JweAttacks, AnEphemeralKeyOffTheCurveIsRefused) {
  JweKey key;
  key.key = *PrivateKey::make(KeyKind::kP256);
  const auto swapped = [&](const std::string& epk) {
    return with_header(R"({"alg":"ECDH-ES","enc":"A256GCM","epk":)" + epk + "}", Bytes(32));
  };
  const auto code = [&](const std::string& epk) {
    const auto opened = decrypt_jwe(swapped(epk), always(key));
    return opened.ok() ? std::string("opened") : std::string(opened.error().code());
  };
  EXPECT_EQ(code(jwk_text(PrivateKey::make(KeyKind::kP256)->public_key())), "not_decrypted");
  EXPECT_EQ(code(jwk_text(PrivateKey::make(KeyKind::kX25519)->public_key())), "not_decrypted") << "another curve";
  EXPECT_EQ(code(R"({"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
                     "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyA"})"),
            "jose_malformed");
  EXPECT_EQ(code(R"({"kty":"oct","k":"AAAA"})"), "jose_malformed");
  // The keys of X25519 that give the same secret with everybody.
  key.key = *PrivateKey::make(KeyKind::kX25519);
  EXPECT_EQ(code(R"({"kty":"OKP","crv":"X25519","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})"), "not_decrypted");
}

TEST(Jwe, KeysThatAreNotForItAreRefused) {
  EXPECT_FALSE(encrypt_jwe(PrivateKey::make(KeyKind::kEd25519)->public_key(), JweAlgorithm::kEcdhEs, {}, {}).ok());
  EXPECT_FALSE(encrypt_jwe(PrivateKey::make(KeyKind::kX25519)->public_key(), JweAlgorithm::kDirect, {}, {}).ok());
  EXPECT_FALSE(encrypt_jwe_shared(Bytes(16), {}, {}).ok());
  JweHeader header;
  header.apu = Bytes(kMostPartyBytes + 1);
  EXPECT_FALSE(encrypt_jwe_shared(Bytes(32), header, {}).ok());
}

// RFC 7518, appendix B.3.
TEST(CbcHmac, AgreesWithRfc7518AppendixB) {
  Bytes key;
  for (int i = 0; i < 64; ++i) key.push_back(static_cast<std::uint8_t>(i));
  const Bytes iv{0x1a, 0xf3, 0x8c, 0x2d, 0xc2, 0xb9, 0x6f, 0xfd, 0xd8, 0x66, 0x94, 0x09, 0x23, 0x41, 0xbc, 0x04};
  constexpr std::string_view kPlain =
      "A cipher system must not be required to be secret, and it must be able to fall into the hands of the enemy "
      "without inconvenience";
  const auto sealed = cbc_hmac_seal(key, iv, as_bytes("The second principle of Auguste Kerckhoffs"), as_bytes(kPlain));
  ASSERT_TRUE(sealed.ok());
  EXPECT_EQ(hex_of(ByteView(*sealed).last(32)), "4dd3b4c088a7f45c216839645b2012bf2e6269a8c56a816dbc1b267761955bc5");
  EXPECT_EQ(hex_of(ByteView(*sealed).first(16)), "4affaaadb78c31c5da4b1b590d10ffbd");
}

TEST(CbcHmac, AnyByteThatDiffersAndAnyLengthIsRefusedAlike) {
  const Bytes key(64, 3);
  const Bytes iv(16, 4);
  for (const std::size_t size : {0u, 1u, 15u, 16u, 17u}) {
    const Bytes sealed = *cbc_hmac_seal(key, iv, as_bytes("bound"), Bytes(size, 'x'));
    const auto opened = cbc_hmac_open(key, iv, as_bytes("bound"), sealed);
    ASSERT_TRUE(opened.ok());
    EXPECT_EQ(*opened, Bytes(size, 'x'));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
      Bytes changed = sealed;
      changed[i] ^= 1;
      EXPECT_FALSE(cbc_hmac_open(key, iv, as_bytes("bound"), changed).ok());
      EXPECT_FALSE(cbc_hmac_open(key, iv, as_bytes("bound"), ByteView(sealed).first(i)).ok());
    }
    EXPECT_FALSE(cbc_hmac_open(key, Bytes(16, 5), as_bytes("bound"), sealed).ok());
    EXPECT_FALSE(cbc_hmac_open(key, iv, as_bytes("bounD"), sealed).ok());
  }
}

TEST(JweAttacks, AKeyThatTakesGcmAloneOpensNoCbc) {
  JweKey key;
  key.key = *PrivateKey::make(KeyKind::kX25519);
  const auto text = encrypt_jwe(key.key->public_key(), JweAlgorithm::kEcdhEs, {}, as_bytes("x"), system_random(),
                                JweContent::kA256CbcHs512);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(decrypt_jwe(*text, always(key)).error().code(), "not_decrypted");
  key.takes_cbc = true;
  EXPECT_TRUE(decrypt_jwe(*text, always(key)).ok());
}

// The error of a key that does not unwrap is that of a content that does not open.
TEST(JweAttacks, RsaGivesNoPaddingOracle) {
  JweKey key;
  key.algorithm = JweAlgorithm::kRsaOaep256;
  key.takes_cbc = true;
  key.rsa = parse_rsa_private_jwk(tests::kRsaPrivate)->key;
  const PublicKey& to = key.rsa->public_key();
  const auto text = encrypt_jwe(to, JweAlgorithm::kRsaOaep256, {}, as_bytes("x"));
  ASSERT_TRUE(text.ok());
  const std::size_t from = text->find('.') + 1;
  const std::size_t end = text->find('.', from);
  const auto with = [&](ByteView wrapped) {
    return decrypt_jwe(text->substr(0, from) + base64url(wrapped) + text->substr(end), always(key)).error().code();
  };
  EXPECT_EQ(with(Bytes(256, 0)), "not_decrypted");
  EXPECT_EQ(with(Bytes(256, 0xff)), "not_decrypted");
  EXPECT_EQ(with(Bytes(255, 1)), "not_decrypted");
  EXPECT_EQ(with(*rsa_encrypt(to, Bytes(31, 1))), "not_decrypted") << "a content key that is too short";
  EXPECT_EQ(with(*rsa_encrypt(to, Bytes(64, 1))), "not_decrypted") << "that of the other cipher";
  EXPECT_EQ(with(*rsa_encrypt(to, {})), "not_decrypted");
}

// The envelope between members: signed, then encrypted, from one to the other.
TEST(Jwe, ASignedTextInsideAnEncryptedOneOpensForItsReceiver) {
  const PrivateKey sender = *PrivateKey::make(KeyKind::kEd25519);
  const Jwk known = tests::verifying(sender);
  JweKey receiver;
  receiver.key = *PrivateKey::make(KeyKind::kX25519);
  const auto inside = sign_jws(sender, {.kid = key_id(sender.public_key()), .typ = "rbdes-check+jws"}, as_bytes("{}"));
  const auto outside = encrypt_jwe(receiver.key->public_key(), JweAlgorithm::kEcdhEs,
                                   {{.kid = "k", .cty = "JWS"}, {}, {}}, as_bytes(*inside));
  ASSERT_TRUE(outside.ok());
  const auto jwe = decrypt_jwe(*outside, always(receiver));
  ASSERT_TRUE(jwe.ok());
  const auto jws = verify_jws(as_text(jwe->plaintext), always(known), {.types = {"rbdes-check+jws"}});
  ASSERT_TRUE(jws.ok());
  EXPECT_EQ(as_text(jws->payload), "{}");
}

}  // namespace
}  // namespace whorl::crypto
