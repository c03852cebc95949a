// placement -> contact -> ridges -> flow -> minutiae -> quality.
#include <algorithm>
#include <cmath>

#include "datasets/capture.h"

namespace whorl::datasets {
namespace {

using fingerprint::FingerprintTemplate;
using fingerprint::kFlowBlock_px500;

// As extraction rates a print: how clear, how large, how many minutiae.
std::uint8_t overall_quality(const Scene& s, std::size_t minutiae) {
  double clear = 0;
  double cells = 0;
  for (const int cell : foreground_cells(s.mask)) {
    clear += static_cast<double>(
        s.clearness.nodes[static_cast<std::size_t>(cell / kFlowColumns * kNodeColumns + cell % kFlowColumns)]);
    cells += 1;
  }
  if (cells == 0) return 0;
  const double area = std::min(1.0, cells * kFlowBlock_px500 * kFlowBlock_px500 / 60'000.0);
  const double plenty = std::min(1.0, static_cast<double>(minutiae) / 25.0);
  return static_cast<std::uint8_t>(std::lround(100 * clear / cells * std::sqrt(area) * std::sqrt(plenty)));
}

}  // namespace

FingerprintTemplate TemplateFinger::impression(std::uint64_t number) const {
  Draws draws(derive_seed(parts_->seed, number));
  const Scene scene = set_up(draws, *parts_);
  FingerprintTemplate out;
  out.width_px500 = kWidth;
  out.height_px500 = kHeight;
  out.ridges = draw_ridges(scene);
  out.flow = draw_flow(draws, scene);
  out.minutiae = draw_minutiae(draws, scene);
  out.quality = overall_quality(scene, out.minutiae.size());
  return fingerprint::quantised(std::move(out));
}

}  // namespace whorl::datasets
