// A table of misses, and what is made of it.
#include "engine/expected_miss.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/finger_agreement.h"
#include "engine/known_position.h"

namespace whorl::engine {
namespace {

// How much more often a finger of less than kGoodQuality is missed.
constexpr double kPoorFinger = 5.0;
// And one that is known by its minutiae alone: 3.6 times on FCJ2020_A at 40 dB, 4.2 times on six sets left out of
// training.
constexpr double kMinutiaeAlone = 4.0;
// What is left of the misses of one good finger where there are two.
constexpr double kSecondFinger = 1.0 / 9.0;

// The share of mated comparisons below `db` decibels, between the steps of the table in a straight line; 1 beyond it.
double share_below(const Calibration& calibration, double db) {
  const auto& table = calibration.misses();
  const auto above =
      std::upper_bound(table.begin(), table.end(), db, [](double d, const Calibration::Miss& m) { return d < m.db; });
  if (above == table.end()) return 1;
  if (above == table.begin()) return above->fnmr;
  const Calibration::Miss& below = *(above - 1);
  return std::lerp(below.fnmr, above->fnmr, (db - below.db) / (above->db - below.db));
}

// Nothing was missed of n comparisons: up to 3 / n may be (95 %).
double least_share(const Calibration& calibration) {
  return std::min(1.0, 3.0 / static_cast<double>(std::max<std::uint64_t>(1, calibration.mated())));
}

// How many kept fingers each finger of the probe is compared with, on average.
double tries(const Probe& probe, const SearchFigures& search) {
  const double pairs =
      static_cast<double>(search.receipt.compared) * static_cast<double>(probe.of(Modality::kFinger).size());
  return pairs > 0 ? std::max(1.0, static_cast<double>(search.compared) / pairs) : 1.0;
}

// How many of the probe's fingers most of those found could be compared with.
std::size_t fingers_of_most(std::span<const ScoredPerson> persons) {
  std::vector<std::size_t> counts;
  for (const ScoredPerson& person : persons) counts.push_back(person.by_finger.size());
  if (counts.empty()) return 1;
  const auto middle = counts.begin() + static_cast<std::ptrdiff_t>((counts.size() - 1) / 2);
  std::nth_element(counts.begin(), middle, counts.end());
  return *middle;
}

// Of one finger, at the line in decibels that its best comparison must reach.
double miss_of(const ProbeSample& finger, const Calibration& calibration, double line_db) {
  const double db = finger.position == 0 ? line_db : calibrated_db(line_db);
  const double share = std::max(share_below(calibration, db), least_share(calibration));
  double more_often = 1;
  if (finger.content.quality() < kGoodQuality) more_often *= kPoorFinger;
  if (finger.content.minutiae_alone()) more_often *= kMinutiaeAlone;
  return std::min(1.0, more_often * share);
}

}  // namespace

std::optional<ExpectedMiss> expected_miss(const Probe& probe, const Calibration& calibration,
                                          const SearchFigures& search, double review_db) {
  if (calibration.misses().empty() || search.receipt.searched == 0) return {};
  const double line_db = review_db + 10.0 * std::log10(tries(probe, search));
  std::optional<double> best;
  std::size_t good = 0;
  for (const ProbeSample* finger : probe.of(Modality::kFinger)) {
    if (!finger->decisive) continue;
    best = std::min(best.value_or(1.0), miss_of(*finger, calibration, line_db));
    if (finger->content.quality() >= kGoodQuality) ++good;
  }
  if (!best) return {};
  ExpectedMiss out;
  out.second_finger_helps = std::min(good, fingers_of_most(search.persons)) < 2;
  const double of_comparable = out.second_finger_helps ? *best : *best * kSecondFinger;
  const double comparable =
      static_cast<double>(search.receipt.comparable) / static_cast<double>(search.receipt.searched);
  out.rate = 1 - comparable * (1 - of_comparable);
  return out;
}

}  // namespace whorl::engine
