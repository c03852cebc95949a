// An adaptive binary range coder (Martin 1979; the carry-less-cache variant known from LZMA): one modelled bit at a
// time, near the entropy of its model. Encoder and decoder must ask the same models in the same order.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace whorl {

// What has been seen of one kind of bit. Learns fast at first, slowly later.
class BitModel {
 public:
  // Of a range the part that a 0 takes, from its start; a 1 takes the rest.
  [[nodiscard]] std::uint32_t bound_in(std::uint32_t range) const { return (range >> kShareBits) * zero_share_; }
  void learn(bool bit) {
    constexpr int kWhole = 1 << kShareBits;
    constexpr int kLeast = 1 << 7;  // kept away from 0 and 1, so that the other bit can always be coded
    constexpr int kSlowest = 6;     // the learning rate's final shift
    constexpr std::uint8_t kLearnt = 2 * (kSlowest - 1);
    const int shift = 1 + seen_ / 2;
    seen_ = static_cast<std::uint8_t>(seen_ + (seen_ < kLearnt ? 1 : 0));
    const int share = bit ? zero_share_ - (zero_share_ >> shift) : zero_share_ + ((kWhole - zero_share_) >> shift);
    zero_share_ = static_cast<std::uint16_t>(std::clamp(share, kLeast, kWhole - kLeast));
  }

 private:
  static constexpr int kShareBits = 16;
  std::uint16_t zero_share_ = 1U << 15;  // of 1 << kShareBits
  std::uint8_t seen_ = 0;
};

// A range is at least this after each bit.
inline constexpr std::uint32_t kLeastRange = 1U << 24;

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
  bool get(BitModel& model) {
    const std::uint32_t bound = model.bound_in(range_);
    const bool bit = code_ >= bound;
    code_ -= bit ? bound : 0;
    range_ = bit ? range_ - bound : bound;
    model.learn(bit);
    while (range_ < kLeastRange) {
      range_ <<= 8;
      code_ = code_ << 8 | next();
    }
    return bit;
  }
  [[nodiscard]] bool overrun() const { return overrun_; }
  // Everything was read and nothing beyond, and the code is the one an encoder writes (it begins with 0 and its end
  // names the very start of the last range): no two codes of the same bits are both exact.
  [[nodiscard]] bool exact() const {
    return !overrun_ && at_ == in_.size() && !in_.empty() && in_.front() == 0 && code_ == 0;
  }

 private:
  std::uint8_t next() {
    if (at_ < in_.size()) return in_[at_++];
    overrun_ = true;
    return 0;
  }

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
  std::uint8_t get(RangeDecoder& from) {
    std::size_t node = 1;
    for (int i = 0; i < 8; ++i) node = node * 2 + static_cast<std::size_t>(from.get(nodes_[node]));
    return static_cast<std::uint8_t>(node);
  }

 private:
  std::array<BitModel, 256> nodes_;
};

}  // namespace whorl
