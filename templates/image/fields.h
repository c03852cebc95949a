// Random access to numbers of either byte order in a file's header. Never reads past its span: a read beyond the end
// gives zero and leaves the object failed(), so that a parser may read a group of fields and check once. Private to
// this room.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace whorl::image {

enum class ByteOrder { kLittle, kBig };

class Fields {
 public:
  Fields(ByteView in, ByteOrder order) : in_(in), order_(order) {}

  std::uint8_t u8(std::size_t at) { return static_cast<std::uint8_t>(read(at, 1)); }
  std::uint16_t u16(std::size_t at) { return static_cast<std::uint16_t>(read(at, 2)); }
  std::uint32_t u32(std::size_t at) { return static_cast<std::uint32_t>(read(at, 4)); }
  std::int32_t s32(std::size_t at) { return static_cast<std::int32_t>(u32(at)); }

  // `n` bytes from `at`; empty and failed() when they are not all there.
  ByteView bytes(std::size_t at, std::size_t n) {
    if (at > in_.size() || n > in_.size() - at) {
      failed_ = true;
      return {};
    }
    return in_.subspan(at, n);
  }

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] std::size_t size() const { return in_.size(); }

 private:
  std::uint32_t read(std::size_t at, std::size_t n) {
    std::uint32_t v = 0;
    const ByteView part = bytes(at, n);
    for (std::size_t i = 0; i < part.size(); ++i) {
      v = (v << 8) | part[order_ == ByteOrder::kBig ? i : part.size() - 1 - i];
    }
    return v;
  }

  ByteView in_;
  ByteOrder order_;
  bool failed_ = false;
};

}  // namespace whorl::image
