#include "engine/access/authorise.h"

#include <algorithm>

#include "base/catalogue.h"

namespace whorl::access {

bool may(const engine::Principal& who, std::string_view scope) {
  if (who.is_local()) return true;
  return !scope.empty() && std::find(who.scopes.begin(), who.scopes.end(), scope) != who.scopes.end();
}

bool may_use_gallery(const engine::Principal& who, std::string_view gallery) {
  if (who.is_local() || !who.galleries) return true;
  if (gallery == kAllGalleries) return false;
  return std::find(who.galleries->begin(), who.galleries->end(), gallery) != who.galleries->end();
}

Status authorise(const engine::Principal& who, std::string_view scope) {
  if (may(who, scope)) return {};
  return failure(ErrorCode::kScopeLacking, with<"scope">(scope));
}

Status authorise(const engine::Principal& who, std::string_view scope, std::span<const std::string> galleries) {
  WHORL_TRY(authorise(who, scope));
  for (const std::string& gallery : galleries) {
    if (!may_use_gallery(who, gallery)) return failure(ErrorCode::kGalleryForbidden);
  }
  return {};
}

}  // namespace whorl::access
