// Bounded big-endian reading and writing, used by every byte format of the product.
//
// ByteReader never reads past its span: after the first short read it is `failed()` and every further read
// gives zero, so a parser may read a whole record and check once. Cost: O(1) a field. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace whorl {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

// The bytes of a text, and a text of bytes; neither copies nor owns.
ByteView as_bytes(std::string_view text);
std::string_view as_text(ByteView bytes);

class ByteWriter {
 public:
  ByteWriter& u8(std::uint8_t v);
  ByteWriter& u16(std::uint16_t v);
  ByteWriter& u32(std::uint32_t v);
  ByteWriter& u64(std::uint64_t v);
  ByteWriter& bytes(ByteView v);
  // u32 length, then the bytes.
  ByteWriter& sized(ByteView v);
  ByteWriter& sized(std::string_view v) { return sized(as_bytes(v)); }

  [[nodiscard]] const Bytes& view() const { return out_; }
  Bytes take() { return std::move(out_); }

 private:
  Bytes out_;
};

class ByteReader {
 public:
  explicit ByteReader(ByteView in) : in_(in) {}

  std::uint8_t u8();
  std::uint16_t u16();
  std::uint32_t u32();
  std::uint64_t u64();
  // `n` bytes of the input, not copied; empty and failed() when fewer are left.
  ByteView bytes(std::size_t n);
  // A u32 length no greater than `max`, then that many bytes; empty and failed() otherwise.
  ByteView sized(std::size_t max);

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] std::size_t left() const { return in_.size() - at_; }
  // Every byte was read and no read was short.
  [[nodiscard]] bool finished() const { return !failed_ && left() == 0; }

 private:
  std::uint64_t read(std::size_t n);
  ByteView in_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace whorl
