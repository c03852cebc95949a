// The encoder of WSQ: bins from the variances of the sub-bands for a bit rate, then Huffman codes in three blocks.
// Source of the bins: FBI IAFIS-IC-0110, as NIST's reference encoder works.
#include "templates/image/encode.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "templates/image/wsq/segments.h"
#include "templates/image/wsq/tree.h"
#include "templates/image/wsq/wavelet.h"

namespace whorl::image {
namespace {

// The bin centre, 0.44, stands in the quantisation table.
constexpr double kZeroBin = 1.2;  // times the bin
constexpr std::array<std::uint32_t, 5> kLow{852698679, 377402856, 110624404, 23849465, 37828456};
constexpr std::array<bool, 5> kLowNegative{false, false, true, true, false};
constexpr std::array<std::uint32_t, 4> kHigh{788485616, 418092273, 40689418, 64538883};
constexpr std::array<bool, 4> kHighNegative{false, true, true, false};
constexpr int kTapScale = 9;

WsqFilters standard_filters() {
  WsqFilters out{9, 7, {}, {}};
  const auto tap = [](std::uint32_t value, bool negative) {
    return static_cast<float>((negative ? -1.0 : 1.0) * value / 1e9);
  };
  for (std::size_t i = 0; i < kLow.size(); ++i) out.low.push_back(tap(kLow[i], kLowNegative[i]));
  for (std::size_t i = 0; i < kHigh.size(); ++i) out.high.push_back(tap(kHigh[i], kHighNegative[i]));
  return out;
}

// A number as the format keeps it: 16 bits and a power of ten.
struct Scaled {
  std::uint8_t scale = 0;
  std::uint16_t value = 0;
  [[nodiscard]] double number() const { return value / std::pow(10.0, scale); }
};
Scaled scaled(double number) {
  constexpr std::uint8_t kMostScale = 9;
  Scaled out;
  if (number <= 0) return out;
  double grown = number;
  while (out.scale < kMostScale && grown * 10 < 65535) {
    grown *= 10;
    ++out.scale;
  }
  out.value = static_cast<std::uint16_t>(std::clamp(std::lround(grown), 0L, 65535L));
  return out;
}

double variance(const WsqPlane& plane, int x0, int y0, int width, int height) {
  double sum = 0;
  double squares = 0;
  for (int y = y0; y < y0 + height; ++y) {
    const float* row = plane.values.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(plane.width);
    for (int x = x0; x < x0 + width; ++x) {
      sum += double{row[x]};
      squares += double{row[x]} * double{row[x]};
    }
  }
  const double n = static_cast<double>(width) * height;
  return n < 2 ? 0 : std::max(0.0, (squares - sum * sum / n) / (n - 1));
}

using Variances = std::array<double, kWsqCodedSubbands>;

Variances variances_of(const WsqPlane& plane, const WsqTree& tree) {
  constexpr double kEnough = 20'000;
  Variances out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    const WsqRegion& band = tree.subbands[i];
    out[i] = variance(plane, band.x + band.width / 8, band.y + 9 * band.height / 32, 3 * band.width / 4,
                      7 * band.height / 16);
  }
  if (out[0] + out[1] + out[2] + out[3] >= kEnough) return out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const WsqRegion& band = tree.subbands[i];
    out[i] = variance(plane, band.x, band.y, band.width, band.height);
  }
  return out;
}

double weight(std::size_t band, double variance) {
  constexpr std::array kLast{1.32, 1.08, 1.42, 1.08, 1.32, 1.42, 1.08, 1.08};  // of sub-bands 52 to 59
  if (band < 4) return 1;
  return 10.0 / ((band < 52 ? 1.0 : kLast[band - 52]) * std::log(variance));
}

double share(std::size_t band) { return band < 4 ? 1.0 / 1024 : band < 51 ? 1.0 / 256 : 1.0 / 16; }

// Bin widths for so many bits a pixel; 0: the sub-band is not coded.
std::array<double, kWsqSubbands> bins_of(const Variances& variances, double bits) {
  constexpr double kLeastVariance = 1.01;
  std::array<double, kWsqSubbands> out{};
  std::vector<std::size_t> active;
  Variances base{};
  for (std::size_t i = 0; i < variances.size(); ++i) {
    if (variances[i] < kLeastVariance) continue;
    base[i] = weight(i, variances[i]);
    active.push_back(i);
  }
  for (double q = 0; !active.empty();) {
    double total = 0;
    double product = 0;  // its logarithm
    for (const std::size_t i : active) {
      total += share(i);
      product += share(i) * std::log(std::sqrt(variances[i]) / base[i]);
    }
    q = std::pow(2.0, bits / total - 1.0) / 2.5 * std::exp(-product / total);
    const auto lost = [&](std::size_t i) { return base[i] / q >= 5 * std::sqrt(variances[i]); };
    const std::size_t before = active.size();
    std::erase_if(active, lost);
    if (active.size() != before) continue;
    for (const std::size_t i : active) out[i] = base[i] / q;
    break;
  }
  return out;
}

std::int16_t quantised(float value, double bin, double zero) {
  const double size = std::abs(double{value});
  if (size <= zero / 2) return 0;
  const auto steps = static_cast<std::int16_t>(std::min((size - zero / 2) / bin + 1, 32767.0));
  return value < 0 ? static_cast<std::int16_t>(-steps) : steps;
}

// A symbol and the bits that follow it.
struct Token {
  std::uint8_t symbol = 0;
  std::uint8_t extra = 0;
  std::uint16_t bits = 0;
};

class Tokens {
 public:
  void coefficient(int value) {
    if (value == 0) {
      if (++run_ == 0xffff) flush();
      return;
    }
    flush();
    const auto size = static_cast<std::uint16_t>(std::abs(value));
    if (value >= -73 && value <= 74) {
      put(static_cast<std::uint8_t>(180 + value), 0, 0);
    } else if (size <= 0xff) {
      put(value > 0 ? 101 : 102, 8, size);
    } else {
      put(value > 0 ? 103 : 104, 16, size);
    }
  }
  std::vector<Token> take() {
    flush();
    return std::move(out_);
  }

 private:
  void put(std::uint8_t symbol, std::uint8_t extra, std::uint16_t bits) { out_.push_back({symbol, extra, bits}); }
  void flush() {
    if (run_ == 0) return;
    if (run_ <= 100) {
      put(static_cast<std::uint8_t>(run_), 0, 0);
    } else if (run_ <= 0xff) {
      put(105, 8, static_cast<std::uint16_t>(run_));
    } else {
      put(106, 16, static_cast<std::uint16_t>(run_));
    }
    run_ = 0;
  }

  std::vector<Token> out_;
  unsigned run_ = 0;
};

struct Codes {
  WsqHuffman table;
  std::array<std::uint16_t, 256> code{};
  std::array<std::uint8_t, 256> bits{};
};

// Lengths of at most 16 bits, no code of ones alone: the method of ISO/IEC 10918-1, annex K.2, with one symbol more.
std::array<int, 33> code_lengths(std::array<std::uint64_t, 257> counts, std::array<int, 257>& size) {
  std::array<int, 257> next{};
  next.fill(-1);
  for (;;) {
    int least = -1;
    int second = -1;
    for (int i = 0; i < 257; ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (counts[at] == 0) continue;
      if (least < 0 || counts[at] <= counts[static_cast<std::size_t>(least)]) {
        second = least;
        least = i;
      } else if (second < 0 || counts[at] <= counts[static_cast<std::size_t>(second)]) {
        second = i;
      }
    }
    if (second < 0) break;
    counts[static_cast<std::size_t>(least)] += counts[static_cast<std::size_t>(second)];
    counts[static_cast<std::size_t>(second)] = 0;
    int last = least;
    for (int i = least; i >= 0; i = next[static_cast<std::size_t>(i)]) {
      ++size[static_cast<std::size_t>(i)];
      last = i;
    }
    next[static_cast<std::size_t>(last)] = second;
    for (int i = second; i >= 0; i = next[static_cast<std::size_t>(i)]) ++size[static_cast<std::size_t>(i)];
  }
  std::array<int, 33> of_length{};
  for (const int each : size) ++of_length[static_cast<std::size_t>(std::min(each, 32))];
  of_length[0] = 0;
  for (std::size_t i = 32; i > 16; --i) {
    while (of_length[i] > 0) {
      std::size_t j = i - 2;
      while (of_length[j] == 0) --j;
      of_length[i] -= 2;
      ++of_length[i - 1];
      of_length[j + 1] += 2;
      --of_length[j];
    }
  }
  return of_length;
}

Codes codes_of(const std::vector<const std::vector<Token>*>& blocks) {
  std::array<std::uint64_t, 257> counts{};
  for (const auto* block : blocks) {
    for (const Token& token : *block) ++counts[token.symbol];
  }
  if (std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}) == 0) counts[1] = 1;
  counts[256] = 1;
  std::array<int, 257> size{};
  std::array<int, 33> of_length = code_lengths(counts, size);
  std::size_t longest = 16;
  while (of_length[longest] == 0) --longest;
  --of_length[longest];  // the symbol more
  Codes out;
  for (std::size_t i = 1; i <= 16; ++i) out.table.counts[i - 1] = static_cast<std::uint8_t>(of_length[i]);
  for (int length = 1; length <= 32; ++length) {
    for (std::size_t i = 0; i < 256; ++i) {
      if (size[i] == length) out.table.values.push_back(static_cast<std::uint8_t>(i));
    }
  }
  unsigned code = 0;
  std::size_t value = 0;
  for (std::size_t bits = 1; bits <= 16; ++bits) {
    for (int i = 0; i < of_length[bits]; ++i, ++code, ++value) {
      out.code[out.table.values[value]] = static_cast<std::uint16_t>(code);
      out.bits[out.table.values[value]] = static_cast<std::uint8_t>(bits);
    }
    code <<= 1;
  }
  return out;
}

class BitWriter {
 public:
  explicit BitWriter(ByteWriter& out) : out_(out) {}
  void put(unsigned value, int bits) {
    window_ = window_ << bits | value;
    count_ += bits;
    while (count_ >= 8) {
      count_ -= 8;
      byte(static_cast<std::uint8_t>(window_ >> count_));
    }
  }
  // The rest of the last byte is ones.
  void finish() {
    if (count_ > 0) put((1u << (8 - count_)) - 1, 8 - count_);
  }

 private:
  void byte(std::uint8_t value) {
    out_.u8(value);
    if (value == 0xff) out_.u8(0);
  }
  ByteWriter& out_;
  std::uint64_t window_ = 0;
  int count_ = 0;
};

void write_comment(const GreyImage& image, double bits, ByteWriter& out) {
  const std::string text = "NIST_COM 9\nPIX_WIDTH " + std::to_string(image.width) + "\nPIX_HEIGHT " +
                           std::to_string(image.height) + "\nPIX_DEPTH 8\nPPI " +
                           std::to_string(std::lround(image.ppi)) +
                           "\nLOSSY 1\nCOLORSPACE GRAY\nCOMPRESSION WSQ\nWSQ_BITRATE " + std::to_string(bits);
  out.u16(0xffa8).u16(static_cast<std::uint16_t>(text.size() + 2)).bytes(as_bytes(text));
}

void write_filters(ByteWriter& out) {
  out.u16(0xffa4).u16(58).u8(9).u8(7);
  for (std::size_t i = 0; i < kLow.size(); ++i) out.u8(kLowNegative[i] ? 1 : 0).u8(kTapScale).u32(kLow[i]);
  for (std::size_t i = 0; i < kHigh.size(); ++i) out.u8(kHighNegative[i] ? 1 : 0).u8(kTapScale).u32(kHigh[i]);
}

void write_table(std::uint8_t id, const WsqHuffman& table, ByteWriter& out) {
  out.u16(0xffa6).u16(static_cast<std::uint16_t>(3 + 16 + table.values.size())).u8(id);
  for (const std::uint8_t count : table.counts) out.u8(count);
  out.bytes(table.values);
}

void write_block(std::uint8_t id, const Codes& codes, const std::vector<Token>& tokens, ByteWriter& out) {
  out.u16(0xffa3).u16(3).u8(id);
  BitWriter bits(out);
  for (const Token& token : tokens) {
    bits.put(codes.code[token.symbol], codes.bits[token.symbol]);
    if (token.extra > 0) bits.put(token.bits, token.extra);
  }
  bits.finish();
}

struct Levels {
  Scaled shift;
  Scaled scale;
};

Levels levels_of(const GreyImage& image) {
  const auto [least, most] = std::minmax_element(image.pixels.begin(), image.pixels.end());
  const double sum = std::accumulate(image.pixels.begin(), image.pixels.end(), 0.0);
  const double mean = sum / static_cast<double>(image.pixels.size());
  return {scaled(mean), scaled(std::max({mean - *least, *most - mean, 1.0}) / 128.0)};
}

WsqPlane plane_of(const GreyImage& image, const Levels& levels) {
  WsqPlane out{image.width, image.height, std::vector<float>(image.pixels.size())};
  const auto shift = static_cast<float>(levels.shift.number());
  const auto scale = static_cast<float>(levels.scale.number());
  for (std::size_t i = 0; i < image.pixels.size(); ++i)
    out.values[i] = (static_cast<float>(image.pixels[i]) - shift) / scale;
  return out;
}

}  // namespace

Result<Bytes> encode_wsq(const GreyImage& image, double bits_a_pixel) {
  constexpr int kMostSide = 65535;
  const auto size = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
  if (image.width < 32 || image.height < 32 || image.width > kMostSide || image.height > kMostSide ||
      image.pixels.size() != size) {
    return internal_error("an image of no size that WSQ takes");
  }
  if (!(bits_a_pixel >= 0.1 && bits_a_pixel <= 8)) return invalid_input("WSQ takes 0.1 to 8 bits a pixel");
  const Levels levels = levels_of(image);
  const WsqTree tree = make_wsq_tree(image.width, image.height);
  WsqPlane plane = plane_of(image, levels);
  analyse(plane, tree, standard_filters());
  const auto bins = bins_of(variances_of(plane, tree), bits_a_pixel);

  ByteWriter out;
  out.u16(0xffa0);
  write_comment(image, bits_a_pixel, out);
  write_filters(out);
  out.u16(0xffa5).u16(389).u8(2).u16(44);
  constexpr std::array<std::size_t, 4> kBlockBegins{0, 19, 52, 60};
  std::array<std::vector<Token>, 3> blocks;
  std::size_t block = 0;
  Tokens tokens;
  for (std::size_t i = 0; i < kWsqSubbands; ++i) {
    const Scaled bin = scaled(i < kWsqCodedSubbands ? bins[i] : 0);
    const Scaled zero = scaled(bin.number() * kZeroBin);
    out.u8(bin.scale).u16(bin.value).u8(zero.scale).u16(zero.value);
    if (block < blocks.size() && i == kBlockBegins[block + 1]) blocks[block++] = std::exchange(tokens, Tokens()).take();
    if (bin.value == 0) continue;
    const WsqRegion& band = tree.subbands[i];
    for (int y = band.y; y < band.y + band.height; ++y) {
      const float* row = plane.values.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(plane.width);
      for (int x = band.x; x < band.x + band.width; ++x)
        tokens.coefficient(quantised(row[x], bin.number(), zero.number()));
    }
  }
  out.u16(0xffa2)
      .u16(17)
      .u8(0)
      .u8(255)
      .u16(static_cast<std::uint16_t>(image.height))
      .u16(static_cast<std::uint16_t>(image.width));
  out.u8(levels.shift.scale).u16(levels.shift.value).u8(levels.scale.scale).u16(levels.scale.value).u8(0).u16(0);
  const Codes first = codes_of({&blocks[0]});
  const Codes rest = codes_of({&blocks[1], &blocks[2]});
  write_table(0, first.table, out);
  write_block(0, first, blocks[0], out);
  write_table(1, rest.table, out);
  write_block(1, rest, blocks[1], out);
  write_block(1, rest, blocks[2], out);
  out.u16(0xffa1);
  return out.take();
}

}  // namespace whorl::image
