#include "engine/sequence_check.h"

#include <string>

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
      return invalid_input("the " + std::string(name_of(fingers[b].position)) + " and the " +
                               std::string(name_of(fingers[a].position)) +
                               " are the same finger: capture again the one whose name is wrong",
                           FieldPath("fingers", a));
    }
  }
  return {};
}

}  // namespace whorl::engine
