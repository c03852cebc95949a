#include "engine/access/guarded_thresholds.h"

#include <algorithm>

#include "base/catalogue.h"

namespace whorl::access {
namespace {

// Every gallery's setting is of them all.
bool may_use(const engine::Principal& who, const std::string& gallery_id) {
  return may_use_gallery(who, gallery_id.empty() ? kAllGalleries : std::string_view(gallery_id));
}

}  // namespace

// What every gallery goes by is told to everybody: it is what their own goes by, where it has none.
Result<engine::ThresholdSettings> GuardedThresholds::settings(const engine::Call& call) {
  WHORL_TRY(authorise(call.who, scope::kEvaluationRead));
  WHORL_ASSIGN(auto out, inner_.settings(call));
  std::erase_if(out.in_force,
                [&](const auto& each) { return !each.gallery_id.empty() && !may_use(call.who, each.gallery_id); });
  std::erase_if(out.changes, [&](const auto& each) {
    return !each.what.gallery_id.empty() && !may_use(call.who, each.what.gallery_id);
  });
  return out;
}

Result<engine::ThresholdChange> GuardedThresholds::propose(const engine::Call& call,
                                                           const engine::ThresholdProposal& proposal) {
  WHORL_TRY(authorise(call.who, scope::kThresholdPropose));
  if (!may_use(call.who, proposal.gallery_id)) return failure(ErrorCode::kGalleryForbidden, "gallery_id");
  return inner_.propose(call, proposal);
}

Status GuardedThresholds::require_gallery_of(const engine::Call& call, const std::string& id) {
  if (!call.who.galleries) return {};
  WHORL_ASSIGN(const auto all, inner_.settings(call));
  const auto found = std::find_if(all.changes.begin(), all.changes.end(), [&](const auto& c) { return c.id == id; });
  if (found != all.changes.end() && !may_use(call.who, found->what.gallery_id)) {
    return failure(ErrorCode::kGalleryForbidden);
  }
  return {};
}

Result<engine::ThresholdChange> GuardedThresholds::decide(const engine::Call& call, const std::string& id, bool approve,
                                                          const std::string& reason) {
  WHORL_TRY(authorise(call.who, scope::kThresholdApprove));
  WHORL_TRY(require_gallery_of(call, id));
  return inner_.decide(call, id, approve, reason);
}

Result<engine::ThresholdChange> GuardedThresholds::withdraw(const engine::Call& call, const std::string& id) {
  WHORL_TRY(authorise(call.who, scope::kThresholdPropose));
  WHORL_TRY(require_gallery_of(call, id));
  return inner_.withdraw(call, id);
}

}  // namespace whorl::access
