// The verbs of whorl audit that need no gallery but a log that was exported, or a proof. Private to cli/.
#pragma once

#include "cli/verb.h"

namespace whorl::cli {

void add_audit_checks(CLI::App& audit, Chosen& chosen);

}  // namespace whorl::cli
