// Writing and reading the fields of messages, one after another, by one description for both ways: `fields(io, value)`
// names them in order, and `io` is a FieldWriter or a FieldReader. Private to this room.
//
// Every text, list and number has a bound. What is beyond it makes the writer or the reader failed(), and everything
// after it reads as nothing: whoever reads looks once, at the end. Belongs to one thread.
#pragma once

#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/bytes.h"

namespace whorl::cluster {

class FieldWriter {
 public:
  static constexpr bool kReads = false;

  template <std::unsigned_integral T>
  void number(const T& v, T most) {
    check(v <= most);
    if constexpr (sizeof(T) == 1) out_.u8(v);
    if constexpr (sizeof(T) == 4) out_.u32(v);
    if constexpr (sizeof(T) == 8) out_.u64(v);
  }
  // Of a count that is kept in a signed or a wider type.
  template <std::integral T>
  void count(const T& v) {
    check(v >= 0 && static_cast<std::uint64_t>(v) <= UINT32_MAX);
    out_.u32(static_cast<std::uint32_t>(v));
  }
  void flag(const bool& v) { out_.u8(v ? 1 : 0); }
  // Finite.
  void real(const double& v) {
    check(std::isfinite(v));
    out_.u64(std::bit_cast<std::uint64_t>(v));
  }
  void text(const std::string& v, std::size_t most) {
    check(v.size() <= most);
    out_.sized(v);
  }
  void bytes(const Bytes& v, std::size_t most) {
    check(v.size() <= most);
    out_.sized(ByteView(v));
  }
  template <std::size_t n>
  void array(const std::array<std::uint8_t, n>& v) {
    out_.bytes(v);
  }
  template <class E>
  void one_of(const E& v, E first, E last) {
    check(v >= first && v <= last);
    out_.u8(static_cast<std::uint8_t>(v));
  }
  template <class T, class Each>
  void list(const std::vector<T>& v, std::size_t most, const Each& each) {
    check(v.size() <= most);
    out_.u32(static_cast<std::uint32_t>(v.size()));
    for (const T& one : v) each(one);
  }
  template <class T, class Each>
  void maybe(const std::optional<T>& v, const Each& each) {
    flag(v.has_value());
    if (v) each(*v);
  }

  void check(bool holds) { failed_ = failed_ || !holds; }
  [[nodiscard]] bool failed() const { return failed_; }
  Bytes take() { return out_.take(); }

 private:
  ByteWriter out_;
  bool failed_ = false;
};

// Borrows the bytes.
class FieldReader {
 public:
  static constexpr bool kReads = true;
  explicit FieldReader(ByteView in) : in_(in) {}

  template <std::unsigned_integral T>
  void number(T& v, T most) {
    if constexpr (sizeof(T) == 1) v = in_.u8();
    if constexpr (sizeof(T) == 4) v = in_.u32();
    if constexpr (sizeof(T) == 8) v = in_.u64();
    check(v <= most);
  }
  template <std::integral T>
  void count(T& v) {
    const std::uint32_t read = in_.u32();
    check(std::in_range<T>(read));
    v = failed() ? T{} : static_cast<T>(read);
  }
  void flag(bool& v) {
    const std::uint8_t read = in_.u8();
    check(read <= 1);
    v = read == 1;
  }
  void real(double& v) {
    v = std::bit_cast<double>(in_.u64());
    check(std::isfinite(v));
    if (failed()) v = 0;
  }
  void text(std::string& v, std::size_t most) { v = std::string(as_text(in_.sized(most))); }
  void bytes(Bytes& v, std::size_t most) {
    const ByteView read = in_.sized(most);
    v.assign(read.begin(), read.end());
  }
  template <std::size_t n>
  void array(std::array<std::uint8_t, n>& v) {
    const ByteView read = in_.bytes(n);
    if (read.size() == n) std::copy(read.begin(), read.end(), v.begin());
  }
  template <class E>
  void one_of(E& v, E first, E last) {
    const std::uint8_t read = in_.u8();
    check(read >= static_cast<std::uint8_t>(first) && read <= static_cast<std::uint8_t>(last));
    v = failed() ? first : static_cast<E>(read);
  }
  // Every element takes a byte at least, so that a list is no longer than what is left.
  template <class T, class Each>
  void list(std::vector<T>& v, std::size_t most, const Each& each) {
    const std::uint32_t size = in_.u32();
    check(size <= most && size <= in_.left());
    v.clear();
    for (std::uint32_t i = 0; i < size && !failed(); ++i) each(v.emplace_back());
  }
  template <class T, class Each>
  void maybe(std::optional<T>& v, const Each& each) {
    bool there = false;
    flag(there);
    v.reset();
    if (there && !failed()) each(v.emplace());
  }

  void check(bool holds) { failed_ = failed_ || !holds; }
  [[nodiscard]] bool failed() const { return failed_ || in_.failed(); }
  // Everything was read, and nothing was wrong.
  [[nodiscard]] bool finished() const { return !failed_ && in_.finished(); }

 private:
  ByteReader in_;
  bool failed_ = false;
};

// A value that is read into, or written of.
template <class Io, class T>
using Held = std::conditional_t<Io::kReads, T, const T>;

}  // namespace whorl::cluster
