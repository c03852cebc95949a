// Who asks for something that the audit log tells of, and why.
//
// Thread-safety: a plain value.
#pragma once

#include <string>

namespace whorl::audit {

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
};

}  // namespace whorl::audit
