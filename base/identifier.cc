#include "base/identifier.h"

#include <algorithm>

#include "base/catalogue.h"
#include "base/limits.h"

namespace whorl {
namespace {

bool is_id_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == ':' || c == '-';
}

}  // namespace

bool is_identifier(std::string_view id) {
  return !id.empty() && id.size() <= limits::kIdBytes && std::all_of(id.begin(), id.end(), is_id_byte);
}

bool is_dot_segment(std::string_view id) { return id == "." || id == ".."; }

Status check_id(std::string_view id, const FieldPath& field) {
  if (is_dot_segment(id)) return failure(ErrorCode::kDotSegment, field);
  if (is_identifier(id)) return {};
  return failure(ErrorCode::kIdentifierMalformed, field);
}

}  // namespace whorl
