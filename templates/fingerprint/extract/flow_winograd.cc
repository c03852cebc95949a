#include "templates/fingerprint/extract/flow_winograd.h"

#include <array>
#include <cstring>

#include "base/simd.h"

namespace whorl::fingerprint {
namespace {

// A square of 2 x 2 outputs, `dilation` cells apart, needs 4 x 4 inputs, as far apart.
constexpr int kInputs = 16;
constexpr int kSquaresAtOnce = 4 * kFlowTile;  // what they need stays in the processor's second cache

struct Square {
  int x, y;  // of its upper left output
};

// All outputs of a picture, some beyond its right and lower edges.
std::vector<Square> squares_of(int width, int height, int dilation) {
  std::vector<Square> out;
  const auto each_first = [dilation](int size, const auto& take) {
    for (int phase = 0; phase < dilation; ++phase) {
      for (int first = phase; first < size; first += 2 * dilation) take(first);
    }
  };
  each_first(height, [&](int y) { each_first(width, [&](int x) { out.push_back({x, y}); }); });
  return out;
}

// The inputs of one square as sums that are multiplied by weights, each sixteenth `apart` floats from the last.
WHORL_MULTIVERSION
void spread(const float* in, std::ptrdiff_t row, std::ptrdiff_t column, int channels, float* out,
            std::ptrdiff_t apart) {
  for (int c = 0; c < channels; c += kFlowLanes / 2) {
    // Row by row of the sums, so that few are kept: an input is read twice instead.
    for (int i = 0; i < 4; ++i) {
      const float* const one = in + (i == 0 ? 0 : i == 2 ? 2 : 1) * row + c;
      const float* const other = in + (i == 2 ? 1 : i == 3 ? 3 : 2) * row + c;
      FlowHalf of[4];
      for (int j = 0; j < 4; ++j) {
        const FlowHalf first = *half_at(one + j * column);
        const FlowHalf second = *half_at(other + j * column);
        of[j] = i == 1 ? first + second : first - second;
      }
      float* const to = out + 4 * i * apart + c;
      *half_at(to) = of[0] - of[2];
      *half_at(to + apart) = of[1] + of[2];
      *half_at(to + 2 * apart) = of[2] - of[1];
      *half_at(to + 3 * apart) = of[1] - of[3];
    }
  }
}

// The four outputs of one square, of kFlowLanes outputs, from the sixteen sums of products.
WHORL_MULTIVERSION
void collect(const float* products, std::ptrdiff_t apart, const float* bias, float* out) {
  for (int c = 0; c < kFlowLanes; c += kFlowLanes / 2) {
    FlowHalf upper[4], lower[4];
    for (int j = 0; j < 4; ++j) {
      FlowHalf of[4];
      for (int i = 0; i < 4; ++i) of[i] = *half_at(products + (4 * i + j) * apart + c);
      upper[j] = of[0] + of[1] + of[2];
      lower[j] = of[1] - of[2] - of[3];
    }
    const FlowHalf start = *half_at(bias + c);
    *half_at(out + c) = upper[0] + upper[1] + upper[2] + start;
    *half_at(out + kFlowLanes + c) = upper[1] - upper[2] - upper[3] + start;
    *half_at(out + 2 * kFlowLanes + c) = lower[0] + lower[1] + lower[2] + start;
    *half_at(out + 3 * kFlowLanes + c) = lower[1] - lower[2] - lower[3] + start;
  }
}

// What a chunk of squares needs, by sixteenth.
struct Workspace {
  std::vector<float> inputs;    // [sixteen][square][channel]
  std::vector<float> products;  // [sixteen][output / kFlowLanes][square][kFlowLanes]

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

// The outputs of the square that is number s of its chunk.
void put(const FlowLayer& layer, bool last, const Cells& in, const Workspace& work, int s, const Square& at,
         Cells& out) {
  const std::ptrdiff_t apart = std::ptrdiff_t{kSquaresAtOnce} * out.channels;
  for (int channel = 0; channel < out.channels; channel += kFlowLanes) {
    float four[4 * kFlowLanes];
    collect(work.products.data() + channel * kSquaresAtOnce + s * kFlowLanes, apart, layer.biases.data() + channel,
            four);
    for (int k = 0; k < 4; ++k) {
      const int x = at.x + k % 2 * layer.dilation, y = at.y + k / 2 * layer.dilation;
      if (x >= in.width || y >= in.height) continue;
      finish(layer, last, in.values.data() + in.at(x, y), four + k * kFlowLanes, channel, kFlowLanes);
      std::memcpy(out.values.data() + out.at(x, y) + channel, four + k * kFlowLanes, kFlowLanes * sizeof(float));
    }
  }
}

}  // namespace

bool suits_winograd(const FlowLayer& layer) {
  // Of the picture itself, of one value a cell, there are no lanes.
  return layer.side == 3 && layer.stride == 1 && layer.dilation <= kFlowBorder && layer.inputs > 1;
}

std::vector<float> winograd_weights(const FlowLayer& layer) {
  using Three = std::array<double, 3>;
  constexpr std::array<Three, 4> kSpread = {Three{1, 0, 0}, Three{0.5, 0.5, 0.5}, Three{0.5, -0.5, 0.5},
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
          sum += kSpread[k / 4][y] * kSpread[k % 4][x] * double{weight};
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
  const std::ptrdiff_t column = std::ptrdiff_t{in.channels} * apart;
  const std::ptrdiff_t row = std::ptrdiff_t{in.width + 2 * kFlowBorder} * column;
  const auto squares = squares_of(in.width, in.height, apart);
  const std::ptrdiff_t inputs_apart = std::ptrdiff_t{kSquaresAtOnce} * in.channels;
  for (std::size_t first = 0; first < squares.size() && !stop(); first += kSquaresAtOnce) {
    const int count = static_cast<int>(std::min<std::size_t>(kSquaresAtOnce, squares.size() - first));
    for (int s = 0; s < count; ++s) {
      const Square& at = squares[first + static_cast<std::size_t>(s)];
      spread(in.values.data() + in.at(at.x - apart, at.y - apart), row, column, in.channels,
             work.inputs.data() + s * in.channels, inputs_apart);
    }
    multiply(layer, count, in.channels, groups, work);
    for (int s = 0; s < count; ++s) put(layer, last, in, work, s, squares[first + static_cast<std::size_t>(s)], out);
  }
}

}  // namespace whorl::fingerprint
