// Big-endian reading of a record, with the place in the file at hand. Never reads past its end: the first short read
// leaves the cursor cut(), says where and how much was wanted, and every later read gives zero. Not thread-safe.
// Private to this room.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "templates/interchange/finding.h"

namespace whorl::interchange {

class Cursor {
 public:
  explicit Cursor(ByteView file) : file_(file), end_(file.size()) {}
  // From `at` to `end`, both inside the file.
  Cursor(ByteView file, std::size_t at, std::size_t end)
      : file_(file), at_(std::min(at, file.size())), end_(std::clamp(end, at_, file.size())) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(read(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(read(2)); }
  std::uint32_t u24() { return static_cast<std::uint32_t>(read(3)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(read(4)); }
  std::uint64_t u48() { return read(6); }
  std::uint64_t u64() { return read(8); }
  ByteView bytes(std::size_t n) {
    if (!has(n)) return {};
    const ByteView out = file_.subspan(at_, n);
    at_ += n;
    return out;
  }
  void skip(std::size_t n) { bytes(n); }

  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::size_t end() const { return end_; }
  [[nodiscard]] std::size_t left() const { return end_ - at_; }
  [[nodiscard]] bool cut() const { return cut_; }
  // The next `n` bytes, or what is left of them, as a cursor of their own; this one goes past them.
  Cursor part(std::size_t n) {
    const std::size_t size = std::min(n, left());
    const Cursor out(file_, at_, at_ + size);
    at_ += size;
    return out;
  }
  // GEN-01, where a read was short.
  void report_cut(Findings& findings) const {
    if (!cut_) return;
    findings.error("GEN-01", cut_at_,
                   "the record ends inside a field: " + std::to_string(wanted_) + " bytes wanted, " +
                       std::to_string(end_ - cut_at_) + " left");
  }

 private:
  bool has(std::size_t n) {
    if (!cut_ && n <= left()) return true;
    if (!cut_) {
      cut_ = true;
      cut_at_ = at_;
      wanted_ = n;
    }
    return false;
  }
  std::uint64_t read(std::size_t n) {
    if (!has(n)) return 0;
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < n; ++i) out = out << 8 | file_[at_ + i];
    at_ += n;
    return out;
  }

  ByteView file_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  bool cut_ = false;
  std::size_t cut_at_ = 0;
  std::size_t wanted_ = 0;
};

// The big-endian number of the `n` (at most 8) bytes at `at`; 0 where they are not all there.
inline std::uint64_t number_at(ByteView file, std::size_t at, std::size_t n) {
  return Cursor(file, at, file.size()).left() < n ? 0 : [&] {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < n; ++i) out = out << 8 | file[at + i];
    return out;
  }();
}

inline bool begins_with(ByteView file, std::string_view first, std::size_t at = 0) {
  return file.size() >= at && file.size() - at >= first.size() &&
         std::equal(first.begin(), first.end(), file.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

}  // namespace whorl::interchange
