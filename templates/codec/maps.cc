#include "templates/codec/maps.h"

#include <vector>

#include "templates/codec/range_coder.h"

namespace whorl::codec {
namespace {

using fingerprint::FlowCell;
using fingerprint::FlowMap;
using fingerprint::RidgeMap;

// One walk serves both directions: a Coder either writes the value it is given or reads and returns another.
struct Writer {
  RangeEncoder to;
  bool bit(BitModel& model, bool value) {
    to.put(model, value);
    return value;
  }
  std::uint8_t byte(ByteModel& model, std::uint8_t value) {
    model.put(to, value);
    return value;
  }
  void refuse() {}
};

struct Reader {
  RangeDecoder from;
  bool sound = true;
  bool bit(BitModel& model, bool /*value*/) { return from.get(model); }
  std::uint8_t byte(ByteModel& model, std::uint8_t /*value*/) { return model.get(from); }
  void refuse() { sound = false; }
};

// Each cell as its difference from the one to the left, else from the one above.
template <class Coder>
void walk_flow(Coder& coder, FlowMap& flow) {
  std::array<ByteModel, 2> orientation;
  std::array<ByteModel, 2> period;
  std::array<BitModel, 4> inside;
  for (int i = 0; i < flow.columns * flow.rows; ++i) {
    const auto at = [&](int j) { return flow.cells[static_cast<std::size_t>(j)]; };
    const FlowCell left = i % flow.columns > 0 ? at(i - 1) : FlowCell{};
    const FlowCell above = i >= flow.columns ? at(i - flow.columns) : FlowCell{};
    FlowCell& cell = flow.cells[static_cast<std::size_t>(i)];
    const bool empty = cell.period == 0 && cell.orientation == 0;
    const std::size_t around = (left.period != 0 ? 1U : 0U) + (above.period != 0 ? 2U : 0U);
    if (!coder.bit(inside[around], !empty)) {
      cell = {};
      continue;
    }
    const FlowCell& near = left.period != 0 ? left : above;
    const std::size_t known = near.period != 0 ? 1 : 0;
    const auto turned = coder.byte(orientation[known], static_cast<std::uint8_t>(cell.orientation - near.orientation));
    const auto longer = coder.byte(period[known], static_cast<std::uint8_t>(cell.period - near.period));
    cell.orientation = static_cast<std::uint8_t>(near.orientation + turned);
    cell.period = static_cast<std::uint8_t>(near.period + longer);
    if (cell == FlowCell{}) coder.refuse();  // an empty cell has a code of its own
  }
}

// Each sample in the context of twelve before it: four to the left, five above, three above those.
template <class Coder>
void walk_ridges(Coder& coder, RidgeMap& ridges) {
  constexpr int kMargin = 4;
  std::vector<BitModel> models(1U << 12);
  const auto width = static_cast<std::size_t>(ridges.columns + 2 * kMargin);
  std::vector<std::uint8_t> two_above(width);
  std::vector<std::uint8_t> above(width);
  std::vector<std::uint8_t> here(width);
  for (int row = 0; row < ridges.rows; ++row) {
    std::uint8_t* bits = ridges.bits.data() + row * ridges.row_bytes();
    unsigned left = 0;
    for (int column = 0; column < ridges.columns; ++column) {
      const std::size_t x = static_cast<std::size_t>(column + kMargin);
      unsigned context = left & 15U;
      for (std::size_t k = 0; k < 5; ++k) context = context << 1 | above[x - 2 + k];
      for (std::size_t k = 0; k < 3; ++k) context = context << 1 | two_above[x - 1 + k];
      const auto mask = static_cast<std::uint8_t>(1U << (column % 8));
      const bool bit = coder.bit(models[context], (bits[column / 8] & mask) != 0);
      bits[column / 8] = static_cast<std::uint8_t>(bit ? bits[column / 8] | mask : bits[column / 8] & ~mask);
      here[x] = bit ? 1 : 0;
      left = left << 1 | here[x];
    }
    two_above.swap(above);
    above.swap(here);
  }
}

}  // namespace

Bytes encode_maps(const FlowMap& flow, const RidgeMap& ridges) {
  Writer writer;
  FlowMap flow_copy = flow;
  RidgeMap ridges_copy = ridges;
  walk_flow(writer, flow_copy);
  walk_ridges(writer, ridges_copy);
  return writer.to.finish();
}

bool decode_maps(ByteView code, FlowMap& flow, RidgeMap& ridges) {
  Reader reader{RangeDecoder(code)};
  flow.cells.assign(static_cast<std::size_t>(flow.columns * flow.rows), {});
  ridges.bits.assign(static_cast<std::size_t>(ridges.rows * ridges.row_bytes()), 0);
  walk_flow(reader, flow);
  walk_ridges(reader, ridges);
  return reader.sound && reader.from.exact();
}

}  // namespace whorl::codec
