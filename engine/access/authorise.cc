#include "engine/access/authorise.h"

#include "base/catalogue.h"

namespace whorl::access {

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
