// Keys of both sides of a body with encryption and integrity blocks, and what a sender makes with them.
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "base/base64.h"
#include "base/canonical_json.h"
#include "base/json_scope.h"
#include "base/sha256.h"
#include "crypto/jose/base64url.h"
#include "crypto/jose/jwe.h"
#include "crypto/jose/jwk.h"
#include "crypto/jose/jws.h"
#include "engine/access/block_keys.h"
#include "tests/support/pki.h"
#include "tests/support/shared_data.h"

namespace whorl::tests {

namespace json = boost::json;

class BlockTest : public testing::Test {
 protected:
  BlockTest() {
    write_private(file("own.jwk"), private_text(own_, "own-1"));
    write_private(file("own-public.jwk"), crypto::jwk_text(own_.public_key(), "own-1"));
    write_private(file("sign.jwk"), private_text(node_, "node-1"));
    write_private(file("registry.jwks"), R"({"keys":[)" + crypto::jwk_text(signer_.public_key(), "registry-1") + "]}");
    config_.decrypt = {file("own.jwk")};
    config_.sign = file("sign.jwk");
    config_.signers = {{"registry", file("registry.jwks")}};
    config_.recipients = {{"itself", file("own-public.jwk")}};
  }

  [[nodiscard]] std::filesystem::path file(const std::string& name) const { return folder_.path() / name; }
  static std::string private_text(const crypto::PrivateKey& key, const std::string& kid) {
    return std::string(as_text(crypto::private_jwk_text(key, kid).view()));
  }
  // What `config_` says.
  [[nodiscard]] std::shared_ptr<const access::BlockKeys> keys() const {
    auto read = access::BlockKeys::read(config_);
    EXPECT_TRUE(read.ok()) << read.error().text();
    return read.ok() ? *read : std::make_shared<const access::BlockKeys>();
  }

  [[nodiscard]] std::string jwe(std::string_view plain, const std::string& kid = "own-1") const {
    return *crypto::encrypt_jwe(own_.public_key(), crypto::JweAlgorithm::kEcdhEs, {.common = {.kid = kid}},
                                as_bytes(plain));
  }
  [[nodiscard]] std::string signature(std::string_view hash, const std::string& kid = "registry-1") const {
    return *crypto::sign_jws_detached(signer_, {.kid = kid}, as_bytes(hash));
  }
  // What the scope leaves of the document, in its canonical form.
  static std::string covered(const json::value& root, const std::string& scope) {
    return *canonical_json(only_places(root, *JsonScope::parse(scope)->places(root)));
  }
  static std::string hash(const json::value& root, const std::string& scope) {
    return encode_base64(*sha256(as_bytes(covered(root, scope))));
  }
  // A signed block over these paths of the document.
  [[nodiscard]] json::object signed_block(const json::value& root, const std::string& scope) const {
    const std::string digest = hash(root, scope);
    return {{"type", "JWS"}, {"scope", scope}, {"alg", "SHA256"}, {"hash", digest}, {"signature", signature(digest)}};
  }

  const crypto::PrivateKey own_ = *crypto::PrivateKey::make(crypto::KeyKind::kP256);
  const crypto::PrivateKey node_ = *crypto::PrivateKey::make(crypto::KeyKind::kEd25519);
  const crypto::PrivateKey signer_ = *crypto::PrivateKey::make(crypto::KeyKind::kEd25519);
  TemporaryDirectory folder_;
  access::BlockConfig config_;
};

}  // namespace whorl::tests
