// What another member may be given of a person, as it stands now. Thread-safety: of what it is given.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/service.h"
#include "member/shield.h"

namespace whorl::member {

struct OpenRecord {
  std::vector<engine::EncounterView> encounters;  // active, in a gallery that is open to the asker; none: nothing is
  bool hidden = false;                            // a rule hides the person from it now; `encounters` is empty then
};

// `asker`: the member's name. Errors: kNotFound (nobody is called so any more), and those of Service::encounters.
Result<OpenRecord> open_record(engine::Service& service, const Shield& shield, const MemberConfig& config,
                               const Standing& standing, const std::string& person_id, const std::string& asker,
                               const std::string& purpose);

}  // namespace whorl::member
