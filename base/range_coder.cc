#include "base/range_coder.h"

namespace whorl {

void RangeEncoder::shift_low() {
  if (low_ < 0xFF000000U || low_ > 0xFFFFFFFFU) {
    const auto carry = static_cast<std::uint8_t>(low_ >> 32);
    std::uint8_t byte = cache_;
    for (; pending_ != 0; --pending_) {
      out_.push_back(static_cast<std::uint8_t>(byte + carry));
      byte = 0xFF;
    }
    cache_ = static_cast<std::uint8_t>(low_ >> 24);
  }
  ++pending_;
  low_ = (low_ & 0x00FFFFFFU) << 8;
}

void RangeEncoder::put(BitModel& model, bool bit) {
  const std::uint32_t bound = model.bound_in(range_);
  low_ += bit ? bound : 0;
  range_ = bit ? range_ - bound : bound;
  model.learn(bit);
  while (range_ < kLeastRange) {
    range_ <<= 8;
    shift_low();
  }
}

Bytes RangeEncoder::finish() {
  for (int i = 0; i < 5; ++i) shift_low();
  return std::move(out_);
}

RangeDecoder::RangeDecoder(ByteView in) : in_(in) {
  for (int i = 0; i < 5; ++i) code_ = code_ << 8 | next();
}

void ByteModel::put(RangeEncoder& to, std::uint8_t value) {
  std::size_t node = 1;
  for (int i = 7; i >= 0; --i) {
    const bool bit = ((value >> i) & 1) != 0;
    to.put(nodes_[node], bit);
    node = node * 2 + static_cast<std::size_t>(bit);
  }
}

}  // namespace whorl
