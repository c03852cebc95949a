#include "base/field.h"

#include <ostream>
#include <utility>

namespace whorl {

FieldPath::FieldPath(std::string name) {
  if (!name.empty()) steps_.push_back({std::move(name), std::nullopt});
}
FieldPath::FieldPath(std::string_view name) : FieldPath(std::string(name)) {}
FieldPath::FieldPath(const char* name) : FieldPath(std::string(name)) {}
FieldPath::FieldPath(std::string_view list, std::size_t index) { steps_.push_back({std::string(list), index}); }

std::string FieldPath::text() const {
  std::string out;
  for (const Step& step : steps_) {
    if (!out.empty() && !step.name.empty()) out += '.';
    out += step.name;
    if (!step.index) continue;
    out += '[';
    out += std::to_string(*step.index);
    out += ']';
  }
  return out;
}

FieldPath FieldPath::operator/(const FieldPath& inner) const {
  FieldPath out = *this;
  out.steps_.insert(out.steps_.end(), inner.steps_.begin(), inner.steps_.end());
  return out;
}

std::ostream& operator<<(std::ostream& out, const FieldPath& path) { return out << path.text(); }

}  // namespace whorl
