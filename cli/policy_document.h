// whorl policy document: the papers for a data protection officer. Private to this room.
#pragma once

#include "cli/verb.h"

namespace whorl::cli {

void add_policy_document(CLI::App& policy, Chosen& chosen);

}  // namespace whorl::cli
