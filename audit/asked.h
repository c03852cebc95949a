// Who asks for something that the audit log tells of, and why; and which leaf tells it.
//
// Thread-safety: a plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/sha256.h"

namespace whorl::audit {

// A leaf that is on the disk: what its holder needs to ask for its proof.
struct Noted {
  std::optional<std::uint64_t> n = {};  // empty: there is none
  Sha256 hash = {};                     // of the leaf in the tree
};

// The default is the local user: whoever may open the gallery's files. None of it stands in the log in the clear but
// `auth`, `role` and `purpose`, which are words of the product and of the policy.
struct Asked {
  std::string issuer = {};        // who vouches for them; empty for the local user
  std::string subject = "local";  // the issuer's name for them
  std::string auth = "nothing";   // how they signed in: "token", "certificate", "password"
  std::string role = {};          // "officer", or several: "officer,reviewer"
  std::string purpose = {};       // as the policy names it; empty where nothing asks for one
  std::string request_id = {};    // as it stands in the node's own log
  // The accepted task that this is the work of, empty for none, and what it is answered: kept in the effect's batch, so
  // that the task is done if and only if its effect is. Not told to the log.
  std::string task = {};
  std::string task_answer = {};
  // Where the (first) leaf is told once it is on disk; null: nowhere. Outlives the call.
  Noted* noted = nullptr;
};

}  // namespace whorl::audit
