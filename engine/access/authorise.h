// Whether somebody may do something: what is not allowed is denied.
//
// Thread-safe: pure functions.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/call.h"

namespace whorl::access {

// "ALL" of a search: whoever may not use every gallery may not say it.
inline constexpr std::string_view kAllGalleries = "ALL";

[[nodiscard]] inline bool may(const engine::Principal& who, std::string_view scope) {
  if (who.is_local()) return true;
  return !scope.empty() && std::find(who.scopes.begin(), who.scopes.end(), scope) != who.scopes.end();
}
[[nodiscard]] inline bool may_use_gallery(const engine::Principal& who, std::string_view gallery) {
  if (who.is_local() || !who.galleries) return true;
  if (gallery == kAllGalleries) return false;
  return std::find(who.galleries->begin(), who.galleries->end(), gallery) != who.galleries->end();
}

// Errors: kUnauthorised (scope_lacking), naming the scope. An empty one is allowed to nobody but the local user.
Status authorise(const engine::Principal& who, std::string_view scope);
// The same, and each of the galleries. Errors: also kUnauthorised (gallery_not_allowed), whether it exists or not.
Status authorise(const engine::Principal& who, std::string_view scope, std::span<const std::string> galleries);

}  // namespace whorl::access
