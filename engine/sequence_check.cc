#include "engine/sequence_check.h"

#include "base/catalogue.h"
#include "index/prepare.h"

namespace whorl::engine {
namespace {

bool named(const ReadSample& finger) { return finger.content && finger.finger() != FingerPosition::kUnknown; }

}  // namespace

Status require_distinct_fingers(const std::vector<ReadSample>& samples, const Calibration& calibration) {
  const auto fingers = of_modality(samples, Modality::kFinger);
  for (std::size_t a = 0; a < fingers.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const ReadSample& one = *fingers[a];
      const ReadSample& other = *fingers[b];
      if (!named(one) || !named(other) || one.finger() == other.finger()) continue;
      const double score = index::compare_prepared(one.content->prepared(), other.content->prepared());
      if (calibration.db(score) < kOneFingerDb) continue;
      return failure(ErrorCode::kOneFingerTwice, FieldPath("samples", one.sample),
                     with<"finger">(name_of(other.finger())), with<"other_finger">(name_of(one.finger())));
    }
  }
  return {};
}

Status require_enrollable(const std::vector<ReadSample>& read, const EngineConfig& config) {
  WHORL_TRY(require_quality(read, config.min_quality));
  return require_distinct_fingers(read, *config.calibrations[Modality::kFinger]);
}

}  // namespace whorl::engine
