#include "templates/fingerprint/extract/flow_net.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <opencv2/imgproc.hpp>

#include "base/intrinsics.h"
#include "templates/fingerprint/extract/flow_cells.h"
#include "templates/fingerprint/extract/flow_winograd.h"

namespace whorl::fingerprint {
namespace {

constexpr int kCell = 8;  // px500, side of a cell of the network's answer
constexpr float kMeanPeriod = 9;
constexpr std::size_t kMostLayers = 32;
constexpr int kMostChannels = 256;

struct Reader {
  std::span<const std::uint8_t> bytes;

  template <class T>
  void take(T* out, std::size_t count) {
    if (bytes.size() < count * sizeof(T)) std::abort();
    std::memcpy(out, bytes.data(), count * sizeof(T));
    bytes = bytes.subspan(count * sizeof(T));
  }

  // IEEE 754 half precision.
  float take_half() {
    std::uint16_t half = 0;
    take(&half, 1);
    const int exponent = half >> 10 & 31;
    const auto fraction = static_cast<float>(half & 1023);
    const float size = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    return (half & 0x8000) != 0 ? -size : size;
  }
};

// Of `count` outputs from `channel` on of the cell whose input is `in`: what a layer does after the sums.
void finish(const FlowLayer& layer, bool last, const float* in, float* sums, int channel, int count) {
  for (int k = 0; k < count; ++k) {
    if (!last) sums[k] = std::max(0.0F, sums[k]);
    if (layer.adds) sums[k] += in[channel + k];
  }
}

void apply(const FlowLayer& layer, bool last, const Cells& in, Cells& out, const StopLatch& stop) {
  const int width = (in.width + layer.stride - 1) / layer.stride;
  const int height = (in.height + layer.stride - 1) / layer.stride;
  out.reset(width, height, whole_lanes(layer.outputs));
  const int reach = layer.side / 2 * layer.dilation;
  const std::ptrdiff_t row = std::ptrdiff_t{in.width + 2 * kFlowBorder} * in.channels * layer.dilation;
  const std::ptrdiff_t column = std::ptrdiff_t{in.channels} * layer.dilation;
  float sums[kFlowTile * kFlowLanes];
  const int group = layer.side * layer.side * layer.inputs;
  // The weights of kFlowLanes outputs stay in the processor's nearest cache while a row goes past them.
  for (int y = 0; y < height && !stop(); ++y) {
    for (int o = 0; o < out.channels; o += kFlowLanes) {
      for (int x = 0; x < width; x += kFlowTile) {
        const float* from = in.values.data() + in.at(x * layer.stride - reach, y * layer.stride - reach);
        const int tile = std::min(kFlowTile, width - x);
        sum_tile(from, std::ptrdiff_t{in.channels} * layer.stride, row, column, layer.side, layer.inputs,
                 layer.weights.data() + std::ptrdiff_t{o} * group, layer.biases.data() + o, sums);
        for (int t = 0; t < tile; ++t) {
          finish(layer, last, in.values.data() + in.at(x + t, y), sums + t * kFlowLanes, o, kFlowLanes);
          std::memcpy(out.values.data() + out.at(x + t, y) + o, sums + t * kFlowLanes, kFlowLanes * sizeof(float));
        }
      }
    }
  }
}

void apply_reference(const FlowLayer& layer, bool last, const Cells& in, Cells& out) {
  const int width = (in.width + layer.stride - 1) / layer.stride;
  const int height = (in.height + layer.stride - 1) / layer.stride;
  out.reset(width, height, whole_lanes(layer.outputs));
  const int reach = layer.side / 2 * layer.dilation;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int o = 0; o < layer.outputs; ++o) {
        double sum = layer.biases[static_cast<std::size_t>(o)];
        std::size_t w = static_cast<std::size_t>(o / kFlowLanes * kFlowLanes * layer.side * layer.side * layer.inputs +
                                                 o % kFlowLanes);
        for (int ky = 0; ky < layer.side; ++ky) {
          for (int kx = 0; kx < layer.side; ++kx) {
            for (int c = 0; c < layer.inputs; ++c, w += kFlowLanes) {
              const std::ptrdiff_t at =
                  in.at(x * layer.stride - reach + kx * layer.dilation, y * layer.stride - reach + ky * layer.dilation);
              sum += double{layer.weights[w]} * double{in.values[static_cast<std::size_t>(at + c)]};
            }
          }
        }
        auto value = static_cast<float>(sum);
        finish(layer, last, in.values.data() + in.at(x, y) + o, &value, 0, 1);
        out.values[static_cast<std::size_t>(out.at(x, y) + o)] = value;
      }
    }
  }
}

// Half the resolution, filled up with zeros to whole cells.
void halve(const PixelMap& normalised, Cells& out) {
  const int width = (normalised.cols + kCell - 1) / kCell * kCell;
  const int height = (normalised.rows + kCell - 1) / kCell * kCell;
  cv::Mat whole;
  cv::copyMakeBorder(normalised, whole, 0, height - normalised.rows, 0, width - normalised.cols, cv::BORDER_CONSTANT,
                     0);
  cv::Mat half;
  cv::resize(whole, half, {width / 2, height / 2}, 0, 0, cv::INTER_AREA);
  out.reset(half.cols, half.rows, 1);
  for (int y = 0; y < half.rows; ++y)
    std::memcpy(out.values.data() + out.at(0, y), half.ptr(y), half.cols * sizeof(float));
}

GridMap on_grid(const Cells& cells, int channel, const cv::Size& grid) {
  cv::Mat coarse(cells.height, cells.width, CV_32F);
  for (int y = 0; y < cells.height; ++y) {
    for (int x = 0; x < cells.width; ++x) {
      coarse.at<float>(y, x) = cells.values[static_cast<std::size_t>(cells.at(x, y) + channel)];
    }
  }
  cv::Mat fine;
  cv::resize(coarse, fine, {cells.width * kCell / kGrid, cells.height * kCell / kGrid}, 0, 0, cv::INTER_LINEAR);
  return GridMap(fine(cv::Rect({0, 0}, grid)).clone());
}

FlowEstimate answer(const Cells& cells, const cv::Size& grid) {
  FlowEstimate out{
      {on_grid(cells, 0, grid), on_grid(cells, 1, grid)}, on_grid(cells, 2, grid), on_grid(cells, 3, grid)};
  cv::exp(out.period, out.period);
  out.period *= kMeanPeriod;
  return out;
}

WHORL_MULTIVERSION
void sum_tile_widely(const float* in, std::ptrdiff_t step, std::ptrdiff_t row, std::ptrdiff_t column, int side,
                     int inputs, const float* weights, const float* bias, float* sums) {
  FlowLane sum[kFlowTile];
  for (FlowLane& s : sum) s = *lane_at(bias);
  for (int ky = 0; ky < side; ++ky) {
    for (int kx = 0; kx < side; ++kx) {
      const float* at = in + ky * row + kx * column;
      for (int c = 0; c < inputs; ++c) {
        const FlowLane w = *lane_at(weights);
        weights += kFlowLanes;
        for (int t = 0; t < kFlowTile; ++t) sum[t] += w * at[t * step + c];
      }
    }
  }
  for (int t = 0; t < kFlowTile; ++t) *lane_at(sums + t * kFlowLanes) = sum[t];
}

#ifdef WHORL_AVX2_FUSED
// The same in registers of eight: of vectors that are wider than these, compilers keep the sums in memory.
WHORL_AVX2_FUSED void sum_tile_avx2(const float* in, std::ptrdiff_t step, std::ptrdiff_t row, std::ptrdiff_t column,
                                    int side, int inputs, const float* weights, const float* bias, float* sums) {
  static_assert(kFlowLanes == 16);
  __m256 low[kFlowTile], high[kFlowTile];
  for (int t = 0; t < kFlowTile; ++t) {
    low[t] = _mm256_loadu_ps(bias);
    high[t] = _mm256_loadu_ps(bias + 8);
  }
  for (int ky = 0; ky < side; ++ky) {
    for (int kx = 0; kx < side; ++kx) {
      const float* at = in + ky * row + kx * column;
      for (int c = 0; c < inputs; ++c) {
        const __m256 low_weights = _mm256_loadu_ps(weights);
        const __m256 high_weights = _mm256_loadu_ps(weights + 8);
        weights += kFlowLanes;
        for (int t = 0; t < kFlowTile; ++t) {
          const __m256 value = _mm256_set1_ps(at[t * step + c]);
          low[t] = _mm256_fmadd_ps(low_weights, value, low[t]);
          high[t] = _mm256_fmadd_ps(high_weights, value, high[t]);
        }
      }
    }
  }
  for (int t = 0; t < kFlowTile; ++t) {
    _mm256_storeu_ps(sums + t * kFlowLanes, low[t]);
    _mm256_storeu_ps(sums + t * kFlowLanes + 8, high[t]);
  }
}
#endif

}  // namespace

void sum_tile(const float* in, std::ptrdiff_t step, std::ptrdiff_t row, std::ptrdiff_t column, int side, int inputs,
              const float* weights, const float* bias, float* sums) {
#ifdef WHORL_AVX2_FUSED
  if (has_avx2() && !has_avx512()) {
    return sum_tile_avx2(in, step, row, column, side, inputs, weights, bias, sums);
  }
#endif
  sum_tile_widely(in, step, row, column, side, inputs, weights, bias, sums);
}

FlowNet::FlowNet(std::span<const std::uint8_t> bytes) {
  Reader reader{bytes};
  char magic[4];
  reader.take(magic, 4);
  std::uint32_t count = 0;
  reader.take(&count, 1);
  if (std::memcmp(magic, "WFN2", 4) != 0 || count > kMostLayers) std::abort();
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint32_t shape[6];
    reader.take(shape, 6);
    FlowLayer layer{static_cast<int>(shape[0]),
                    static_cast<int>(shape[1]),
                    static_cast<int>(shape[2]),
                    static_cast<int>(shape[3]),
                    static_cast<int>(shape[4]),
                    shape[5] != 0,
                    {},
                    {},
                    {}};
    if (layer.outputs > kMostChannels || layer.inputs > kMostChannels || layer.side / 2 * layer.dilation > kFlowBorder)
      std::abort();
    const int wide = whole_lanes(layer.outputs);
    layer.biases.resize(static_cast<std::size_t>(wide));
    layer.weights.resize(static_cast<std::size_t>(layer.side * layer.side * layer.inputs * wide));
    for (int o = 0; o < layer.outputs; ++o) {
      for (int c = 0; c < layer.inputs; ++c) {
        for (int k = 0; k < layer.side * layer.side; ++k) {
          const int at = (o / kFlowLanes * layer.side * layer.side * layer.inputs + k * layer.inputs + c) * kFlowLanes +
                         o % kFlowLanes;
          layer.weights[static_cast<std::size_t>(at)] = reader.take_half();
        }
      }
    }
    for (int o = 0; o < layer.outputs; ++o) layer.biases[static_cast<std::size_t>(o)] = reader.take_half();
    if (suits_winograd(layer)) layer.winograd = winograd_weights(layer);
    layers_.push_back(std::move(layer));
  }
}

FlowEstimate FlowNet::estimate(const PixelMap& normalised, const cv::Size& grid, const StopLatch& stop) const {
  static thread_local Cells in;
  static thread_local Cells out;
  halve(normalised, in);
  for (const FlowLayer& layer : layers_) {
    const bool last = &layer == &layers_.back();
    layer.winograd.empty() ? apply(layer, last, in, out, stop) : apply_winograd(layer, last, in, out, stop);
    std::swap(in, out);
  }
  return answer(in, grid);
}

FlowEstimate FlowNet::estimate_reference(const PixelMap& normalised, const cv::Size& grid) const {
  Cells in;
  Cells out;
  halve(normalised, in);
  for (const FlowLayer& layer : layers_) {
    apply_reference(layer, &layer == &layers_.back(), in, out);
    std::swap(in, out);
  }
  return answer(in, grid);
}

std::span<const std::uint8_t> shipped_flow_net_bytes();  // made by CMake from flow_net.bin

const FlowNet& shipped_flow_net() {
  static const FlowNet net(shipped_flow_net_bytes());
  return net;
}

}  // namespace whorl::fingerprint
