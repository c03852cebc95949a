// What an address of RFC 7512 says of a key in a token. Private to crypto/vault.
#pragma once

#include <p11-kit/uri.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "crypto/secret_bytes.h"

namespace whorl::crypto {

class TokenAddress {
 public:
  // Errors: kInvalidInput, saying what is wrong.
  static Result<TokenAddress> parse(const std::string& text);

  [[nodiscard]] const std::filesystem::path& module() const { return module_; }
  [[nodiscard]] bool fits(CK_SLOT_ID slot, const CK_TOKEN_INFO& token) const;
  // Label and id of the key, as far as they are named. They point into this object.
  [[nodiscard]] std::vector<CK_ATTRIBUTE> key() const;
  // Without a newline at its end. Errors: as read_private_file; kInvalidInput when no file is named.
  [[nodiscard]] Result<SecretBytes> pin() const;

 private:
  struct Free {
    void operator()(P11KitUri* uri) const { p11_kit_uri_free(uri); }
  };
  explicit TokenAddress(std::unique_ptr<P11KitUri, Free> uri) : uri_(std::move(uri)) {}
  Status take_key() const;
  Status take_module();
  Status take_pin();

  std::unique_ptr<P11KitUri, Free> uri_;
  std::filesystem::path module_;
  std::filesystem::path pin_;
};

}  // namespace whorl::crypto
