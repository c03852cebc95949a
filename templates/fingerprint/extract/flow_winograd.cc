#include "templates/fingerprint/extract/flow_winograd.h"

#include <algorithm>
#include <array>

#include "base/simd.h"

namespace whorl::fingerprint {
namespace {

// A square of 4 x 4 outputs, `dilation` cells apart, needs 6 x 6 inputs, as far apart.
constexpr int kSide = 4;
constexpr int kInputSide = kSide + 2;
constexpr int kInputs = kInputSide * kInputSide;
constexpr int kSquaresAtOnce = 4 * kFlowTile;  // what they need stays in the processor's second cache

struct Square {
  int x, y;  // of its upper left output
};

// All outputs of a picture, some beyond its right and lower edges.
std::vector<Square> squares_of(int width, int height, int dilation) {
  std::vector<Square> out;
  const auto each_first = [dilation](int size, const auto& take) {
    for (int phase = 0; phase < dilation; ++phase) {
      for (int first = phase; first < size; first += kSide * dilation) take(first);
    }
  };
  each_first(height, [&](int y) { each_first(width, [&](int x) { out.push_back({x, y}); }); });
  return out;
}

// Six inputs in a line as six sums: their values' polynomial at 0, 1, -1, 2, -2 and infinity.
[[gnu::always_inline]] inline void spread_six(const FlowHalf (&in)[kInputSide], FlowHalf (&out)[kInputSide]) {
  const FlowHalf even_at_one = in[4] - 4 * in[2];
  const FlowHalf odd_at_one = in[3] - 4 * in[1];
  const FlowHalf even_at_two = in[4] - in[2];
  const FlowHalf odd_at_two = 2 * (in[3] - in[1]);
  out[0] = 4 * in[0] - 5 * in[2] + in[4];
  out[1] = even_at_one + odd_at_one;
  out[2] = even_at_one - odd_at_one;
  out[3] = even_at_two + odd_at_two;
  out[4] = even_at_two - odd_at_two;
  out[5] = 4 * in[1] - 5 * in[3] + in[5];
}

// Four outputs in a line from six sums of products.
[[gnu::always_inline]] inline void collect_four(const FlowHalf (&in)[kInputSide], FlowHalf (&out)[kSide]) {
  const FlowHalf even_at_one = in[1] + in[2];
  const FlowHalf odd_at_one = in[1] - in[2];
  const FlowHalf even_at_two = in[3] + in[4];
  const FlowHalf odd_at_two = in[3] - in[4];
  out[0] = in[0] + even_at_one + even_at_two;
  out[1] = odd_at_one + 2 * odd_at_two;
  out[2] = even_at_one + 4 * even_at_two;
  out[3] = odd_at_one + 8 * odd_at_two + in[5];
}

// The inputs of one square as sums that are multiplied by weights, each `apart` floats from the last.
WHORL_MULTIVERSION
void spread(const float* in, std::ptrdiff_t row, std::ptrdiff_t column, int channels, float* out,
            std::ptrdiff_t apart) {
  for (int c = 0; c < channels; c += kFlowLanes / 2) {
    FlowHalf by_column[kInputSide][kInputSide];
    for (int j = 0; j < kInputSide; ++j) {
      FlowHalf line[kInputSide];
      for (int i = 0; i < kInputSide; ++i) line[i] = *half_at(in + i * row + j * column + c);
      FlowHalf sums[kInputSide];
      spread_six(line, sums);
      for (int i = 0; i < kInputSide; ++i) by_column[i][j] = sums[i];
    }
    for (int i = 0; i < kInputSide; ++i) {
      FlowHalf sums[kInputSide];
      spread_six(by_column[i], sums);
      float* const to = out + kInputSide * i * apart + c;
      for (int j = 0; j < kInputSide; ++j) *half_at(to + j * apart) = sums[j];
    }
  }
}

// Values of a square of cells: `row` and `column` floats from one to the next. As many of its rows and columns as lie
// in the picture.
struct Patch {
  std::ptrdiff_t row, column;
  int rows, columns;
};

// kFlowLanes outputs of one square from the sums of products: finish() of each, into `out`, where `added` is added
// unless there is none.
WHORL_MULTIVERSION
void collect(const float* products, std::ptrdiff_t apart, const float* bias, bool last, const float* added,
             const Patch& in, float* out, const Patch& to) {
  for (int c = 0; c < kFlowLanes; c += kFlowLanes / 2) {
    FlowHalf by_column[kSide][kInputSide];
    for (int j = 0; j < kInputSide; ++j) {
      FlowHalf line[kInputSide];
      for (int i = 0; i < kInputSide; ++i) line[i] = *half_at(products + (kInputSide * i + j) * apart + c);
      FlowHalf four[kSide];
      collect_four(line, four);
      for (int i = 0; i < kSide; ++i) by_column[i][j] = four[i];
    }
    const FlowHalf start = *half_at(bias + c);
    for (int i = 0; i < to.rows; ++i) {
      FlowHalf four[kSide];
      collect_four(by_column[i], four);
      for (int j = 0; j < to.columns; ++j) {
        FlowHalf value = four[j] + start;
        if (!last) value = value > 0 ? value : FlowHalf{};
        if (added != nullptr) value += *half_at(added + i * in.row + j * in.column + c);
        *half_at(out + i * to.row + j * to.column + c) = value;
      }
    }
  }
}

// What a chunk of squares needs, by the place in a square's inputs.
struct Workspace {
  std::vector<float> inputs;    // [kInputs][square][channel]
  std::vector<float> products;  // [kInputs][output / kFlowLanes][square][kFlowLanes]

  void fit(int in_channels, int out_channels) {
    inputs.resize(static_cast<std::size_t>(kInputs * kSquaresAtOnce * in_channels));
    products.resize(static_cast<std::size_t>(kInputs * kSquaresAtOnce * out_channels));
  }
};

void multiply(const FlowLayer& layer, int squares, int in_channels, int groups, Workspace& work) {
  constexpr std::array<float, kFlowLanes> kNothing{};
  const float* weights = layer.winograd.data();
  for (int k = 0; k < kInputs * groups; ++k, weights += layer.inputs * kFlowLanes) {
    const float* in = work.inputs.data() + k / groups * kSquaresAtOnce * in_channels;
    float* out = work.products.data() + k * kSquaresAtOnce * kFlowLanes;
    for (int square = 0; square < squares; square += kFlowTile) {
      sum_tile(in + square * in_channels, in_channels, 0, 0, 1, layer.inputs, weights, kNothing.data(),
               out + square * kFlowLanes);
    }
  }
}

// How many of kSide places, `apart` from `first` on, lie before `end`.
int places_before(int first, int apart, int end) { return std::min(kSide, (end - first + apart - 1) / apart); }

// The part of a picture's values that a square's outputs lie at.
Patch patch_of(const Cells& cells, const Square& at, int apart) {
  const std::ptrdiff_t column = std::ptrdiff_t{cells.channels} * apart;
  return {std::ptrdiff_t{cells.width + 2 * kFlowBorder} * column, column, places_before(at.y, apart, cells.height),
          places_before(at.x, apart, cells.width)};
}

// The outputs of the square that is number s of its chunk.
void put(const FlowLayer& layer, bool last, const Cells& in, const Workspace& work, int s, const Square& at,
         Cells& out) {
  const std::ptrdiff_t apart = std::ptrdiff_t{kSquaresAtOnce} * out.channels;
  const Patch from = patch_of(in, at, layer.dilation);
  const Patch to = patch_of(out, at, layer.dilation);
  const float* const added = layer.adds ? in.values.data() + in.at(at.x, at.y) : nullptr;
  for (int channel = 0; channel < out.channels; channel += kFlowLanes) {
    collect(work.products.data() + channel * kSquaresAtOnce + s * kFlowLanes, apart, layer.biases.data() + channel,
            last, added == nullptr ? nullptr : added + channel, from, out.values.data() + out.at(at.x, at.y) + channel,
            to);
  }
}

}  // namespace

bool suits_winograd(const FlowLayer& layer) {
  // Of the picture itself, of one value a cell, there are no lanes.
  return layer.side == 3 && layer.stride == 1 && layer.dilation <= kFlowBorder && layer.inputs > 1;
}

std::vector<float> winograd_weights(const FlowLayer& layer) {
  using Three = std::array<double, 3>;
  // Three weights' polynomial at the points of spread_six(), over what makes the sums come out.
  constexpr std::array<Three, kInputSide> kSpread = {Three{1.0 / 4, 0, 0},
                                                     Three{-1.0 / 6, -1.0 / 6, -1.0 / 6},
                                                     Three{-1.0 / 6, 1.0 / 6, -1.0 / 6},
                                                     Three{1.0 / 24, 1.0 / 12, 1.0 / 6},
                                                     Three{1.0 / 24, -1.0 / 12, 1.0 / 6},
                                                     Three{0, 0, 1}};
  const auto of_group = static_cast<std::size_t>(layer.inputs * kFlowLanes);
  const auto groups = static_cast<std::size_t>(whole_lanes(layer.outputs) / kFlowLanes);
  std::vector<float> out(kInputs * groups * of_group);
  for (std::size_t k = 0; k < kInputs; ++k) {
    for (std::size_t i = 0; i < groups * of_group; ++i) {
      const std::size_t group = i / of_group, within = i % of_group;
      double sum = 0;
      for (std::size_t y = 0; y < 3; ++y) {
        for (std::size_t x = 0; x < 3; ++x) {
          const float weight = layer.weights[(group * 9 + y * 3 + x) * of_group + within];
          sum += kSpread[k / kInputSide][y] * kSpread[k % kInputSide][x] * double{weight};
        }
      }
      out[k * groups * of_group + i] = static_cast<float>(sum);
    }
  }
  return out;
}

void apply_winograd(const FlowLayer& layer, bool last, const Cells& in, Cells& out, const StopLatch& stop) {
  static thread_local Workspace work;
  out.reset(in.width, in.height, whole_lanes(layer.outputs));
  work.fit(in.channels, out.channels);
  const int groups = out.channels / kFlowLanes;
  const int apart = layer.dilation;
  const Patch inputs = patch_of(in, {0, 0}, apart);
  const auto squares = squares_of(in.width, in.height, apart);
  const std::ptrdiff_t inputs_apart = std::ptrdiff_t{kSquaresAtOnce} * in.channels;
  for (std::size_t first = 0; first < squares.size() && !stop(); first += kSquaresAtOnce) {
    const int count = static_cast<int>(std::min<std::size_t>(kSquaresAtOnce, squares.size() - first));
    for (int s = 0; s < count; ++s) {
      const Square& at = squares[first + static_cast<std::size_t>(s)];
      spread(in.values.data() + in.at(at.x - apart, at.y - apart), inputs.row, inputs.column, in.channels,
             work.inputs.data() + s * in.channels, inputs_apart);
    }
    multiply(layer, count, in.channels, groups, work);
    for (int s = 0; s < count; ++s) put(layer, last, in, work, s, squares[first + static_cast<std::size_t>(s)], out);
  }
}

}  // namespace whorl::fingerprint
