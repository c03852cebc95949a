// The key that desks which cannot reach the node seal their requests for. It is made when it is first asked for, and
// kept sealed among the node's rows: a desk has no key that opens what lies on it.
//
// Thread-safety: any thread may call any method at once.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/key_pair.h"
#include "crypto/random.h"
#include "engine/tasks.h"

namespace whorl::member {

// The `typ` of a sealed request.
inline constexpr std::string_view kSealedCheckType = "whorl-check+jwe";

class DeskKey {
 public:
  // Borrows both.
  DeskKey(engine::TaskStore& rows, crypto::Random& random) : rows_(rows), random_(random) {}

  // Takes a row that was kept. Errors: kCorruption.
  Status take(ByteView head);
  // On disk when it returns. Errors: those of the store; kUnavailable when randomness fails.
  Result<std::string> jwk();
  // Errors: those of crypto::decrypt_jwe; kInvalidInput for a text that is sealed as something else.
  Result<std::string> unsealed(std::string_view compact) const;

 private:
  [[nodiscard]] std::optional<crypto::PrivateKey> key() const;

  engine::TaskStore& rows_;
  crypto::Random& random_;
  mutable std::mutex mutex_;
  std::optional<crypto::PrivateKey> key_;  // guarded by mutex_
};

// What a desk does: `body`, the JSON of a check, for the owner of `jwk`. Errors: those of crypto::parse_jwk and
// encrypt_jwe; kInvalidInput for a key that nothing is sealed for, or a text too long.
Result<std::string> sealed_check(std::string_view jwk, std::string_view body);

}  // namespace whorl::member
