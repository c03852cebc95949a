#include "engine/part.h"

#include "templates/fingerprint/compare/prepared.h"

namespace whorl::engine {

bool PreparedContent::minutiae_alone() const {
  return modality() == Modality::kFinger && fingerprint::PreparedView::of_sound(prepared_.bytes).minutiae_alone();
}

}  // namespace whorl::engine
