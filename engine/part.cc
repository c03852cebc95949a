#include "engine/part.h"

#include "templates/fingerprint/compare/prepared.h"

namespace whorl::engine {

bool PreparedContent::minutiae_alone() const {
  return modality() == Modality::kFinger && fingerprint::PreparedView::of_sound(prepared_.bytes).minutiae_alone();
}

Awaited<PartAnswer> Part::begin_search(const Probe& probe, const Query& query, Deadline deadline) {
  return [&, this, deadline] { return search(probe, query, deadline); };
}

Awaited<ScoredPerson> Part::begin_compare(const Probe& probe, const std::string& gallery_id,
                                          const std::string& person_id, Deadline deadline) {
  return [&, this, deadline] { return compare(probe, gallery_id, person_id, deadline); };
}

}  // namespace whorl::engine
