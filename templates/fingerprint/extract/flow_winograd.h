// Layers whose window is 3 x 3 cells, with fewer multiplications: sixteen outputs at once from 36 products where the
// definition takes 144 (A. Lavin, S. Gray, "Fast algorithms for convolutional neural networks", CVPR 2016, after
// S. Winograd). Sums differ from the definition's by rounding. Private to flow_net.cc.
#pragma once

#include <vector>

#include "templates/fingerprint/extract/flow_cells.h"
#include "templates/fingerprint/extract/stop.h"

namespace whorl::fingerprint {

// Whether a layer can be had so.
bool suits_winograd(const FlowLayer& layer);
// Its weights for apply_winograd(): [36][output / kFlowLanes][input][kFlowLanes].
std::vector<float> winograd_weights(const FlowLayer& layer);

// The layer of `in` into `out`. Incomplete once `stop` says so. Thread-safe; keeps some 400 KB a thread.
void apply_winograd(const FlowLayer& layer, bool last, const Cells& in, Cells& out, const StopLatch& stop);

}  // namespace whorl::fingerprint
