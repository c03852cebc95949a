// A policy as members exchange it: a signed note (crypto/log/note.h) of its TOML text.
//
// Thread-safe: pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/log/note.h"
#include "exchange/directory/directory.h"
#include "exchange/policy/policy.h"

namespace whorl::exchange {

struct OpenedPolicy {
  Policy policy;                         // of those who signed
  std::vector<std::string> absent = {};  // short names of members that are in the text and have not signed
};

// Signed by one of the office's keys; each member signs with the note key that the directory has of it. A member that
// has not signed, or is not in the directory, is absent: nobody may ask it, and it may ask nobody. Errors:
// policy_not_signed; kCorruption where a known signature does not fit; those of crypto::SignedNote::parse and
// parse_policy.
Result<OpenedPolicy> open_policy(std::string_view note, std::span<const crypto::NoteVerifier> office,
                                 const Directory& directory);

}  // namespace whorl::exchange
