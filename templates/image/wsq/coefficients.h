// Entropy-coded blocks of WSQ to whole-numbered coefficients. Private to this room.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "templates/image/wsq/segments.h"
#include "templates/image/wsq/tree.h"

namespace whorl::image {

// Coefficients that the blocks must hold: those of every sub-band with a bin width.
std::size_t coded_coefficients(const WsqTree& tree, const WsqQuantisation& quantisation);

// The coefficients in the order of the stream, `count` of them; a fault (WSQ-11, WSQ-14) where the blocks hold more,
// fewer, or an undefined code. Cost: about 5 ns a coefficient.
struct WsqCoefficients {
  std::vector<std::int16_t> values;
  std::optional<WsqFault> fault;
};
WsqCoefficients decode_wsq_blocks(const WsqFile& file, std::size_t count);

}  // namespace whorl::image
