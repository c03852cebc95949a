// The wavelet transform of WSQ, both ways: any symmetric filters of odd length. Private to this room.
#pragma once

#include <vector>

#include "templates/image/wsq/tree.h"

namespace whorl::image {

// Row-major, width x height.
struct WsqPlane {
  int width = 0;
  int height = 0;
  std::vector<float> values;
};

// Sub-bands to pixels, in place. `filters` are those of the analysis. Cost: about 30 ms a megapixel.
void synthesise(WsqPlane& plane, const WsqTree& tree, const WsqFilters& filters);
// And back.
void analyse(WsqPlane& plane, const WsqTree& tree, const WsqFilters& filters);

}  // namespace whorl::image
