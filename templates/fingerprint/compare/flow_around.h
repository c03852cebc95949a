// The ridge flow around minutiae: whether two of them lie in flow that is alike (Tico and Kuosmanen, "Fingerprint
// matching using an orientation-based minutia descriptor", TPAMI 25(8), 2003). Private to this room.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "templates/fingerprint/compare/bounded.h"
#include "templates/fingerprint/parameters.h"
#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {

struct Print;

inline constexpr std::size_t kAroundPoints = 16;

// Ridge orientations at points of two circles around a minutia, in units of pi/256 from its direction.
struct FlowAround {
  std::array<std::uint8_t, kAroundPoints> orientation{};
  std::array<std::uint8_t, kAroundPoints> known{};  // 255 where the print lies, else 0
};

FlowAround flow_around(const Print& print, std::size_t minutia);
// Its obvious twin; a point within rounding of two cells may be in either.
FlowAround flow_around_plainly(const Print& print, std::size_t minutia);

// The flow around the minutia of each of a print's cylinders.
class FlowsAround {
 public:
  FlowsAround() = default;
  explicit FlowsAround(const Print& print);
  const FlowAround& operator[](std::size_t cylinder) const { return of_[cylinder]; }

 private:
  Bounded<FlowAround, kMaxMinutiae> of_;
};

// Where the flow around two minutiae agrees: the sum of cosines of doubled differences at the points that lie in both
// prints, kWholeCosine for 1, and how many those are. The cosine is a parabola over each half turn, within 0.06 of it.
struct FlowAgreement {
  std::int32_t sum = 0;
  std::int32_t points = 0;
};
inline constexpr int kWholeCosine = 4096;

// Two cylinders as a number: that of the first print in bits 8 to 15, that of the second in bits 0 to 7; the bits above
// are not looked at.
using CylinderPair = std::uint32_t;
inline std::size_t first_of(CylinderPair pair) { return pair >> 8 & 255; }
inline std::size_t second_of(CylinderPair pair) { return pair & 255; }

// The agreement of each of the pairs, in their order; `sum` and `points` have pairs.size() places each.
void flow_agreements(const FlowsAround& a, const FlowsAround& b, std::span<const CylinderPair> pairs, std::int32_t* sum,
                     std::int32_t* points);
// The obvious twin, of one pair: the same to the last bit.
FlowAgreement flow_agreement_plainly(const FlowAround& a, const FlowAround& b);

// What is left of the likeness of two minutiae once the flow around them is looked at: 1 where the mean cosine is
// flow_around_most or more, kLeast where it is flow_around_least or less, evenly between; a half where too few points
// lie in both prints to say.
class FlowShare {
 public:
  static constexpr float kLeast = 0.05F;
  static constexpr int kFewestPoints = 3;

  explicit FlowShare(const CompareParameters& p)
      : least_(static_cast<float>(p.flow_around_least)),
        slope_(1 / static_cast<float>(p.flow_around_most - p.flow_around_least)) {}

  [[nodiscard]] float of(FlowAgreement agreement) const {
    const int points = agreement.points > 0 ? agreement.points : 1;
    const float mean = static_cast<float>(agreement.sum) / static_cast<float>(kWholeCosine * points);
    const float raw = (mean - least_) * slope_;
    const float at_most = raw < 1 ? raw : 1.0F;
    const float share = at_most > kLeast ? at_most : kLeast;
    return agreement.points >= kFewestPoints ? share : 0.5F;
  }

 private:
  float least_;
  float slope_;
};

}  // namespace whorl::fingerprint
