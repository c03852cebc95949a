// A prepared template spread out for a comparison. Private to this room.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "templates/fingerprint/compare/cylinder.h"
#include "templates/fingerprint/compare/flat_layout.h"
#include "templates/fingerprint/compare/flow_around.h"
#include "templates/fingerprint/compare/prepared.h"

namespace whorl::fingerprint {

// The cylinders alone, without spreading the print out.
CylinderTable cylinders_of(PreparedView view);

// The minutiae as they lie there, without spreading the print out: positions in 1/16 px500, y down; directions in
// 2 pi/65536, counter-clockwise. Borrows.
class MinutiaSteps {
 public:
  explicit MinutiaSteps(PreparedView view);
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] int x(std::size_t i) const { return load<std::uint16_t>(x_, i); }
  [[nodiscard]] int y(std::size_t i) const { return load<std::uint16_t>(y_, i); }
  [[nodiscard]] int direction(std::size_t i) const { return load<std::uint16_t>(direction_, i); }
  // The minutia of a cylinder.
  [[nodiscard]] std::size_t owner(std::size_t cylinder) const { return load<std::uint8_t>(owner_, cylinder); }

 private:
  std::size_t size_;
  const std::byte* x_;
  const std::byte* y_;
  const std::byte* direction_;
  const std::byte* owner_;
};

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
    const auto begin = static_cast<int>(first >> kFlowColumnShift);
    const std::uint32_t offset = first & kFlowCellBits;
    return {begin, begin + static_cast<int>((next & kFlowCellBits) - offset), cells_ + offset * sizeof(FlowCell)};
  }
  // Where the rows' entries and the stored cells begin, as flat_layout.h has them; four bytes may be read from any
  // cell.
  [[nodiscard]] const std::byte* row_table() const { return row_table_; }
  [[nodiscard]] const std::byte* cells() const { return cells_; }
  // The cell at a place inside the map.
  [[nodiscard]] FlowCell at(int column, int row) const {
    const Run r = run(row);
    return column >= r.begin && column < r.end ? r.at(column) : FlowCell{};
  }

 private:
  int columns_ = 0;
  int rows_ = 0;
  std::size_t foreground_ = 0;
  const std::byte* row_table_ = nullptr;
  const std::byte* cells_ = nullptr;
};

// The flow map as one run of cells, row by row: what is asked for cells at random reads it with one load.
class FlowGrid {
 public:
  void spread(const FlowView& flow);
  [[nodiscard]] int columns() const { return columns_; }
  [[nodiscard]] int rows() const { return rows_; }
  // A cell of the map; at rows() * columns() lies an empty one. Four bytes may be read from any.
  [[nodiscard]] const FlowCell* cells() const { return cells_.data(); }
  // Whether the print lies at a point (px500, y down).
  [[nodiscard]] bool shows(float x, float y) const {
    if (!(x >= 0 && y >= 0 && x < width_ && y < height_)) return false;
    const int column = static_cast<int>(x) / kFlowBlock_px500;
    const int row = static_cast<int>(y) / kFlowBlock_px500;
    return cells_[static_cast<std::size_t>(row * columns_ + column)].period != 0;
  }

 private:
  int columns_ = 0;
  int rows_ = 0;
  float width_ = 0;
  float height_ = 0;
  std::vector<FlowCell> cells_;
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
  // kMaxMinutiae, up to a whole number of wide registers.
  static constexpr std::size_t kPadded = (kMaxMinutiae + 15) / 16 * 16;

  void spread(PreparedView view);
  [[nodiscard]] std::size_t size() const { return count; }
  // Decodes a coded map the first time. Empty when there is none, or when its code is damaged.
  [[nodiscard]] RidgeView ridges() const;
  // Found the first time.
  [[nodiscard]] const FlowsAround& flows_around() const;

  std::size_t count = 0;
  // y up.
  std::array<float, kPadded> x, y, cosine, sine;
  std::array<float, kPadded> quality;      // 0..1
  std::array<std::uint8_t, kPadded> turn;  // direction in units of pi/256, from 0 again after half a turn
  const std::uint8_t* source = nullptr;
  CylinderTable cylinders;
  const std::uint8_t* owner = nullptr;  // the minutia of each cylinder
  FlowView flow;
  FlowGrid flow_grid;
  bool minutiae_alone = false;  // PreparedView::minutiae_alone

 private:
  RidgeForm ridge_form_ = RidgeForm::kNone;
  const std::uint8_t* ridge_bytes_ = nullptr;
  std::size_t ridge_size_ = 0;
  int ridge_columns_ = 0;
  int ridge_rows_ = 0;
  mutable bool flows_found_ = false;
  mutable FlowsAround flows_around_;
  mutable bool decoded_ = false;
  mutable RidgeMap decoded_map_;
};

// Two prints in the one order that every comparison of them has, so that no score depends on which is the probe.
struct PrintPair {
  const Print& a;
  const Print& b;
  bool swapped;  // a is the reference
};

// Spreads both out in this thread's scratch memory; valid until the thread's next call. A probe of the same bytes as
// the thread's last one, as in a search, is not spread out again: only what they are decides, not where they lie. So a
// thread keeps the bytes of its last probe, under a megabyte, until it compares another. Errors: none but a lack of
// memory, after which the next call spreads out anew.
PrintPair spread_pair(PreparedView probe, PreparedView reference);

}  // namespace whorl::fingerprint
