#include "templates/image/wsq/segments.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/bytes.h"

namespace whorl::image {
namespace {

constexpr int kSoi = 0xa0;
constexpr int kEoi = 0xa1;
constexpr int kSof = 0xa2;
constexpr int kSob = 0xa3;
constexpr int kDtt = 0xa4;
constexpr int kDqt = 0xa5;
constexpr int kDht = 0xa6;
constexpr int kDrt = 0xa7;
constexpr int kCom = 0xa8;

// value / 10^scale
double scaled(std::uint32_t value, int scale) { return static_cast<double>(value) / std::pow(10.0, scale); }

class Parser {
 public:
  explicit Parser(ByteView file) : file_(file) {}

  WsqFile run() {
    if (file_.size() < 2 || file_[0] != 0xff || file_[1] != kSoi) {
      error(3, 0, "the file does not begin with SOI");
      return std::move(out_);
    }
    at_ = 2;
    while (read_segment()) {
    }
    out_.cut_short = !out_.unhandled.empty() ||
                     std::any_of(out_.faults.begin(), out_.faults.end(),
                                 [](const auto& each) { return each.rule == 2 || each.rule == 3 || each.rule == 8; });
    check_whole();
    return std::move(out_);
  }

 private:
  void error(int rule, std::size_t at, std::string text) { out_.faults.push_back({rule, false, at, std::move(text)}); }
  void warning(int rule, std::size_t at, std::string text) { out_.faults.push_back({rule, true, at, std::move(text)}); }

  // One marker and what belongs to it; false at the end, or where there is no way on.
  bool read_segment() {
    constexpr std::size_t kMostFaults = 100;
    if (out_.faults.size() > kMostFaults) return false;
    const std::size_t at = at_;
    if (file_.size() - at < 2) {
      error(2, at, "the file ends without EOI");
      return false;
    }
    const int marker = file_[at + 1];
    if (file_[at] != 0xff || marker < kSoi || marker > kCom) {
      error(3, at, "there is no marker of WSQ");
      return false;
    }
    at_ += 2;
    if (marker == kEoi) {
      if (at_ < file_.size()) warning(9, at_, std::to_string(file_.size() - at_) + " bytes follow EOI");
      return false;
    }
    if (marker == kSoi) {
      error(3, at, "a second SOI");
      return false;
    }
    const std::size_t left = file_.size() - at_;
    const std::size_t length = left < 2 ? 0 : static_cast<std::size_t>(file_[at_]) << 8 | file_[at_ + 1];
    if (length < 2 || length > left) {
      error(2, at, "a segment does not fit into the file");
      return false;
    }
    const ByteView body = file_.subspan(at_ + 2, length - 2);
    at_ += length;
    return read_body(marker, body, at);
  }

  bool read_body(int marker, ByteView body, std::size_t at) {
    switch (marker) {
      case kSof: read_frame(body, at); return true;
      case kDtt: read_filters(body, at); return true;
      case kDqt: read_quantisation(body, at); return true;
      case kDht: read_tables(body, at); return true;
      case kCom: read_comment(body, at); return true;
      case kSob: return read_block(body, at);
      case kDrt: out_.unhandled = "WSQ with restart intervals is recognised, and not read"; return false;
      default: return false;
    }
  }

  void read_frame(ByteView body, std::size_t at) {
    constexpr std::size_t kBytes = 15;
    ByteReader in(body);
    WsqFrame frame;
    in.u16();  // black and white
    frame.height = in.u16();
    frame.width = in.u16();
    int scale = in.u8();
    frame.shift = scaled(in.u16(), scale);
    scale = in.u8();
    frame.scale = scaled(in.u16(), scale);
    frame.encoder = in.u8();
    in.u16();  // software
    if (body.size() != kBytes || frame.height == 0 || frame.width == 0 || frame.scale <= 0 || out_.frame) {
      error(4, at, out_.frame ? "a second frame header" : "the frame header has another length, no size, or no scale");
      return;
    }
    out_.frame = frame;
  }

  static float read_tap(ByteReader& in) {
    const int sign = in.u8();
    const int scale = in.u8();
    const double value = scaled(in.u32(), scale);
    return static_cast<float>(sign != 0 ? -value : value);
  }

  void read_filters(ByteView body, std::size_t at) {
    constexpr int kMostTaps = 32;
    constexpr std::size_t kTapBytes = 6;
    ByteReader in(body);
    WsqFilters filters;
    filters.low_taps = in.u8();
    filters.high_taps = in.u8();
    const int low = (filters.low_taps + 1) / 2;
    const int high = (filters.high_taps + 1) / 2;
    const bool sized = filters.low_taps >= 1 && filters.low_taps <= kMostTaps && filters.high_taps >= 1 &&
                       filters.high_taps <= kMostTaps;
    if (!sized || body.size() != 2 + kTapBytes * static_cast<std::size_t>(low + high)) {
      error(5, at, "the filters' lengths do not fit their segment");
      return;
    }
    for (int i = 0; i < low; ++i) filters.low.push_back(read_tap(in));
    for (int i = 0; i < high; ++i) filters.high.push_back(read_tap(in));
    const auto finite = [](float tap) { return std::isfinite(tap) && std::abs(tap) < 1e4F; };
    if (!std::all_of(filters.low.begin(), filters.low.end(), finite) ||
        !std::all_of(filters.high.begin(), filters.high.end(), finite)) {
      error(5, at, "a filter has a tap beyond all bounds");
      return;
    }
    if (filters.low_taps % 2 == 0 || filters.high_taps % 2 == 0) {
      out_.unhandled = "WSQ with filters of even length is recognised, and not read";
    }
    out_.filters = std::move(filters);
  }

  void read_quantisation(ByteView body, std::size_t at) {
    constexpr std::size_t kBytes = 3 + 6 * kWsqSubbands;
    if (body.size() != kBytes) return error(6, at, "the quantisation table has another length than 389");
    ByteReader in(body);
    WsqQuantisation table;
    int scale = in.u8();
    table.bin_centre = scaled(in.u16(), scale);
    for (std::size_t i = 0; i < kWsqSubbands; ++i) {
      scale = in.u8();
      table.bin[i] = scaled(in.u16(), scale);
      scale = in.u8();
      table.zero_bin[i] = scaled(in.u16(), scale);
    }
    out_.quantisation = table;
  }

  void read_tables(ByteView body, std::size_t at) {
    ByteReader in(body);
    if (body.empty()) return error(7, at, "the Huffman segment is empty");
    while (in.left() > 0) {
      WsqHuffman table;
      const std::size_t id = in.u8();
      std::size_t count = 0;
      std::uint64_t space = 0;  // of 2^16 codes
      for (std::size_t i = 0; i < table.counts.size(); ++i) {
        table.counts[i] = in.u8();
        count += table.counts[i];
        space += static_cast<std::uint64_t>(table.counts[i]) << (15 - i);
      }
      const ByteView values = in.bytes(count);
      constexpr std::size_t kMostValues = 256;
      constexpr std::uint64_t kAllCodes = 1u << 16;
      if (in.failed() || count > kMostValues || count == 0 || id >= kWsqTables || space > kAllCodes) {
        return error(7, at, "a Huffman table is malformed");
      }
      table.values.assign(values.begin(), values.end());
      check_codes(table, space == kAllCodes, at);
      defined_[id] = out_.tables.size();
      out_.tables.push_back(std::move(table));
      constexpr std::size_t kMostTables = 64;
      if (out_.tables.size() > kMostTables) return error(7, at, "more than 64 Huffman tables");
    }
  }

  void check_codes(const WsqHuffman& table, bool full, std::size_t at) {
    if (full) warning(11, at, "a Huffman code consists of ones alone");
    const auto illegal = [](std::uint8_t value) { return value == 0 || value == 255; };
    if (std::any_of(table.values.begin(), table.values.end(), illegal)) {
      warning(11, at, "a Huffman table codes the symbols 0 or 255");
    }
  }

  // "NAME value" lines after "NIST_COM n".
  void read_comment(ByteView body, std::size_t at) {
    std::string_view text = as_text(body);
    if (!text.starts_with("NIST_COM")) return;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      read_comment_line(text.substr(0, end), at);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  // Of plain digits, with a fraction or without; -1 of anything else.
  static double number_of(std::string_view text) {
    text = text.substr(0, std::min(text.find_last_not_of(" \r\t") + 1, text.size()));
    double out = -1;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out, std::chars_format::fixed);
    return failed == std::errc() && end == text.data() + text.size() && std::isfinite(out) ? out : -1;
  }

  void read_comment_line(std::string_view line, std::size_t at) {
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) return;
    const std::string_view name = line.substr(0, space);
    const double number = number_of(line.substr(space + 1));
    constexpr double kLeastPpi = 50;
    constexpr double kMostPpi = 10'000;
    if (name == "PPI" && number >= kLeastPpi && number <= kMostPpi && !out_.ppi) out_.ppi = number;
    if (name == "PIX_WIDTH") stated_.push_back({at, number, true});
    if (name == "PIX_HEIGHT") stated_.push_back({at, number, false});
  }

  bool read_block(ByteView body, std::size_t at) {
    const std::size_t id = body.size() == 1 ? body[0] : kWsqTables;
    if (id >= kWsqTables || !defined_[id]) {
      error(8, at, "a block names a Huffman table that is not defined");
    }
    const std::size_t begin = at_;
    // Up to the next marker: in entropy-coded bytes FF is followed by 00.
    std::size_t end = begin;
    for (;;) {
      const auto from = file_.begin() + static_cast<std::ptrdiff_t>(end);
      end = static_cast<std::size_t>(std::find(from, file_.end(), 0xff) - file_.begin());
      if (end + 1 >= file_.size()) {
        error(2, at, "the file ends inside a block");
        return false;
      }
      if (file_[end + 1] != 0) break;
      end += 2;
    }
    at_ = end;
    if (id < kWsqTables && defined_[id]) {
      out_.blocks.push_back({begin, file_.subspan(begin, end - begin), *defined_[id]});
    }
    return true;
  }

  void check_whole() {
    if (out_.cut_short) return;
    if (!out_.frame) error(1, 0, "there is no frame header (SOF)");
    if (!out_.filters) error(1, 0, "there is no transform table (DTT)");
    if (!out_.quantisation) error(1, 0, "there is no quantisation table (DQT)");
    if (out_.blocks.empty()) {
      error(1, 0, "there is no block of coefficients (SOB)");
    } else if (out_.blocks.size() != 3) {
      warning(12, out_.blocks[0].offset, std::to_string(out_.blocks.size()) + " blocks, not 3");
    }
    if (!out_.frame) return;
    for (const Stated& each : stated_) {
      const int true_size = each.of_width ? out_.frame->width : out_.frame->height;
      if (each.value == true_size) continue;
      error(13, each.at, "a comment states another size than the frame header");
      break;
    }
    if (!out_.ppi) warning(15, 0, "no comment states the resolution");
  }

  struct Stated {
    std::size_t at = 0;
    double value = 0;
    bool of_width = false;
  };

  ByteView file_;
  std::size_t at_ = 0;
  WsqFile out_;
  std::array<std::optional<std::size_t>, kWsqTables> defined_{};
  std::vector<Stated> stated_;
};

}  // namespace

bool WsqFile::sound() const {
  return std::none_of(faults.begin(), faults.end(), [](const WsqFault& fault) { return !fault.warning; });
}

WsqFile read_wsq_segments(ByteView file) { return Parser(file).run(); }

}  // namespace whorl::image
