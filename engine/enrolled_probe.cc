#include "engine/enrolled_probe.h"

#include "engine/best_samples.h"

namespace whorl::engine {

Result<std::vector<Sample>> samples_of(const EngineState& state, const EnrolledProbe& probe) {
  if (probe.encounter_id) {
    WHORL_ASSIGN(auto record, state.gallery->encounter(probe.person_id, *probe.encounter_id));
    std::vector<index::EncounterRecord> one;
    one.push_back(std::move(record));
    return best_samples(one);
  }
  WHORL_ASSIGN(const auto records, state.gallery->encounters(probe.person_id));
  return best_samples(records);
}

}  // namespace whorl::engine
