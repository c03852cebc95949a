// Reads samples, numbers physical fingers, and makes a probe of them.
#include "engine/read_probe.h"

#include <algorithm>

#include "engine/fusion.h"
#include "engine/sequence_check.h"
#include "index/prepare.h"

namespace whorl::engine {
namespace {

// Numbers the probe's fingers so that captures of one physical finger have one number, also where they have two names:
// fingers are mixed up when captured.
void group_fingers(std::vector<ProbeSample>& samples, const Calibration& calibration) {
  std::vector<ProbeSample*> fingers;
  for (ProbeSample& each : samples) {
    if (each.modality() == Modality::kFinger) fingers.push_back(&each);
  }
  for (std::size_t a = 0; a < fingers.size(); ++a) fingers[a]->group = static_cast<std::uint32_t>(a);
  const auto join = [&](std::uint32_t from, std::uint32_t to) {
    for (ProbeSample* finger : fingers) {
      if (finger->group == from) finger->group = to;
    }
  };
  for (std::size_t a = 0; a < fingers.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      if (fingers[a]->group == fingers[b]->group) continue;
      const double score = index::compare_prepared(fingers[a]->content.prepared(), fingers[b]->content.prepared());
      if (calibration.db(score) >= kSameFingerDb) join(fingers[a]->group, fingers[b]->group);
    }
  }
}

}  // namespace

bool ReadProbe::usable() const {
  return std::any_of(probe.samples.begin(), probe.samples.end(), [](const ProbeSample& each) { return each.decisive; });
}

Error in_samples(Error error, const Probe& probe) {
  std::vector<std::size_t> places;
  for (const ProbeSample& each : probe.samples) places.push_back(each.sample);
  return in_request(std::move(error), "probe", places);
}

Result<ReadProbe> read_probe(const std::vector<Sample>& samples, const EngineConfig& config, const Workers& workers,
                             const fingerprint::Stop& stop) {
  WHORL_ASSIGN(auto read, read_samples(samples, config, workers, stop));
  ReadProbe out{{}, qualities(read), false};
  for (const ReadSample& each : read) out.ridge_periods_px500.push_back(each.ridge_period_px500);
  const Calibration& fingers = *config.calibrations[Modality::kFinger];
  WHORL_TRY(require_distinct_fingers(read, fingers));
  for (const ModalityRow& row : modalities()) {
    for (ReadSample& each : read) {
      if (each.modality() != row.modality) continue;
      out.resolution_doubtful = out.resolution_doubtful || each.resolution_doubtful;
      if (!each.content) continue;
      const bool decisive =
          config.calibrations[row.modality] && each.quality.quality >= config.min_quality && !each.resolution_doubtful;
      out.probe.samples.push_back({each.quality.position, std::move(*each.content), decisive, 0, false, each.sample});
    }
  }
  group_fingers(out.probe.samples, fingers);
  return out;
}

}  // namespace whorl::engine
