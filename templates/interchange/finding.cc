#include "templates/interchange/finding.h"

#include <algorithm>

namespace whorl::interchange {

std::string_view name_of(Severity severity) { return severity == Severity::kError ? "error" : "warning"; }

void Findings::error(std::string_view rule, std::size_t offset, std::string text) {
  add({rule, Severity::kError, offset, std::move(text)});
}

void Findings::warning(std::string_view rule, std::size_t offset, std::string text) {
  add({rule, Severity::kWarning, offset, std::move(text)});
}

void Findings::add(Finding finding) {
  (finding.severity == Severity::kError ? errors_ : warnings_) += 1;
  if (all_.size() < kMost) all_.push_back(std::move(finding));
}

void Findings::take(const Findings& part, std::size_t base) {
  for (Finding finding : part.all()) {
    finding.offset += base;
    add(std::move(finding));
  }
}

bool Findings::has(std::string_view rule) const {
  return std::any_of(all_.begin(), all_.end(), [=](const Finding& each) { return each.rule == rule; });
}

}  // namespace whorl::interchange
