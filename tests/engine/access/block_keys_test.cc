// Keys of encrypted and signed data: what the files must be, and that the wrong ones leave no keys at all.
#include "engine/access/block_keys.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/crypto/jose_keys.h"
#include "tests/support/pki.h"
#include "tests/support/shared_data.h"

namespace whorl::access {
namespace {

using tests::write_private;

class BlockKeysTest : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path file(const std::string& name) const { return folder_.path() / name; }
  static std::string private_text(const crypto::PrivateKey& key, const std::string& kid) {
    return std::string(as_text(crypto::private_jwk_text(key, kid).view()));
  }
  [[nodiscard]] std::string code(const BlockConfig& config) const {
    const auto read = BlockKeys::read(config);
    return read.ok() ? "" : std::string(read.error().code());
  }

  const crypto::PrivateKey p256_ = *crypto::PrivateKey::make(crypto::KeyKind::kP256);
  const crypto::PrivateKey ed25519_ = *crypto::PrivateKey::make(crypto::KeyKind::kEd25519);
  tests::TemporaryDirectory folder_;
};

TEST_F(BlockKeysTest, WhatIsEncryptedForAKeyAndSignedByOneGoesThereAndBack) {
  write_private(file("own"), private_text(p256_, ""));
  write_private(file("public"), R"({"keys":[)" + crypto::jwk_text(p256_.public_key()) + "]}");
  write_private(file("sign"), private_text(ed25519_, ""));
  write_private(file("signers"), R"({"keys":[)" + crypto::jwk_text(ed25519_.public_key()) + "]}");
  const auto keys = BlockKeys::read({.decrypt = {file("own")},
                                     .sign = file("sign"),
                                     .signers = {{"me", file("signers")}},
                                     .recipients = {{"me", file("public")}}});
  ASSERT_TRUE(keys.ok()) << keys.error().text();
  // A key without a name goes by its own id, and one that is alone by none.
  EXPECT_EQ((*keys)->decryption_kids(), std::vector<std::string>{crypto::key_id(p256_.public_key())});
  EXPECT_EQ((*keys)->signing_kid(), crypto::key_id(ed25519_.public_key()));
  EXPECT_EQ(as_text(*(*keys)->decrypted(*(*keys)->encrypted_for("me", as_bytes("text")))), "text");
  EXPECT_EQ(*(*keys)->signer_of(*(*keys)->signature_of("hash"), "hash", {}), "me");
  EXPECT_EQ((*keys)->signer_of(*(*keys)->signature_of("hash"), "other", {}).error().code(), "hash_signature_wrong");
  EXPECT_EQ((*keys)->encrypted_for("you", {}).error().code(), "recipient_unknown");
}

TEST_F(BlockKeysTest, WithoutKeysNothingIsDone) {
  const BlockKeys none;
  EXPECT_EQ(none.signature_of("hash").error().code(), "no_signing_key");
  EXPECT_EQ(none.decrypted("a.b.c.d.e").error().code(), "jose_malformed");
  EXPECT_EQ(
      none.signer_of(*crypto::sign_jws_detached(ed25519_, {.kid = "k"}, as_bytes("hash")), "hash", {}).error().code(),
      "signer_unknown");
}

TEST_F(BlockKeysTest, FilesThatAreNotSoundAreRefused) {
  write_private(file("p256"), private_text(p256_, "k"));
  write_private(file("p256-public"), crypto::jwk_text(p256_.public_key(), "k"));
  write_private(file("ed25519"), private_text(ed25519_, "k"));
  write_private(file("ed25519-set"), R"({"keys":[)" + crypto::jwk_text(ed25519_.public_key(), "k") + "]}");
  write_private(file("empty-set"), R"({"keys":[]})");
  write_private(file("x25519"), private_text(*crypto::PrivateKey::make(crypto::KeyKind::kX25519), "x"));
  std::string signing_only = private_text(p256_, "k");
  signing_only.insert(1, R"("use":"sig",)");
  write_private(file("signing-only"), signing_only);
  std::string other_alg = private_text(p256_, "k");
  other_alg.insert(1, R"("alg":"ECDH-ES+A128KW",)");
  write_private(file("other-alg"), other_alg);
  for (const char* name : {"ed25519", "p256-public", "signing-only", "other-alg", "ed25519-set"}) {
    EXPECT_EQ(code({.decrypt = {file(name)}}), "jose_malformed") << name;
  }
  EXPECT_EQ(code({.decrypt = {file("p256"), file("p256")}}), "jose_malformed");
  EXPECT_EQ(code({.decrypt = {file("nowhere")}}), "file_not_there");
  EXPECT_EQ(code({.sign = file("x25519")}), "jose_malformed");
  EXPECT_EQ(code({.signers = {{"a", file("empty-set")}}}), "jose_malformed");
  EXPECT_EQ(code({.signers = {{"a", file("p256-public")}}}), "jose_malformed");
  EXPECT_EQ(code({.signers = {{"a", file("ed25519-set")}, {"b", file("ed25519-set")}}}), "jose_malformed");
  EXPECT_EQ(code({.recipients = {{"a", file("p256")}}}), "jose_malformed");
  EXPECT_EQ(code({.recipients = {{"a", file("ed25519-set")}}}), "jose_malformed");
  EXPECT_EQ(code({.decrypt = {file("p256")}, .recipients = {{"a", file("p256-public")}}}), "");
}

TEST_F(BlockKeysTest, PrivateKeysThatOthersMayReadAreRefused) {
  write_private(file("own"), private_text(p256_, "k"));
  ASSERT_EQ(::chmod(file("own").c_str(), 0644), 0);
  EXPECT_EQ(code({.decrypt = {file("own")}}), "open_to_others");
  EXPECT_EQ(code({.sign = file("own")}), "open_to_others");
}

TEST_F(BlockKeysTest, AnRsaKeyIsForEncryptionToItsOwnerAlone) {
  std::string rsa(tests::kRsaPrivate);
  rsa.insert(1, R"("kid":"r",)");
  write_private(file("rsa"), rsa);
  const auto read = *crypto::parse_rsa_private_jwk(rsa);
  std::string known = crypto::jwk_text(read.key.public_key(), "r");
  write_private(file("unstated"), known);
  known.insert(1, R"("alg":"RSA-OAEP-256",)");
  write_private(file("stated"), known);
  EXPECT_EQ(code({.recipients = {{"a", file("unstated")}}}), "jose_malformed");  // RSA verifies, where it says nothing
  const auto keys = BlockKeys::read({.decrypt = {file("rsa")}, .recipients = {{"a", file("stated")}}});
  ASSERT_TRUE(keys.ok()) << keys.error().text();
  EXPECT_EQ(as_text(*(*keys)->decrypted(*(*keys)->encrypted_for("a", as_bytes("text")))), "text");
}

// Keys are changed while senders go on as before: one that names no key has them all.
TEST_F(BlockKeysTest, WhatNamesNoKeyIsHeldAgainstAllOfThemInTheirOrder) {
  const auto next = *crypto::PrivateKey::make(crypto::KeyKind::kP256);
  const auto x25519 = *crypto::PrivateKey::make(crypto::KeyKind::kX25519);
  const auto stranger = *crypto::PrivateKey::make(crypto::KeyKind::kP256);
  std::string rsa(tests::kRsaPrivate);
  rsa.insert(1, R"("kid":"r",)");
  write_private(file("z-next"), private_text(next, "z-next"));
  write_private(file("a-old"), private_text(p256_, "a-old"));
  write_private(file("rsa"), rsa);
  const auto keys = BlockKeys::read({.decrypt = {file("z-next"), file("a-old"), file("rsa")}});
  ASSERT_TRUE(keys.ok()) << keys.error().text();
  EXPECT_EQ((*keys)->decryption_kids(), (std::vector<std::string>{"z-next", "a-old", "r"}));
  const auto sent = [&](const crypto::PublicKey& to, crypto::JweAlgorithm algorithm, const std::string& kid = "") {
    const auto opened =
        (*keys)->decrypted(*crypto::encrypt_jwe(to, algorithm, {.common = {.kid = kid}}, as_bytes("text")));
    return opened.ok() ? std::string(as_text(*opened)) : std::string(opened.error().code());
  };
  const auto es = crypto::JweAlgorithm::kEcdhEs;
  EXPECT_EQ(sent(next.public_key(), es), "text");
  EXPECT_EQ(sent(p256_.public_key(), es), "text");
  EXPECT_EQ(sent(crypto::parse_rsa_private_jwk(rsa)->key.public_key(), crypto::JweAlgorithm::kRsaOaep256), "text");
  EXPECT_EQ(sent(stranger.public_key(), es), "not_decrypted");
  EXPECT_EQ(sent(x25519.public_key(), es), "jose_malformed");  // no key is for it
  EXPECT_EQ(sent(p256_.public_key(), crypto::JweAlgorithm::kEcdhEsA256Kw), "jose_malformed");
  // Who names a key, has that one alone.
  EXPECT_EQ(sent(p256_.public_key(), es, "a-old"), "text");
  EXPECT_EQ(sent(p256_.public_key(), es, "z-next"), "not_decrypted");
  EXPECT_EQ(sent(p256_.public_key(), es, "r"), "not_decrypted");
  EXPECT_EQ(sent(p256_.public_key(), es, "other"), "decryption_key_unknown");
}

TEST_F(BlockKeysTest, ASignatureWithoutAKidIsHeldAgainstAllSigners) {
  const auto other = *crypto::PrivateKey::make(crypto::KeyKind::kEd25519);
  const auto stranger = *crypto::PrivateKey::make(crypto::KeyKind::kEd25519);
  write_private(file("z"), R"({"keys":[)" + crypto::jwk_text(ed25519_.public_key(), "z") + "," +
                               crypto::jwk_text(p256_.public_key(), "p") + "]}");
  write_private(file("a"), R"({"keys":[)" + crypto::jwk_text(other.public_key(), "a") + "]}");
  const auto keys = BlockKeys::read({.signers = {{"first", file("z")}, {"second", file("a")}}});
  ASSERT_TRUE(keys.ok()) << keys.error().text();
  const auto by = [&](const std::string& jws) {
    const auto name = (*keys)->signer_of(jws, "hash", {});
    return name.ok() ? *name : std::string(name.error().code());
  };
  const ByteView hash = as_bytes("hash");
  EXPECT_EQ(by(*crypto::sign_jws_detached(ed25519_, {}, hash)), "first");
  EXPECT_EQ(by(*crypto::sign_jws_detached(p256_, {}, hash)), "first");
  EXPECT_EQ(by(*crypto::sign_jws(other, {}, hash)), "second");
  EXPECT_EQ(by(*crypto::sign_jws_detached(stranger, {}, hash)), "signer_unknown");
  EXPECT_EQ(by(*crypto::sign_jws_detached(other, {.kid = "z"}, hash)), "hash_signature_wrong");
}

TEST_F(BlockKeysTest, ASignatureIsOfTheHashesTextOrOfItsBytes) {
  write_private(file("signers"), R"({"keys":[)" + crypto::jwk_text(ed25519_.public_key(), "k") + "]}");
  const auto keys = BlockKeys::read({.signers = {{"me", file("signers")}}});
  ASSERT_TRUE(keys.ok()) << keys.error().text();
  const Bytes digest = *block_digest("SHA256", "data");
  for (const ByteView payload : {as_bytes("text"), ByteView(digest)}) {
    for (const std::string& jws : {*crypto::sign_jws(ed25519_, {.kid = "k"}, payload),
                                   *crypto::sign_jws_detached(ed25519_, {.kid = "k"}, payload)}) {
      EXPECT_TRUE((*keys)->signer_of(jws, "text", digest).ok());
      EXPECT_EQ((*keys)->signer_of(jws, "other", *block_digest("SHA256", "x")).error().code(), "hash_signature_wrong");
    }
  }
  // Nobody's signature of nothing is one of a hash whose bytes are not given.
  EXPECT_FALSE((*keys)->signer_of(*crypto::sign_jws_detached(ed25519_, {.kid = "k"}, {}), "text", {}).ok());
}

TEST_F(BlockKeysTest, AKeySignsOrDecrypts) {
  const auto with = [&](const std::string& members) {
    std::string text = private_text(p256_, "k");
    text.insert(1, members);
    write_private(file("key"), text);
    return code({.sign = file("key")});
  };
  EXPECT_EQ(with(""), "");
  EXPECT_EQ(with(R"("use":"sig","alg":"ES256",)"), "");
  EXPECT_EQ(with(R"("use":"enc",)"), "jose_malformed");
  EXPECT_EQ(with(R"("alg":"ECDH-ES",)"), "jose_malformed");
  write_private(file("sign"), private_text(p256_, "sign"));
  write_private(file("data"), private_text(p256_, "data"));  // the same, under another name
  EXPECT_EQ(code({.decrypt = {file("data")}, .sign = file("sign")}), "jose_malformed");
}

}  // namespace
}  // namespace whorl::access
