#include "member/open_record.h"

#include <algorithm>

namespace whorl::member {

Result<OpenRecord> open_record(engine::Service& service, const Shield& shield, const MemberConfig& config,
                               const Standing& standing, const std::string& person_id, const std::string& asker,
                               const std::string& purpose) {
  const std::string from = standing.policy.short_name_of(asker).value_or("");
  const auto open = exchange::galleries_for(standing.national, from);
  // The node reads for itself; whether the caller may decide is settled before.
  WHORL_ASSIGN(auto all, service.encounters(engine::Call(), person_id));
  const engine::Protection known = shield.of(person_id);
  OpenRecord out;
  for (engine::EncounterView& each : all) {
    if (hidden_by(known, each.galleries, config, standing.policy, from, purpose)) return OpenRecord{{}, true};
    const bool is_open = std::find_first_of(each.galleries.begin(), each.galleries.end(), open.begin(), open.end()) !=
                         each.galleries.end();
    if (is_open && each.active) out.encounters.push_back(std::move(each));
  }
  return out;
}

}  // namespace whorl::member
