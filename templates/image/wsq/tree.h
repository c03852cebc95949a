// How a WSQ image is split into sub-bands: 20 splits of a region into four, 64 sub-bands of which 60 are coded.
// Pure; thread-safe. Private to this room.
#pragma once

#include <array>
#include <cstddef>

#include "templates/image/wsq/segments.h"

namespace whorl::image {

struct WsqRegion {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

// A region that is split. Where its spectrum is inverted along an axis, its halves lie high before low.
struct WsqSplit {
  WsqRegion region;
  bool inverted_x = false;
  bool inverted_y = false;

  // Of the first half along each axis.
  [[nodiscard]] int first_width() const { return inverted_x ? region.width / 2 : (region.width + 1) / 2; }
  [[nodiscard]] int first_height() const { return inverted_y ? region.height / 2 : (region.height + 1) / 2; }
};

struct WsqTree {
  static constexpr std::size_t kSplits = 20;
  std::array<WsqSplit, kSplits> splits;  // in the order of analysis: a region comes after the one that it is part of
  std::array<WsqRegion, kWsqSubbands> subbands;
};

WsqTree make_wsq_tree(int width, int height);

}  // namespace whorl::image
