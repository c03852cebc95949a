#include "templates/interchange/rules_broken.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace whorl::interchange {

std::string rules_broken(const Findings& findings, Severity severity) {
  std::vector<std::string_view> rules;
  for (const Finding& each : findings.all()) {
    const bool seen = std::find(rules.begin(), rules.end(), each.rule) != rules.end();
    if (each.severity == severity && !seen) rules.push_back(each.rule);
  }
  std::string out;
  for (const std::string_view rule : rules) out += (out.empty() ? "" : ", ") + std::string(rule);
  return out;
}

}  // namespace whorl::interchange
