// How the rows of rows.h and release_rows.h are written: fields in a fixed order, behind a version. Private to them.
#pragma once

#include <type_traits>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/secret_bytes.h"

namespace whorl::member::rows {

inline constexpr std::uint8_t kVersion = 1;
inline constexpr std::size_t kMostText = 256;
inline constexpr std::size_t kMostListed = 256;
inline constexpr std::size_t kKeyBytes = 32;

// Fields in a fixed order. Numbers are of 8 bytes.
class Writer {
 public:
  Writer() { out_.u8(kVersion); }
  Writer& text(std::string_view value) { return out_.sized(value), *this; }
  Writer& number(std::int64_t value) { return out_.u64(static_cast<std::uint64_t>(value)), *this; }
  Writer& secret(const crypto::SecretBytes& value) { return out_.sized(value.view()), *this; }
  [[nodiscard]] std::size_t size() const { return out_.view().size(); }
  Bytes take() { return out_.take(); }

 private:
  ByteWriter out_;
};

class Reader {
 public:
  explicit Reader(ByteView in) : in_(in) { sound_ = in_.u8() == kVersion; }
  std::string text(std::size_t most = kMostText) { return std::string(as_text(in_.sized(most))); }
  std::int64_t number() { return static_cast<std::int64_t>(in_.u64()); }
  bool flag() { return chosen<std::uint8_t>(1) != 0; }
  crypto::SecretBytes secret() { return crypto::SecretBytes::copy_of(in_.sized(kKeyBytes)); }
  // A number of items that follow.
  std::size_t count() { return static_cast<std::size_t>(chosen<std::uint64_t>(kMostListed)); }
  // One of 0 to `last`.
  template <class T>
  T chosen(std::uint64_t last) {
    const auto value = in_.u64();
    if (value > last) sound_ = false;
    return static_cast<T>(value > last ? 0 : value);
  }
  // Whether fields follow that rows of earlier builds lack.
  [[nodiscard]] bool more() const { return going() && in_.left() > 0; }
  [[nodiscard]] bool going() const { return sound_ && !in_.failed(); }
  template <class T>
  Result<T> done(T value, bool padded = false) {
    if (!going() || (!padded && in_.left() != 0)) return corruption("a row of the exchange is malformed");
    return value;
  }

 private:
  ByteReader in_;
  bool sound_ = true;
};

template <class T>
std::int64_t number_of(T value) requires std::is_enum_v<T> {
  return static_cast<std::int64_t>(value);
}

}  // namespace whorl::member::rows
