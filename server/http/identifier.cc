#include "server/http/identifier.h"

#include "base/catalogue.h"
#include "base/identifier.h"

namespace whorl::server {

Status check_id(std::string_view id, const FieldPath& field) {
  if (is_dot_segment(id)) return failure(ErrorCode::kDotSegment, field);
  if (is_identifier(id)) return {};
  return failure(ErrorCode::kIdentifierMalformed, field);
}

}  // namespace whorl::server
