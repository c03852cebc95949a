// An identity provider of a test, on a free port of 127.0.0.1 and over TLS: right in everything, but for what a test
// makes wrong.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "crypto/key_pair.h"
#include "tests/support/pki.h"

namespace whorl::tests {

class FakeProvider {
 public:
  // What is answered to a path, where it is not the usual: a whole answer; "" leaves the connection open and silent.
  using Answer = std::function<std::string()>;

  explicit FakeProvider(TestCa& ca);
  ~FakeProvider();
  FakeProvider(const FakeProvider&) = delete;
  FakeProvider& operator=(const FakeProvider&) = delete;

  [[nodiscard]] std::string issuer() const;  // "https://localhost:PORT"
  void answer_to(const std::string& path, Answer answer);
  [[nodiscard]] int count(const std::string& path) const;  // of the requests that came

  // Signs with another key from now on, and publishes it alone.
  void rotate();
  [[nodiscard]] std::string key_set() const;
  [[nodiscard]] std::string description(const std::map<std::string, std::string>& other = {}) const;
  // An ID token of now for this client. `other`: members that are not as they should be, as JSON; "" leaves one out.
  [[nodiscard]] std::string id_token(const std::string& nonce,
                                     const std::map<std::string, std::string>& other = {}) const;
  [[nodiscard]] const crypto::PrivateKey& key() const;
  [[nodiscard]] std::string kid() const;

  // The form that came with the last code.
  [[nodiscard]] std::string last_form() const;
  [[nodiscard]] std::string last_authorization() const;

  static std::string json(const std::string& body, const std::string& status = "200 OK",
                          const std::string& headers = "");

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace whorl::tests
