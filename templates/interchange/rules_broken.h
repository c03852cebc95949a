// The rules that a file breaks, for a sentence or a record.
#pragma once

#include <string>

#include "templates/interchange/finding.h"

namespace whorl::interchange {

// "FMR-03, GEN-02", of findings of this severity, each rule once in the order of the file; empty where there is none.
std::string rules_broken(const Findings& findings, Severity severity);

}  // namespace whorl::interchange
