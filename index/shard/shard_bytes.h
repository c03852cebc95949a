// What building and reading the bytes of a shard share. Private to this room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include "base/result.h"

namespace whorl::index {

// Every length of a header stays below this, so that sums of them cannot overflow.
inline constexpr std::uint64_t kMaxSection = std::uint64_t{1} << 40;

constexpr std::size_t padded(std::size_t n, std::size_t to = 8) { return (n + to - 1) / to * to; }

// Gives out places one after the other.
class Places {
 public:
  explicit Places(std::size_t begin) : at_(begin) {}
  std::size_t take(std::size_t bytes) {
    const std::size_t begin = at_;
    at_ += padded(bytes);
    return begin;
  }
  void align(std::size_t to) { at_ = padded(at_, to); }
  [[nodiscard]] std::size_t end() const { return at_; }

 private:
  std::size_t at_;
};

inline Error malformed(const std::string& what) { return corruption("shard: " + what); }

// `value` as element `index` of a section.
template <class T>
void store(std::span<std::byte> out, std::size_t section, std::size_t index, const T& value) {
  std::memcpy(out.data() + section + index * sizeof(T), &value, sizeof(T));
}

template <class T>
void copy(std::span<std::byte> out, std::size_t at, std::span<const T> from) {
  if (!from.empty()) std::memcpy(out.data() + at, from.data(), from.size_bytes());
}

}  // namespace whorl::index
