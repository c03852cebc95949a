// person -> class, size, period -> flow -> minutiae -> correction.
#include "datasets/template_finger.h"

#include <algorithm>
#include <cmath>

#include "datasets/field.h"

namespace whorl::datasets {
namespace {

// What the fingers of one person share.
struct Build {
  double period_px = 0;
  double size = 1;
  double minutiae = 1;  // how many, beside the usual number
  double clearness = 0;
};

Build draw_build(Draws& draws) {
  Build out;
  out.period_px = bell(draws, 8.6, 0.6);
  out.size = bell(draws, 1.0, 0.06);
  out.minutiae = bell(draws, 1, 0.10);
  out.clearness = bell(draws, 0.84, 0.035);
  return out;
}

// Loops open towards the little finger, mostly; the classes keep the frequencies of draw_class over both
// hands.
PatternClass class_on_hand(Draws& draws, bool right_hand) {
  const PatternClass drawn = draw_class(draws);
  const bool loop = drawn == PatternClass::kLeftLoop || drawn == PatternClass::kRightLoop;
  if (!loop) return drawn;
  const bool ulnar = draws.chance(0.8);
  return ulnar == right_hand ? PatternClass::kRightLoop : PatternClass::kLeftLoop;
}

}  // namespace

TemplateFinger::TemplateFinger(const TemplateFingerId& id) {
  auto parts = std::make_unique<Parts>();
  const std::uint64_t person = derive_seed(id.seed, id.person);
  Draws of_person(person);
  const Build build = draw_build(of_person);
  parts->seed = derive_seed(person, static_cast<std::uint64_t>(id.finger));
  Draws draws(parts->seed);
  parts->pattern = class_on_hand(draws, id.finger % 2 == 0);
  const double period = build.period_px * bell(draws, 1, 0.05);
  parts->phase = draw_phase(draws, parts->pattern, static_cast<float>(period));
  parts->half_width = static_cast<float>(126 * build.size * bell(draws, 1, 0.05));
  parts->half_height = static_cast<float>(164 * build.size * bell(draws, 1, 0.05));
  parts->middle_y = static_cast<float>(bell(draws, 0, 22));
  parts->clearness = static_cast<float>(build.clearness + bell(draws, 0, 0.02));
  scatter_minutiae(draws, *parts, build.minutiae * bell(draws, 1, 0.10));
  correct_phase(*parts);
  parts_ = std::move(parts);
}

TemplateFinger::TemplateFinger(TemplateFinger&&) noexcept = default;
TemplateFinger& TemplateFinger::operator=(TemplateFinger&&) noexcept = default;
TemplateFinger::~TemplateFinger() = default;

PatternClass TemplateFinger::pattern() const { return parts_->pattern; }

}  // namespace whorl::datasets
