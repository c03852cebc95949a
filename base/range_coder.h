// An adaptive binary range coder (Martin 1979; the carry-less-cache variant known from LZMA): one modelled bit at a
// time, near the entropy of its model. Encoder and decoder must ask the same models in the same order.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace whorl {

// What has been seen of one kind of bit. Learns fast at first, slowly later.
class BitModel {
 public:
  [[nodiscard]] std::uint32_t zero_share() const { return zero_share_; }  // of 1 << 16
  void learn(bool bit);

 private:
  std::uint16_t zero_share_ = 1U << 15;
  std::uint8_t seen_ = 0;
};

class RangeEncoder {
 public:
  void put(BitModel& model, bool bit);
  // Ends the code and gives its bytes.
  Bytes finish();

 private:
  void shift_low();

  Bytes out_;
  std::uint64_t low_ = 0;
  std::uint32_t range_ = 0xFFFFFFFFU;
  std::uint8_t cache_ = 0;
  std::uint64_t pending_ = 1;
};

// Never reads past its input: past the end it reads zeros, gives meaningless bits, and `overrun()` is true.
class RangeDecoder {
 public:
  explicit RangeDecoder(ByteView in);
  bool get(BitModel& model);
  [[nodiscard]] bool overrun() const { return overrun_; }
  // Everything was read and nothing beyond, and the code is the one an encoder writes (it begins with 0 and its end
  // names the very start of the last range): no two codes of the same bits are both exact.
  [[nodiscard]] bool exact() const {
    return !overrun_ && at_ == in_.size() && !in_.empty() && in_.front() == 0 && code_ == 0;
  }

 private:
  std::uint8_t next();

  ByteView in_;
  std::size_t at_ = 0;
  std::uint32_t code_ = 0;
  std::uint32_t range_ = 0xFFFFFFFFU;
  bool overrun_ = false;
};

// Eight modelled bits, highest first, each in the context of those before it.
class ByteModel {
 public:
  void put(RangeEncoder& to, std::uint8_t value);
  std::uint8_t get(RangeDecoder& from);

 private:
  std::array<BitModel, 256> nodes_;
};

}  // namespace whorl
