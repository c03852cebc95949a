// What people are to a node, and what each role may do: one table, as data. Machines have no roles.
//
// Thread-safe: constants and pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace whorl::access {

struct RoleRow {
  std::string_view name;
  std::span<const std::string_view> scopes;  // what it may do; all else is denied
  std::span<const std::string_view> never;   // roles that the same person must not have
};

// Every role there is, in the order of docs/access.md.
std::span<const RoleRow> role_rows();
bool is_role(std::string_view name);

// The scopes of all of them together, with what these include; in order of name. Names that are no role allow nothing.
std::vector<std::string> scopes_of_roles(std::span<const std::string> roles);

// Errors: kUnauthorised (roles_contradict) where two of them must not meet in one person.
Status check_roles(std::span<const std::string> roles);

}  // namespace whorl::access
