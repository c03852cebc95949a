#include "templates/image/wsq/tree.h"

namespace whorl::image {
namespace {

// The quarters of a split: left above, right above, left below, right below. What lies second along an axis came
// through a high-pass filter, or kept its parent's inversion: either way its spectrum is inverted.
WsqSplit quarter(const WsqSplit& split, std::size_t which) {
  const bool right = which % 2 == 1;
  const bool below = which >= 2;
  const int width = split.first_width();
  const int height = split.first_height();
  const WsqRegion& whole = split.region;
  return {{right ? whole.x + width : whole.x, below ? whole.y + height : whole.y, right ? whole.width - width : width,
           below ? whole.height - height : height},
          right,
          below};
}

class Builder {
 public:
  Builder(int width, int height) {
    const WsqSplit root{{0, 0, width, height}, false, false};
    split(root);
    const WsqSplit low = quarter(root, 0);
    split(low);
    split_into_sixteenths(quarter(low, 0), 3, false);
    split_into_sixteenths(quarter(low, 1), 19, true);
    split_into_sixteenths(quarter(low, 2), 35, true);
    out_.subbands[51] = quarter(low, 3).region;
    split_into(quarter(root, 1), 52);
    split_into(quarter(root, 2), 56);
    for (std::size_t i = 0; i < 4; ++i) out_.subbands[60 + i] = {};
  }

  [[nodiscard]] WsqTree take() const { return out_; }

 private:
  void split(const WsqSplit& region) { out_.splits[splits_++] = region; }

  // Into four sub-bands from `first`.
  void split_into(const WsqSplit& region, std::size_t first) {
    split(region);
    for (std::size_t i = 0; i < 4; ++i) out_.subbands[first + i] = quarter(region, i).region;
  }

  // Twice over. Of the lowest region the left upper part of all is split once more, into sub-bands 0 to 3.
  void split_into_sixteenths(const WsqSplit& region, std::size_t first, bool high) {
    split(region);
    for (std::size_t i = 0; i < 4; ++i) split_into(quarter(region, i), first + 4 * i);
    if (high) return;
    split_into(quarter(quarter(region, 0), 0), 0);
  }

  WsqTree out_;
  std::size_t splits_ = 0;
};

}  // namespace

WsqTree make_wsq_tree(int width, int height) { return Builder(width, height).take(); }

}  // namespace whorl::image
