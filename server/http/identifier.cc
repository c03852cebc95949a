#include "server/http/identifier.h"

#include <algorithm>

#include "base/limits.h"

namespace whorl::server {

Status check_id(std::string_view id, const FieldPath& field) {
  if (id == "." || id == "..") return invalid_input("must not be a dot segment ('.' or '..')", field);
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == ':' || c == '-';
  };
  if (!id.empty() && id.size() <= limits::kIdBytes && std::all_of(id.begin(), id.end(), allowed)) return {};
  return invalid_input("must be 1 to 128 letters, digits, '.', '_', ':' or '-'", field);
}

}  // namespace whorl::server
