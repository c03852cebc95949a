#include "engine/access/roles.h"

#include <algorithm>

#include "base/catalogue.h"
#include "engine/access/scopes.h"

namespace whorl::access {
namespace {

constexpr std::string_view kOfficer[] = {scope::kEnrol,       scope::kIdentify,     scope::kVerify,
                                         scope::kGalleryRead, scope::kSampleAssess, scope::kExplain,
                                         scope::kExchangeAsk, scope::kCaseOpen};
constexpr std::string_view kRelease[] = {scope::kReleaseDecide};
constexpr std::string_view kProtection[] = {scope::kProtectionWrite, scope::kHoldWrite};
constexpr std::string_view kReviewer[] = {scope::kCaseDecide, scope::kSampleAssess};
constexpr std::string_view kAnalyst[] = {scope::kEvaluationRead, scope::kThresholdPropose};
constexpr std::string_view kOperator[] = {scope::kMetricsRead, scope::kKeysAdmin};
constexpr std::string_view kSupervisor[] = {scope::kAuditRead, scope::kPolicyAdmin, scope::kEvaluationRead,
                                            scope::kThresholdApprove};

// An operator sees no samples, records or cases; an analyst no records; a supervisor does nothing else at all.
constexpr std::string_view kNotBesideProtection[] = {"officer", "analyst", "operator", "supervisor"};
constexpr std::string_view kNotBesideRecords[] = {"analyst", "operator", "supervisor"};
constexpr std::string_view kNotBesideOfficer[] = {"protection", "analyst", "operator", "supervisor"};
constexpr std::string_view kNotBesideOffice[] = {"officer", "release", "protection", "reviewer", "supervisor"};
constexpr std::string_view kNotBesideSupervisor[] = {"officer",  "release", "protection",
                                                     "reviewer", "analyst", "operator"};

constexpr RoleRow kRoles[] = {
    {"officer", kOfficer, kNotBesideOfficer},          {"release", kRelease, kNotBesideRecords},
    {"protection", kProtection, kNotBesideProtection}, {"reviewer", kReviewer, kNotBesideRecords},
    {"analyst", kAnalyst, kNotBesideOffice},           {"operator", kOperator, kNotBesideOffice},
    {"supervisor", kSupervisor, kNotBesideSupervisor},
};

const RoleRow* row_of(std::string_view name) {
  const auto* const at =
      std::find_if(std::begin(kRoles), std::end(kRoles), [&](const RoleRow& row) { return row.name == name; });
  return at == std::end(kRoles) ? nullptr : at;
}

}  // namespace

std::span<const RoleRow> role_rows() { return kRoles; }

bool is_role(std::string_view name) { return row_of(name) != nullptr; }

std::vector<std::string> scopes_of_roles(std::span<const std::string> roles) {
  std::vector<std::string> names;
  for (const std::string& role : roles) {
    if (const RoleRow* row = row_of(role)) names.insert(names.end(), row->scopes.begin(), row->scopes.end());
  }
  return with_included(names);
}

Status check_roles(std::span<const std::string> roles) {
  for (const std::string& role : roles) {
    const RoleRow* row = row_of(role);
    if (row == nullptr) continue;
    for (const std::string& other : roles) {
      if (std::find(row->never.begin(), row->never.end(), other) == row->never.end()) continue;
      return failure(ErrorCode::kRolesContradict, with<"role">(role), with<"other">(other));
    }
  }
  return {};
}

}  // namespace whorl::access
