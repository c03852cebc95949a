// A server that asks who comes in: keys, tokens and files of a test.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "crypto/jose/jwk.h"
#include "crypto/jose/jws.h"
#include "tests/server/server_fixture.h"
#include "tests/support/pki.h"
#include "tests/support/shared_data.h"

namespace whorl::tests {

class AccessTest : public ServerTest {
 protected:
  static constexpr std::string_view kTokens =
      "[tokens]\nissuer = 'https://idp.test'\naudience = 'https://node.test'\nkeys = 'jwks.json'\n";

  AccessTest() { publish(key_, "k1"); }

  // The identity provider's keys become this one.
  void publish(const crypto::PrivateKey& key, const std::string& kid) {
    write_private(folder_.path() / "jwks.json", R"({"keys":[)" + crypto::jwk_text(key.public_key(), kid) + "]}");
  }

  // Starts the server with this access file.
  void start_with(const std::string& access, server::ServerConfig config = {}) {
    write_private(file_, access);
    config.access_file = file_;
    config.access_every = std::chrono::milliseconds(20);
    start(config);
  }

  // A token of now that allows these scopes; `more` stands beside its claims.
  std::string token(const std::string& scopes, const std::string& more = "", const std::string& subject = "u-1") const {
    return token_of(key_, "k1", scopes, more, subject);
  }
  static std::string token_of(const crypto::PrivateKey& key, const std::string& kid, const std::string& scopes,
                              const std::string& more = "", const std::string& subject = "u-1") {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(real_world().now().time_since_epoch()).count();
    const std::string claims = R"({"iss":"https://idp.test","aud":"https://node.test","sub":")" + subject +
                               R"(","iat":)" + std::to_string(now - 5) + R"(,"exp":)" + std::to_string(now + 600) +
                               R"(,"scope":")" + scopes + "\"" + more + "}";
    return *crypto::sign_jws(key, {.kid = kid, .typ = "at+jwt"}, as_bytes(claims));
  }
  // Of a token: this many seconds ago the person signed in.
  static std::string signed_in_ago(std::int64_t ago) {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(real_world().now().time_since_epoch()).count();
    return R"(,"auth_time":)" + std::to_string(now - ago);
  }
  static Headers bearer(const std::string& token) { return {{"Authorization", "Bearer " + token}}; }

  static std::string reason(const HttpAnswer& answer) {
    const auto at = answer.headers.find("whorl-reason");
    return at == answer.headers.end() ? "" : at->second;
  }

  TemporaryDirectory folder_;
  std::filesystem::path file_ = folder_.path() / "access.toml";
  crypto::PrivateKey key_ = *crypto::PrivateKey::make(crypto::KeyKind::kEd25519);
};

}  // namespace whorl::tests
