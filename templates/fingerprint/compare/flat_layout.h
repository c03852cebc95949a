// Where everything lies in a prepared template's bytes, and their check. Private to this room.
//
// A FlatHeader, then without gaps, each as long as the header's counts say:
//   u64 cylinders[7 * described]   of the minutiae that have one (cylinder.h)
//   u32 flow_rows[rows + 1]        of each row of the flow map: its first column << 24 | its first cell's index
//   u16 x[n], y[n], direction[n]   in 1/16 px500 (y down) and 2 pi/65536, best quality first
//   u16 flow_cells[cells]          orientation, period << 8: of each row from its first foreground cell to its last
//   u8  quality[n], source[n]      0..100; the minutia's index in the template
//   u8  owner[described]           the minutia of each cylinder
//   u8  ridges[ridge_bytes]        raw bits or code
// and four to eleven bytes of zero up to a multiple of 8, so that words may be read past the last section's end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/result.h"
#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {

inline constexpr std::uint32_t kFlatMagic = 0x46525057;  // "WPRF"
inline constexpr std::size_t kFlatSlack = 4;             // bytes readable past the ridge map, at least

inline constexpr int kMaxFlowSide = kMaxSide_px500 / kFlowBlock_px500;
inline constexpr int kMaxRidgeSide = kMaxSide_px500 / kRidgeStep_px500;

// Of a row's entry in flow_rows, the bits that hold its first cell's index; those above hold its first column.
inline constexpr std::uint32_t kFlowCellBits = 0xFFFFFF;
inline constexpr unsigned kFlowColumnShift = 24;

struct FlatHeader {
  std::uint32_t magic = 0;
  std::uint16_t version = 0;
  std::uint8_t ridge_form = 0;
  std::uint8_t flow_form = 0;  // FlowForm
  std::uint32_t bytes = 0;     // in all
  std::uint16_t minutiae = 0;
  std::uint16_t described = 0;
  std::uint16_t flow_columns = 0;
  std::uint16_t flow_rows = 0;
  std::uint32_t flow_cells = 0;       // stored
  std::uint32_t flow_foreground = 0;  // of them with a period
  std::uint16_t ridge_columns = 0;
  std::uint16_t ridge_rows = 0;
  std::uint32_t ridge_bytes = 0;
  std::uint32_t reserved_too = 0;
};
static_assert(sizeof(FlatHeader) == 40);

// A value at a place of a byte run, whatever its alignment.
template <class T>
T load(const std::byte* from, std::size_t index = 0) {
  T out;
  std::memcpy(&out, from + index * sizeof(T), sizeof(T));
  return out;
}

// Where the sections begin.
struct FlatSections {
  explicit FlatSections(const FlatHeader& h);
  std::size_t cylinders, flow_rows, x, y, direction, flow_cells, quality, source, owner, ridges;
  std::size_t total;  // padding included
};

// Whether every count, offset and index in `bytes` leads to a place inside them. Errors: kCorruption with the reason.
Status check_flat(std::span<const std::byte> bytes);

}  // namespace whorl::fingerprint
