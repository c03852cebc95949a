// Which way the ridges run, how far apart, and where there are any, by a small convolutional network. Private to this
// room.
//
// Where a print is dry, wet, smeared or faint, gradients follow the noise; a network that has seen such prints beside
// the flow that they had before follows the ridges (Y. Tang, F. Gao, J. Feng, Y. Liu, "FingerNet: an unified deep
// network for fingerprint minutiae extraction", IJCB 2017, has the idea of learning all stages; this one learns the
// flow alone). Trained by scripts/train-flow on synthetic prints and the FVC sets; see docs/accuracy.md.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "templates/fingerprint/extract/maps.h"
#include "templates/fingerprint/extract/orientation.h"
#include "templates/fingerprint/extract/stop.h"

namespace whorl::fingerprint {

// What the network says of every cell of the grid.
struct FlowEstimate {
  Orientation flow;  // its length is how sure the network is: about the coherence that clean ridges would have
  GridMap period;    // px500, CV_32F
  GridMap ridges;    // log odds that ridges can be seen, CV_32F
};

// One layer: 2-D convolution with zeros around, then max(0, x) unless it is the last, added to the input where `adds`.
struct FlowLayer {
  int outputs = 0;
  int inputs = 0;
  int side = 0;
  int stride = 1;
  int dilation = 1;
  bool adds = false;
  std::vector<float> weights;   // [output / 16][y][x][input][16], zeros beyond the last output
  std::vector<float> biases;    // of as many outputs
  std::vector<float> winograd;  // the weights for flow_winograd.h; empty where that does not suit
};

// Immutable once made. Thread-safe.
class FlowNet {
 public:
  // Of the bytes that bench/training/train_flow.py writes. Bytes that are not such a network end the program: they are
  // this build's own.
  explicit FlowNet(std::span<const std::uint8_t> bytes);

  // Of a print of even contrast (normalise.h). Cost: about 50,000 multiplications and additions a cell of 8 px; 4 ms
  // for a print of 388 x 374 px with AVX2 alone. Incomplete once `stop` says so.
  [[nodiscard]] FlowEstimate estimate(const PixelMap& normalised, const cv::Size& grid, const StopLatch& stop) const;

  // The same by the definition, sum after sum: to test the other with.
  [[nodiscard]] FlowEstimate estimate_reference(const PixelMap& normalised, const cv::Size& grid) const;

 private:
  std::vector<FlowLayer> layers_;
};

// The network of this build.
const FlowNet& shipped_flow_net();

}  // namespace whorl::fingerprint
