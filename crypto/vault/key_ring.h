// Secrets with a name that a gallery keeps beside its records: the key of its identifiers' digests, keys of months,
// private keys of exchange. Kept as one sealed value (Vault::seal).
//
// Thread-safety: const methods may be called from any thread at once.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/secret_bytes.h"

namespace whorl::crypto {

class KeyRing {
 public:
  static constexpr std::size_t kMostSecrets = 1024;
  static constexpr std::size_t kMostNameBytes = 64;
  static constexpr std::size_t kMostSecretBytes = 8192;

  // Empty where there is none of this name. Valid until the ring changes.
  [[nodiscard]] const SecretBytes* find(std::string_view name) const;
  // Puts it in, in place of any of the same name. Errors: kInvalidInput when the name is empty, too long or not of a-z
  // 0-9 . - _ : /, or the secret is empty or too long; kExhausted when there are kMostSecrets.
  Status put(std::string_view name, SecretBytes secret);
  // Whether there was one. It is wiped here; it is gone once every sealed ring that held it is, too.
  bool erase(std::string_view name);
  [[nodiscard]] std::size_t size() const { return secrets_.size(); }
  // In order of their names.
  void each(const std::function<void(std::string_view name, const SecretBytes& secret)>& see) const;

  // The bytes to seal: version (1), u16 count, then for each, in order of names, u8 length, name, u16 length, secret.
  [[nodiscard]] SecretBytes encoded() const;
  // Errors: kCorruption when they are not such bytes, to the last one.
  static Result<KeyRing> decode(ByteView bytes);

 private:
  std::map<std::string, SecretBytes, std::less<>> secrets_;
};

}  // namespace whorl::crypto
