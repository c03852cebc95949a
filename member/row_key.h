// A one-time private key within a row. Private to this room.
#pragma once

#include <optional>
#include <utility>

#include "crypto/key_pair.h"
#include "crypto/secret_bytes.h"

namespace whorl::member {

// X25519; empty: there is none any more. Copied with its row, since what is not on the disk has not happened: rows are
// changed in a copy. Each copy is wiped.
struct RowKey : crypto::SecretBytes {
  RowKey() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): it is those bytes; what makes one is assigned to a row.
  RowKey(crypto::SecretBytes key) : crypto::SecretBytes(std::move(key)) {}
  RowKey(const RowKey& other) : crypto::SecretBytes(other.clone()) {}
  RowKey(RowKey&&) noexcept = default;
  RowKey& operator=(const RowKey& other) { return *this = RowKey(other); }
  RowKey& operator=(RowKey&&) noexcept = default;
  ~RowKey() = default;

  // Nothing: there is none, or these bytes are no key.
  [[nodiscard]] std::optional<crypto::PrivateKey> key() const {
    if (empty()) return std::nullopt;
    auto out = crypto::PrivateKey::of(crypto::KeyKind::kX25519, view());
    return out.ok() ? std::optional(std::move(*out)) : std::nullopt;
  }
};

}  // namespace whorl::member
