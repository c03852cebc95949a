// Reads samples, numbers physical fingers, and makes a probe of them.
#include "engine/read_probe.h"

#include <algorithm>

#include "engine/fusion.h"
#include "engine/sequence_check.h"
#include "templates/fingerprint/compare/compare.h"

namespace whorl::engine {
namespace {

void join(std::vector<ProbeFinger>& fingers, std::uint32_t from, std::uint32_t to) {
  for (ProbeFinger& finger : fingers) {
    if (finger.group == from) finger.group = to;
  }
}

// Numbers the probe's fingers so that captures of one physical finger have one number, also where they have two names:
// fingers are mixed up when captured.
void group_fingers(std::vector<ProbeFinger>& fingers, const Calibration& calibration) {
  for (std::size_t a = 0; a < fingers.size(); ++a) fingers[a].group = static_cast<std::uint32_t>(a);
  for (std::size_t a = 0; a < fingers.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      if (fingers[a].group == fingers[b].group) continue;
      const auto comparison = fingerprint::compare(fingers[a].print.prepared(), fingers[b].print.prepared());
      if (calibration.db(comparison.score) >= kSameFingerDb) join(fingers, fingers[a].group, fingers[b].group);
    }
  }
}

}  // namespace

bool ReadProbe::usable() const {
  const bool finger =
      std::any_of(probe.fingers.begin(), probe.fingers.end(), [](const ProbeFinger& f) { return f.decisive; });
  return finger || (probe.face && probe.face->decisive);
}

Error in_samples(Error error, const std::vector<Sample>& samples) {
  std::vector<FieldPath::Step> steps = error.field.steps();
  if (steps.empty() || (steps[0].name != "face" && steps[0].name != "fingers")) return error;
  const Modality wanted = steps[0].name == "face" ? Modality::kFace : Modality::kFinger;
  std::size_t before = steps[0].index.value_or(0);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (samples[i].modality != wanted || before-- > 0) continue;
    steps[0] = {"samples", i};
    error.field = FieldPath(std::move(steps));
    break;
  }
  return error;
}

std::vector<SampleQuality> qualities(const std::vector<ReadFinger>& fingers, const std::optional<ReadFace>& face) {
  std::vector<SampleQuality> out;
  for (const ReadFinger& finger : fingers) out.push_back(finger.quality);
  if (!face) return out;
  const auto before =
      std::count_if(fingers.begin(), fingers.end(), [&](const ReadFinger& f) { return f.sample < face->sample; });
  out.insert(out.begin() + before, face->quality);
  return out;
}

Result<ReadProbe> read_probe(const std::vector<Sample>& samples, const EngineConfig& config, const Workers& workers,
                             const fingerprint::Stop& stop) {
  WHORL_ASSIGN(auto read, read_fingers(samples, config, workers, stop));
  WHORL_ASSIGN(auto read_face_of, read_face(samples, config));
  ReadProbe out{{}, qualities(read, read_face_of), false};
  WHORL_TRY(require_distinct_fingers(read, config.calibration));
  for (ReadFinger& finger : read) {
    out.resolution_doubtful = out.resolution_doubtful || finger.resolution_doubtful;
    if (!finger.print) continue;
    const bool decisive = finger.quality.quality >= config.min_quality && !finger.resolution_doubtful;
    out.probe.fingers.push_back({finger.position, std::move(*finger.print), decisive, 0});
  }
  group_fingers(out.probe.fingers, config.calibration);
  if (!read_face_of) return out;
  const bool decisive = config.face_calibration && read_face_of->quality.quality >= config.min_quality;
  out.probe.face = ProbeFace{std::move(read_face_of->face), decisive};
  return out;
}

}  // namespace whorl::engine
