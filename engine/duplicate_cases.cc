#include "engine/duplicate_cases.h"

namespace whorl::engine {

Result<std::size_t> open_cases(CaseDesk& desk, const Call& call, const Duplicates& found) {
  std::size_t out = 0;
  for (const Duplicate& pair : found.pairs) {
    const CasePair about{found.state.gallery_id, {pair.person_id, {}}, {pair.other_person_id, {}}, pair.score_db};
    const auto opened = desk.open_pair(call, about, {});
    if (!opened.ok() && opened.error().kind == ErrorKind::kNotFound) continue;
    WHORL_TRY(opened);
    ++out;
  }
  return out;
}

}  // namespace whorl::engine
