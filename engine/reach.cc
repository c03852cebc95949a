#include "engine/reach.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "engine/fusion.h"

namespace whorl::engine {
namespace {

// More than this share of the people enrolled would be missed: likelier than not.
constexpr double kMostMissed = 0.5;
// A request has no threshold below it (validate.h).
constexpr double kLeastThreshold_db = 10.0;

// A calibrated face in the probe: what is missed without it says too much.
bool face_counts(const Probe& probe, const Calibrations& calibrations) {
  return calibrations[Modality::kFace] != nullptr && !probe.of(Modality::kFace).empty();
}

// Too many would be missed at that line.
bool beyond(const Probe& probe, const Calibrations& calibrations, const SearchFigures& search, double review_db) {
  const double most = most_db(probe, calibrations);
  if (most > 0 && review_db > most) return true;
  if (face_counts(probe, calibrations)) return false;
  const auto miss = miss_at(probe, calibrations, search, review_db);
  return miss && miss->rate > kMostMissed;
}

// A tenth of a decibel less or as much, as sentences have it: who asks for what they read is not told the same again.
double tenths_below(double db) {
  constexpr double kTenths = 10.0;
  return std::floor(db * kTenths) / kTenths;
}

}  // namespace

double most_db(const Probe& probe, const Calibrations& calibrations) {
  ByModality<std::vector<double>> values;
  for (const ModalityRow& row : modalities()) {
    const Calibration* const calibration = calibrations[row.modality];
    if (calibration == nullptr) continue;
    std::set<std::uint32_t> groups;
    for (const ProbeSample* sample : probe.of(row.modality)) groups.insert(sample->group);
    values[row.modality].assign(groups.size(), calibration->max_db());
  }
  return brown_db(values, correlations());
}

std::optional<ExpectedMiss> miss_at(const Probe& probe, const Calibrations& calibrations, const SearchFigures& search,
                                    double review_db) {
  const Calibration* const fingers = calibrations[Modality::kFinger];
  if (fingers == nullptr) return {};
  auto out = expected_miss(probe, *fingers, search, review_db);
  if (out && review_db > most_db(probe, calibrations)) out->rate = 1;
  return out;
}

std::optional<OutOfReach> out_of_reach(const Probe& probe, const Calibrations& calibrations,
                                       const SearchFigures& search, const Rules& rules) {
  if (!beyond(probe, calibrations, search, rules.review_db)) return {};
  double within = 0;
  double without = rules.review_db;
  if (beyond(probe, calibrations, search, within)) return OutOfReach{};
  constexpr double kNear_db = 0.01;
  while (without - within > kNear_db) {
    const double middle = (within + without) / 2;
    (beyond(probe, calibrations, search, middle) ? without : within) = middle;
  }
  const double threshold_db = tenths_below(within + rules.threshold_db - rules.review_db);
  return threshold_db < kLeastThreshold_db ? OutOfReach{} : OutOfReach{threshold_db};
}

}  // namespace whorl::engine
