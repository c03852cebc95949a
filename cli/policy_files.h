// The region's policy from its file, for the verbs that read it. Private to this room.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "exchange/policy/policy_note.h"

namespace whorl::cli {

struct PolicyFiles {
  std::string policy;               // the note, or the TOML text
  std::vector<std::string> office;  // keys; without them no signature is looked at
  std::string directory;            // a note; wanted where there are keys
  std::string at;                   // empty: now
};

struct ReadPolicy {
  exchange::OpenedPolicy opened;
  std::optional<exchange::Directory> directory;  // where the signatures were looked at, and fit
};

// Errors: those of open_directory, open_policy and parse_policy.
Result<ReadPolicy> read_policy(const PolicyFiles& files);

}  // namespace whorl::cli
