// The layout of a prepared template's flat form, and its two prints spread out for a comparison. Private to this room.
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

#include <cstring>

#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/compare/cylinder.h"

namespace whorl::fingerprint {

struct FlatHeader {
  std::uint32_t magic = 0;
  std::uint16_t version = 0;
  std::uint8_t ridge_form = 0;
  std::uint8_t reserved = 0;
  std::uint32_t bytes = 0;  // in all
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

// The cylinders alone, without spreading the print out.
CylinderTable cylinders_of(PreparedView view);

// The flow map, cells outside the stored foreground empty. Borrows its bytes.
class FlowView {
 public:
  FlowView() = default;
  FlowView(const FlatHeader& h, const std::byte* rows, const std::byte* cells)
      : columns_(h.flow_columns), rows_(h.flow_rows), foreground_(h.flow_foreground), row_table_(rows), cells_(cells) {}

  // A row's stored cells: columns begin, begin + 1 .. up to end.
  struct Run {
    int begin = 0;
    int end = 0;
    const std::byte* cells = nullptr;
    [[nodiscard]] FlowCell at(int column) const {
      return load<FlowCell>(cells, static_cast<std::size_t>(column - begin));
    }
  };

  [[nodiscard]] int columns() const { return columns_; }
  [[nodiscard]] int rows() const { return rows_; }
  [[nodiscard]] std::size_t foreground() const { return foreground_; }
  [[nodiscard]] Run run(int row) const {
    const auto first = load<std::uint32_t>(row_table_, static_cast<std::size_t>(row));
    const auto next = load<std::uint32_t>(row_table_, static_cast<std::size_t>(row) + 1);
    const auto begin = static_cast<int>(first >> 24);
    const std::uint32_t offset = first & kOffset;
    return {begin, begin + static_cast<int>((next & kOffset) - offset), cells_ + offset * sizeof(FlowCell)};
  }
  // The cell at a place inside the map.
  [[nodiscard]] FlowCell at(int column, int row) const {
    const Run r = run(row);
    return column >= r.begin && column < r.end ? r.at(column) : FlowCell{};
  }

  static constexpr std::uint32_t kOffset = 0xFFFFFF;

 private:
  int columns_ = 0;
  int rows_ = 0;
  std::size_t foreground_ = 0;
  const std::byte* row_table_ = nullptr;
  const std::byte* cells_ = nullptr;
};

// A ridge map's bits, each row padded to whole bytes, at least four bytes readable past the last. Borrows.
struct RidgeView {
  int columns = 0;
  int rows = 0;
  int row_bytes = 0;
  const std::uint8_t* bits = nullptr;

  [[nodiscard]] bool empty() const { return columns == 0 || rows == 0; }
};

// A prepared template spread out for one comparison. Large: lives in a thread's scratch memory.
struct Print {
  static constexpr std::size_t kRoom = (kMaxMinutiae + 15) / 16 * 16;

  void spread(PreparedView view);
  [[nodiscard]] std::size_t size() const { return count; }
  // Decodes a coded map the first time. Empty when there is none, or when its code is damaged.
  [[nodiscard]] RidgeView ridges() const;

  std::size_t count = 0;
  // y up.
  std::array<float, kRoom> x, y, cosine, sine;
  std::array<float, kRoom> quality;  // 0..1
  const std::uint8_t* source = nullptr;
  CylinderTable cylinders;
  const std::uint8_t* owner = nullptr;  // the minutia of each cylinder
  FlowView flow;

 private:
  RidgeForm ridge_form_ = RidgeForm::kNone;
  const std::uint8_t* ridge_bytes_ = nullptr;
  std::size_t ridge_size_ = 0;
  int ridge_columns_ = 0;
  int ridge_rows_ = 0;
  mutable bool decoded_ = false;
  mutable RidgeMap decoded_map_;
};

// Two prints in the one order that every comparison of them has, so that no score depends on which is the probe.
struct PrintPair {
  const Print& a;
  const Print& b;
  bool swapped;  // a is the reference
};

// Spreads both out in this thread's scratch memory; valid until the thread's next call.
PrintPair spread_pair(PreparedView probe, PreparedView reference);

}  // namespace whorl::fingerprint
