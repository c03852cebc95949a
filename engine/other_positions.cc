// Copies the best fingers of stated position.
#include "engine/other_positions.h"

#include <algorithm>

namespace whorl::engine {

std::optional<Probe> at_other_positions(const Probe& probe, std::size_t most) {
  Probe out;
  for (const ProbeSample* finger : probe.of(Modality::kFinger)) {
    if (finger->position == 0) continue;
    out.samples.push_back(*finger);
    out.samples.back().elsewhere = true;
  }
  if (out.samples.empty()) return {};
  std::stable_sort(out.samples.begin(), out.samples.end(), [](const ProbeSample& a, const ProbeSample& b) {
    return a.content.quality() > b.content.quality();
  });
  if (out.samples.size() > most) {
    out.samples.erase(out.samples.begin() + static_cast<std::ptrdiff_t>(most), out.samples.end());
  }
  for (ProbeSample& finger : out.samples) finger.decisive = &finger == &out.samples.front();
  return out;
}

FingerPosition mirrored(FingerPosition position) {
  constexpr int kFingersOfHand = 5;
  if (position == FingerPosition::kUnknown) return position;
  const int number = static_cast<int>(position);
  return static_cast<FingerPosition>(number <= kFingersOfHand ? number + kFingersOfHand : number - kFingersOfHand);
}

}  // namespace whorl::engine
