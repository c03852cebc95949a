#include "base/range_coder.h"

#include <algorithm>

namespace whorl {
namespace {

constexpr std::uint32_t kLeastRange = 1U << 24;
constexpr int kShareBits = 16;
constexpr int kSlowest = 6;  // the learning rate's final shift

std::uint32_t bound_of(std::uint32_t range, const BitModel& model) {
  return (range >> kShareBits) * model.zero_share();
}

// The part of a range that a bit takes.
struct Part {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
};

Part part_of(std::uint32_t range, const BitModel& model, bool bit) {
  const std::uint32_t bound = bound_of(range, model);
  return bit ? Part{bound, range - bound} : Part{0, bound};
}

}  // namespace

void BitModel::learn(bool bit) {
  const int shift = std::min(1 + seen_ / 2, kSlowest);
  seen_ = static_cast<std::uint8_t>(std::min(seen_ + 1, 255));
  // Kept away from 0 and 1, so that the other bit can always be coded.
  const int share = zero_share_ + ((bit ? 0 : (1 << kShareBits)) - zero_share_) / (1 << shift);
  zero_share_ = static_cast<std::uint16_t>(std::clamp(share, 1 << 7, (1 << kShareBits) - (1 << 7)));
}

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
  const Part part = part_of(range_, model, bit);
  low_ += part.begin;
  range_ = part.size;
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

std::uint8_t RangeDecoder::next() {
  if (at_ < in_.size()) return in_[at_++];
  overrun_ = true;
  return 0;
}

bool RangeDecoder::get(BitModel& model) {
  const bool bit = code_ >= bound_of(range_, model);
  const Part part = part_of(range_, model, bit);
  code_ -= part.begin;
  range_ = part.size;
  model.learn(bit);
  while (range_ < kLeastRange) {
    range_ <<= 8;
    code_ = code_ << 8 | next();
  }
  return bit;
}

void ByteModel::put(RangeEncoder& to, std::uint8_t value) {
  std::size_t node = 1;
  for (int i = 7; i >= 0; --i) {
    const bool bit = ((value >> i) & 1) != 0;
    to.put(nodes_[node], bit);
    node = (node * 2 + static_cast<std::size_t>(bit)) & 255;
  }
}

std::uint8_t ByteModel::get(RangeDecoder& from) {
  std::size_t node = 1;
  unsigned value = 0;
  for (int i = 0; i < 8; ++i) {
    const bool bit = from.get(nodes_[node]);
    value = value << 1 | static_cast<unsigned>(bit);
    node = (node * 2 + static_cast<std::size_t>(bit)) & 255;
  }
  return static_cast<std::uint8_t>(value);
}

}  // namespace whorl
