#include "engine/sequence_check.h"

#include "base/catalogue.h"
#include "templates/fingerprint/compare/compare.h"

namespace whorl::engine {
namespace {

bool named(const ReadFinger& finger) { return finger.print && finger.position != FingerPosition::kUnknown; }

}  // namespace

Status require_distinct_fingers(const std::vector<ReadFinger>& fingers, const Calibration& calibration) {
  for (std::size_t a = 0; a < fingers.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      if (!named(fingers[a]) || !named(fingers[b])) continue;
      const auto comparison = fingerprint::compare(fingers[a].print->prepared(), fingers[b].print->prepared());
      if (calibration.db(comparison.score) < kOneFingerDb) continue;
      return failure(ErrorCode::kOneFingerTwice, FieldPath("samples", fingers[a].sample),
                     with<"finger">(name_of(fingers[b].position)), with<"other_finger">(name_of(fingers[a].position)));
    }
  }
  return {};
}

}  // namespace whorl::engine
