#include "templates/image/wsq/coefficients.h"

#include <algorithm>
#include <array>
#include <memory>

namespace whorl::image {
namespace {

constexpr int kPeek = 16;

// What the next 16 bits begin with.
struct Code {
  std::uint8_t bits = 0;  // 0: no code begins so
  std::uint8_t symbol = 0;
};

// Canonical codes, as those of JPEG.
std::vector<Code> make_lookup(const WsqHuffman& table) {
  std::vector<Code> out(std::size_t{1} << kPeek);
  std::size_t at = 0;
  std::size_t value = 0;
  for (int bits = 1; bits <= kPeek; ++bits) {
    for (int i = 0; i < table.counts[static_cast<std::size_t>(bits - 1)]; ++i) {
      const std::size_t span = std::size_t{1} << (kPeek - bits);
      if (at + span > out.size() || value >= table.values.size()) return out;
      std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(at), span,
                  Code{static_cast<std::uint8_t>(bits), table.values[value]});
      at += span;
      ++value;
    }
  }
  return out;
}

// Bits of one block, the stuffed zeros left out.
class Bits {
 public:
  explicit Bits(ByteView data) : data_(data) { fill(); }

  // The next 16; ones where the block has ended.
  [[nodiscard]] std::uint32_t peek() const { return static_cast<std::uint32_t>(window_ >> (64 - kPeek)); }
  [[nodiscard]] int left() const { return bits_; }
  void skip(int n) {
    window_ = window_ << n | ((std::uint64_t{1} << n) - 1);
    bits_ -= n;
    if (bits_ < 32) fill();
  }
  // 8 or 16 bits as a number; -1 where the block ends before.
  int number(int n) {
    if (bits_ < n) return -1;
    const auto out = static_cast<int>(window_ >> (64 - n));
    skip(n);
    return out;
  }
  // What is left can be nothing but padding.
  [[nodiscard]] bool is_padding() const { return bits_ < 8 && at_ >= data_.size(); }

 private:
  void fill() {
    while (bits_ <= 56 && at_ < data_.size()) {
      const std::uint64_t byte = data_[at_];
      at_ += byte == 0xff ? 2 : 1;
      const int shift = 56 - bits_;
      window_ = (window_ & ~(std::uint64_t{0xff} << shift)) | byte << shift;
      bits_ += 8;
    }
  }

  ByteView data_;
  std::size_t at_ = 0;
  std::uint64_t window_ = ~std::uint64_t{0};
  int bits_ = 0;
};

// Symbols: 1 to 100 are runs of zeros, 101 to 106 escapes, 107 to 254 values from -73 to 74.
constexpr int kLastRun = 100;
constexpr int kPositive8 = 101;
constexpr int kNegative8 = 102;
constexpr int kPositive16 = 103;
constexpr int kNegative16 = 104;
constexpr int kRun8 = 105;
constexpr int kRun16 = 106;
constexpr int kZeroSymbol = 180;
constexpr int kIllegal = 255;

class Decoder {
 public:
  explicit Decoder(std::size_t count) { out_.values.assign(count, 0); }

  // False where decoding cannot go on.
  bool block(const WsqBlock& block, const std::vector<Code>& codes) {
    Bits bits(block.data);
    while (bits.left() > 0) {
      const Code code = codes[bits.peek()];
      if (code.bits == 0 || code.bits > bits.left()) {
        return bits.is_padding() || fail(11, block.offset, "a block holds bits that are no code");
      }
      if (at_ == out_.values.size() && bits.is_padding()) return true;
      bits.skip(code.bits);
      if (!symbol(code.symbol, bits, block.offset)) return false;
    }
    return true;
  }

  WsqCoefficients finish(std::size_t offset) {
    if (!out_.fault && at_ != out_.values.size()) {
      fail(14, offset,
           "the blocks hold " + std::to_string(at_) + " coefficients, " + std::to_string(out_.values.size()) +
               " are coded");
    }
    return std::move(out_);
  }

 private:
  bool fail(int rule, std::size_t offset, const char* text) { return fail(rule, offset, std::string(text)); }
  bool fail(int rule, std::size_t offset, std::string text) {
    if (!out_.fault) out_.fault = WsqFault{rule, false, offset, std::move(text)};
    return false;
  }
  bool beyond(std::size_t offset) { return fail(14, offset, "the blocks hold more coefficients than are coded"); }

  bool run(int zeros, std::size_t offset) {
    if (zeros < 0) return fail(14, offset, "a block ends inside a symbol");
    if (static_cast<std::size_t>(zeros) > out_.values.size() - at_) return beyond(offset);
    at_ += static_cast<std::size_t>(zeros);
    return true;
  }
  bool value(int number, bool negative, std::size_t offset) {
    if (number < 0) return fail(14, offset, "a block ends inside a symbol");
    if (at_ == out_.values.size()) return beyond(offset);
    const int clipped = std::min(number, 32767);
    out_.values[at_++] = static_cast<std::int16_t>(negative ? -clipped : clipped);
    return true;
  }

  bool symbol(int symbol, Bits& bits, std::size_t offset) {
    if (symbol > kRun16 && symbol < kIllegal) {
      if (at_ == out_.values.size()) return beyond(offset);
      out_.values[at_++] = static_cast<std::int16_t>(symbol - kZeroSymbol);
      return true;
    }
    if (symbol >= 1 && symbol <= kLastRun) return run(symbol, offset);
    switch (symbol) {
      case kPositive8: return value(bits.number(8), false, offset);
      case kNegative8: return value(bits.number(8), true, offset);
      case kPositive16: return value(bits.number(16), false, offset);
      case kNegative16: return value(bits.number(16), true, offset);
      case kRun8: return run(bits.number(8), offset);
      case kRun16: return run(bits.number(16), offset);
      default: return fail(11, offset, "a block holds the illegal symbol " + std::to_string(symbol));
    }
  }

  WsqCoefficients out_;
  std::size_t at_ = 0;
};

}  // namespace

std::size_t coded_coefficients(const WsqTree& tree, const WsqQuantisation& quantisation) {
  std::size_t out = 0;
  for (std::size_t i = 0; i < kWsqCodedSubbands; ++i) {
    if (quantisation.bin[i] <= 0) continue;
    out += static_cast<std::size_t>(tree.subbands[i].width) * static_cast<std::size_t>(tree.subbands[i].height);
  }
  return out;
}

WsqCoefficients decode_wsq_blocks(const WsqFile& file, std::size_t count) {
  Decoder decoder(count);
  std::vector<std::vector<Code>> lookups(file.tables.size());
  for (const WsqBlock& block : file.blocks) {
    std::vector<Code>& lookup = lookups[block.table];
    if (lookup.empty()) lookup = make_lookup(file.tables[block.table]);
    if (!decoder.block(block, lookup)) break;
  }
  return decoder.finish(file.blocks.empty() ? 0 : file.blocks[0].offset);
}

}  // namespace whorl::image
