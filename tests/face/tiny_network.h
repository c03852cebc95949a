// A network small enough to write down: one convolution as wide as its input, so that every output is a weighted sum of
// all input values. As ONNX bytes, field by field; no third-party weights.
#pragma once

#include <vector>

#include "base/bytes.h"

namespace whorl::tests {

struct TinyNetwork {
  int side = 16;               // input 1 x 3 x side x side
  int dimension = 24;          // output 1 x dimension x 1 x 1
  std::vector<float> weights;  // dimension x 3 x side x side
};

// Weights in -1..1, the same on every system.
TinyNetwork tiny_network(int side = 16, int dimension = 24, unsigned seed = 1);
Bytes onnx_of(const TinyNetwork& network);

}  // namespace whorl::tests
