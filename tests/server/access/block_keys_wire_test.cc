// Encrypted and signed data through a real socket: what comes is opened with the keys of the access file as it is now,
// what goes is encrypted for whom the caller names, at once and by a callback.
#include <boost/json.hpp>
#include <thread>

#include "base/base64.h"
#include "base/canonical_json.h"
#include "base/sha256.h"
#include "crypto/jose/jwe.h"
#include "engine/access/block_keys.h"
#include "tests/server/access_fixture.h"
#include "tests/server/callback_server.h"

namespace whorl::tests {
namespace {

namespace json = boost::json;

class BlockKeysWire : public AccessTest {
 protected:
  static constexpr std::string_view kBlocks =
      "[blocks]\ndecrypt = ['own.jwk']\nsign = 'sign.jwk'\n"
      "[[blocks.signers]]\nname = 'registry'\nkeys = 'signers.jwks'\n"
      "[[blocks.recipients]]\nname = 'registry'\nkey = 'registry.jwk'\n";

  BlockKeysWire() {
    write_keys(own_);
    write_private(folder_.path() / "sign.jwk", text(crypto::private_jwk_text(sign_, "node-1")));
    write_private(folder_.path() / "signers.jwks",
                  R"({"keys":[)" + crypto::jwk_text(registry_.public_key(), "r") + "]}");
    write_private(folder_.path() / "registry.jwk", crypto::jwk_text(theirs_.public_key(), "theirs"));
    write_private(folder_.path() / "theirs.jwk", text(crypto::private_jwk_text(theirs_, "theirs")));
    write_private(folder_.path() / "node.jwks", R"({"keys":[)" + crypto::jwk_text(sign_.public_key(), "node-1") + "]}");
  }
  static std::string text(const crypto::SecretBytes& secret) { return std::string(as_text(secret.view())); }
  void write_keys(const crypto::PrivateKey& own) {
    write_private(folder_.path() / "own.jwk", text(crypto::private_jwk_text(own, "own")));
  }
  void start_with_blocks(const std::string& more = "", server::ServerConfig config = {}) {
    start_with(std::string(kTokens) + std::string(kBlocks) + more, std::move(config));
  }
  [[nodiscard]] std::string jwe(const crypto::PrivateKey& to, std::string_view plain) const {
    return *crypto::encrypt_jwe(to.public_key(), crypto::JweAlgorithm::kEcdhEs, {.common = {.kid = "own"}},
                                as_bytes(plain));
  }
  [[nodiscard]] std::string encounter(const crypto::PrivateKey& to) const {
    return encounter_body(R"({"biometricType":"FINGER","biometricSubType":"RIGHT_INDEX","resolution":500,"image":")" +
                              jwe(to, std::string("\0\1\2", 3)) + "\"}",
                          R"(,"biographicData":")" + jwe(to, R"({"name":"Anna"})") +
                              R"(","encryption":{"type":"JWE","scope":"$.biometricData[0].image $.biographicData"})");
  }
  HttpAnswer send(const std::string& target, const std::string& body) {
    return ask("POST", target, body, bearer(token("abis.encounter.write")));
  }
  // The other side opens an encounter that the node gave out.
  [[nodiscard]] json::value opened_by_registry(json::value encounter) const {
    const auto keys = access::BlockKeys::read(
        {.decrypt = {folder_.path() / "theirs.jwk"}, .signers = {{"node", folder_.path() / "node.jwks"}}});
    EXPECT_TRUE(keys.ok());
    json::object& members = encounter.as_object();
    const auto plain = (*keys)->decrypted(std::string_view(members.at("biographicData").as_string()));
    EXPECT_TRUE(plain.ok()) << plain.error().text();
    members["biographicData"] = json::parse(as_text(*plain));
    for (json::value& item : members.at("biometricData").as_array()) {
      json::value* const image = item.as_object().if_contains("image");
      if (image == nullptr) continue;
      const auto bytes = (*keys)->decrypted(std::string_view(image->as_string()));
      EXPECT_TRUE(bytes.ok()) << bytes.error().text();
      *image = encode_base64(*bytes);
    }
    members.erase("encryption");
    const json::object block = members.at("integrity").at(0).as_object();
    members.erase("integrity");
    const std::string hash(block.at("hash").as_string());
    EXPECT_EQ(encode_base64(*sha256(as_bytes(*canonical_json(encounter)))), hash);
    EXPECT_EQ(*(*keys)->signer_of(std::string_view(block.at("signature").as_string()), hash, {}), "node");
    return encounter;
  }

  const crypto::PrivateKey own_ = *crypto::PrivateKey::make(crypto::KeyKind::kP256);
  const crypto::PrivateKey sign_ = *crypto::PrivateKey::make(crypto::KeyKind::kEd25519);
  const crypto::PrivateKey registry_ = *crypto::PrivateKey::make(crypto::KeyKind::kEd25519);
  const crypto::PrivateKey theirs_ = *crypto::PrivateKey::make(crypto::KeyKind::kP256);
};

TEST_F(BlockKeysWire, WhatIsEncryptedForTheNodeIsEnrolledInClear) {
  start_with_blocks();
  const auto answer = send("/v1/persons/p/encounters/e?transactionId=t", encounter(own_));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(service_->last_enrol().samples.front().bytes, (Bytes{0, 1, 2}));
  EXPECT_EQ(service_->last_enrol().biographic_data, R"({"name":"Anna"})");
}

TEST_F(BlockKeysWire, WhatIsForSomebodyElseIsRefusedAndNothingIsDone) {
  start_with_blocks();
  const auto answer = send("/v1/persons/p/encounters/e?transactionId=t", encounter(theirs_));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(reason(answer), "not_decrypted");
  EXPECT_EQ(service_->writes(), 0);
}

TEST_F(BlockKeysWire, ANewKeyCountsWithoutARestart) {
  start_with_blocks();
  const auto next = *crypto::PrivateKey::make(crypto::KeyKind::kP256);
  EXPECT_EQ(send("/v1/persons/p/encounters/e?transactionId=t", encounter(next)).status, 400);
  write_keys(next);
  int status = 400;
  for (int i = 0; i < 500 && status != 200; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    status = send("/v1/persons/p/encounters/e?transactionId=t", encounter(next)).status;
  }
  EXPECT_EQ(status, 200);
  EXPECT_EQ(send("/v1/persons/p/encounters/f?transactionId=t", encounter(own_)).status, 400);
  // A file that is not sound changes nothing.
  write_private(folder_.path() / "own.jwk", "{}");
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_EQ(send("/v1/persons/p/encounters/g?transactionId=t", encounter(next)).status, 200);
}

TEST_F(BlockKeysWire, TheNodesRulesHoldForEveryRequestWithCaptures) {
  start_with(std::string(kTokens) + R"([blocks]
required = ["integrity"]
[[blocks.signers]]
name = 'registry'
keys = 'signers.jwks'
)");
  const Headers headers = bearer(token("abis.encounter.write abis.identify abis.verify"));
  for (const auto& [target, body] : std::vector<std::pair<std::string, std::string>>{
           {"/v1/persons?transactionId=t", encounter_body()},
           {"/v1/persons/p/encounters?transactionId=t", encounter_body()},
           {"/v1/identify/ALL?transactionId=t", identify_body()},
           {"/v1/verify/ALL/p?transactionId=t", verify_body()},
           {"/v1/verify?transactionId=t",
            R"({"biometricData1":[)" + kFinger + R"(],"biometricData2":[)" + kFinger + "]}"},
           {"/v1/verify/ALL?transactionId=t", R"({"personIds":["p"],"biometricData":[)" + kFinger + "]}"}}) {
    EXPECT_EQ(reason(ask("POST", target, body, headers)), "integrity_required") << target;
  }
  EXPECT_EQ(service_->calls(), 0);
}

TEST_F(BlockKeysWire, WhatIsReadIsEncryptedAndSignedForWhomTheCallerNames) {
  start_with_blocks();
  ASSERT_EQ(send("/v1/persons/p/encounters/e?transactionId=t", encounter(own_)).status, 200);
  const Headers reader = bearer(token("abis.encounter.read"));
  const std::string one = "/v1/persons/p/encounters/e?transactionId=t";
  const auto clear = json_of(ask("GET", one, "", reader));
  const auto answer = ask("GET", one + "&encryptTo=registry&integrity=JWS", "", reader);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.body.find("Anna"), std::string::npos);
  EXPECT_EQ(opened_by_registry(json_of(answer)), clear);
  const auto all = ask("GET", "/v1/persons/p/encounters?transactionId=t&encryptTo=registry&integrity=JWS", "", reader);
  EXPECT_EQ(opened_by_registry(json_of(all).at(0)), clear);
  for (const auto& [query, code] :
       std::vector<std::pair<std::string, std::string>>{{"&encryptTo=nobody", "recipient_unknown"},
                                                        {"&integrity=PKCS7", "not_one_of"},
                                                        {"&encryptTo=", "text_length"}}) {
    EXPECT_EQ(reason(ask("GET", one + query, "", reader)), code) << query;
  }
}

TEST_F(BlockKeysWire, TemplatesAreEncryptedWithAHeaderThatSaysSo) {
  start_with_blocks();
  ASSERT_EQ(send("/v1/persons/p/encounters/e?transactionId=t", encounter(own_)).status, 200);
  const std::string target = "/v1/persons/p/encounters/e/templates?transactionId=t";
  const Headers reader = bearer(token("abis.encounter.read"));
  const auto clear = json_of(ask("GET", target, "", reader));
  ASSERT_FALSE(clear.as_array().empty());
  const auto answer = ask("GET", target + "&encryptTo=registry", "", reader);
  EXPECT_EQ(json::parse(answer.headers.at("whorl-encryption")),
            json::parse(R"({"type":"JWE","scope":"$[*].template"})"));
  const auto keys = *access::BlockKeys::read({.decrypt = {folder_.path() / "theirs.jwk"}});
  const auto plain = keys->decrypted(std::string_view(json_of(answer).at(0).at("template").as_string()));
  ASSERT_TRUE(plain.ok()) << plain.error().text();
  EXPECT_EQ(encode_base64(*plain), clear.at(0).at("template").as_string());
  EXPECT_EQ(ask("GET", target + "&integrity=JWS", "", reader).status, 400);
}

TEST_F(BlockKeysWire, ATaskIsOpenedAtOnceAndItsResultIsEncrypted) {
  CallbackServer client;
  server::ServerConfig config;
  config.callback_origins = {"http://127.0.0.1:*"};
  start_with_blocks("", config);
  const std::string callback = "&callback=" + escaped(client.url());
  EXPECT_EQ(reason(send("/v1/persons/p/encounters/e?transactionId=t" + callback, encounter(theirs_))), "not_decrypted");
  ASSERT_EQ(send("/v1/persons/p/encounters/e?transactionId=t" + callback, encounter(own_)).status, 202);
  EXPECT_EQ(json::parse(client.wait_for(1).front().body).at("personId"), "p");
  EXPECT_EQ(service_->last_enrol().biographic_data, R"({"name":"Anna"})");
  const Headers reader = bearer(token("abis.encounter.read"));
  const std::string one = "/v1/persons/p/encounters/e?transactionId=t";
  const auto clear = json_of(ask("GET", one, "", reader));
  ASSERT_EQ(ask("GET", one + "&encryptTo=registry&integrity=JWS" + callback, "", reader).status, 202);
  EXPECT_EQ(opened_by_registry(json::parse(client.wait_for(2)[1].body)), clear);
}

}  // namespace
}  // namespace whorl::tests
