#include "templates/fingerprint/ridge_code.h"

#include <vector>

#include "templates/base/range_coder.h"

namespace whorl::fingerprint {
namespace {

// One walk serves both directions: a Coder either writes the bit it is given or reads and returns another.
struct Writer {
  RangeEncoder to;
  bool bit(BitModel& model, bool value) {
    to.put(model, value);
    return value;
  }
};

struct Reader {
  RangeDecoder from;
  bool bit(BitModel& model, bool /*value*/) { return from.get(model); }
};

// Each sample in the context of twelve before it: four to the left, five above, three above those.
template <class Coder>
void walk(Coder& coder, RidgeMap& ridges) {
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

Bytes encode_ridges(const RidgeMap& ridges) {
  if (ridges.bits.empty()) return {};
  Writer writer;
  RidgeMap copy = ridges;
  walk(writer, copy);
  return writer.to.finish();
}

bool decode_ridges(ByteView code, RidgeMap& ridges) {
  ridges.bits.assign(static_cast<std::size_t>(ridges.rows * ridges.row_bytes()), 0);
  if (ridges.bits.empty()) return code.empty();
  Reader reader{RangeDecoder(code)};
  walk(reader, ridges);
  return reader.from.exact();
}

}  // namespace whorl::fingerprint
