// Copies the best fingers of stated position.
#include "engine/other_positions.h"

#include <algorithm>

namespace whorl::engine {

std::optional<Probe> at_other_positions(const Probe& probe, std::size_t most) {
  Probe out;
  for (const ProbeFinger& finger : probe.fingers) {
    if (finger.position == FingerPosition::kUnknown) continue;
    out.fingers.push_back(finger);
    out.fingers.back().elsewhere = true;
  }
  if (out.fingers.empty()) return {};
  std::stable_sort(out.fingers.begin(), out.fingers.end(), [](const ProbeFinger& a, const ProbeFinger& b) {
    return a.print.print().quality > b.print.print().quality;
  });
  if (out.fingers.size() > most) {
    out.fingers.erase(out.fingers.begin() + static_cast<std::ptrdiff_t>(most), out.fingers.end());
  }
  for (ProbeFinger& finger : out.fingers) finger.decisive = &finger == &out.fingers.front();
  return out;
}

FingerPosition mirrored(FingerPosition position) {
  constexpr int kFingersOfHand = 5;
  if (position == FingerPosition::kUnknown) return position;
  const int number = static_cast<int>(position);
  return static_cast<FingerPosition>(number <= kFingersOfHand ? number + kFingersOfHand : number - kFingersOfHand);
}

}  // namespace whorl::engine
