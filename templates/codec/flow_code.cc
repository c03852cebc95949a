#include "templates/codec/flow_code.h"

#include <array>

#include "base/range_coder.h"

namespace whorl::codec {
namespace {

using fingerprint::FlowCell;
using fingerprint::FlowMap;

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
void walk(Coder& coder, FlowMap& flow) {
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

}  // namespace

Bytes encode_flow(const FlowMap& flow) {
  if (flow.cells.empty()) return {};
  Writer writer;
  FlowMap copy = flow;
  walk(writer, copy);
  return writer.to.finish();
}

bool decode_flow(ByteView code, FlowMap& flow) {
  flow.cells.assign(static_cast<std::size_t>(flow.columns * flow.rows), {});
  if (flow.cells.empty()) return code.empty();
  Reader reader{RangeDecoder(code)};
  walk(reader, flow);
  return reader.sound && reader.from.exact();
}

}  // namespace whorl::codec
