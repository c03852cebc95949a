// The keys that verify an issuer's tokens, which may change while a node runs.
//
// Thread-safe.
#pragma once

#include <memory>
#include <utility>

#include "crypto/jose/jwk.h"

namespace whorl::access {

class KeySource {
 public:
  virtual ~KeySource() = default;
  // Null where there are none yet, or none any more.
  [[nodiscard]] virtual std::shared_ptr<const crypto::JwkSet> keys() const = 0;
};

// Of a file: another file is another source.
class FixedKeys final : public KeySource {
 public:
  explicit FixedKeys(crypto::JwkSet keys) : keys_(std::make_shared<const crypto::JwkSet>(std::move(keys))) {}
  [[nodiscard]] std::shared_ptr<const crypto::JwkSet> keys() const override { return keys_; }

 private:
  std::shared_ptr<const crypto::JwkSet> keys_;
};

}  // namespace whorl::access
