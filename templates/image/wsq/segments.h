// The segments of a WSQ file (FBI IAFIS-IC-0110), read whole and bounded before anything is decoded.
// Plain values that borrow the file's bytes. Pure; thread-safe. Cost: O(bytes). Private to this room.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace whorl::image {

inline constexpr std::size_t kWsqSubbands = 64;
inline constexpr std::size_t kWsqCodedSubbands = 60;
inline constexpr std::size_t kWsqTables = 8;

// A fault by the number of its rule (WSQ-01 ... of docs/interchange.md).
struct WsqFault {
  int rule = 0;
  bool warning = false;
  std::size_t offset = 0;
  std::string text;
};

struct WsqFrame {
  int width = 0;
  int height = 0;
  double shift = 0;
  double scale = 1;
  int encoder = 0;
};

// The analysis filters, from the centre outwards: [0] is the middle tap of a filter of odd length.
struct WsqFilters {
  int low_taps = 0;
  int high_taps = 0;
  std::vector<float> low;
  std::vector<float> high;
};

struct WsqQuantisation {
  double bin_centre = 0;
  std::array<double, kWsqSubbands> bin{};       // Q; 0: the sub-band is not coded
  std::array<double, kWsqSubbands> zero_bin{};  // Z
};

// Canonical codes of up to 16 bits.
struct WsqHuffman {
  std::array<std::uint8_t, 16> counts{};
  std::vector<std::uint8_t> values;
};

// Entropy-coded bytes, as stuffed in the file, and the table that was valid where they begin.
struct WsqBlock {
  std::size_t offset = 0;
  ByteView data;
  std::size_t table = 0;  // of WsqFile::tables
};

struct WsqFile {
  std::optional<WsqFrame> frame;
  std::optional<WsqFilters> filters;
  std::optional<WsqQuantisation> quantisation;
  std::vector<WsqHuffman> tables;  // every one that was defined, in order
  std::vector<WsqBlock> blocks;
  std::optional<double> ppi;  // of the first comment that states a plausible one
  std::string unhandled;      // what is legal and not read, a sentence; empty: nothing
  std::vector<WsqFault> faults;

  // Neither a fault that is an error nor a segment lacking.
  [[nodiscard]] bool sound() const;
  // Of rules 2, 3 and 8, or of what is not handled: what is lacking then is no fault of its own.
  bool cut_short = false;
};

// Reads on past a fault as long as it is safe.
WsqFile read_wsq_segments(ByteView file);

}  // namespace whorl::image
