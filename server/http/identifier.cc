#include "server/http/identifier.h"

#include "base/identifier.h"

namespace whorl::server {

Status check_id(std::string_view id, const FieldPath& field) {
  if (is_dot_segment(id)) return invalid_input("must not be a dot segment ('.' or '..')", field);
  if (is_identifier(id)) return {};
  return invalid_input("must be 1 to 128 letters, digits, '.', '_', ':' or '-'", field);
}

}  // namespace whorl::server
