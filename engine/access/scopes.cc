#include "engine/access/scopes.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace whorl::access {
namespace {

constexpr std::string_view kOfEncounterWrite[] = {scope::kEnrol, scope::kErase};

constexpr std::string_view kOfCases[] = {scope::kCaseRead};

constexpr ScopeRow kScopes[] = {
    {scope::kEncounterWrite, "enrol, change, merge, move and erase encounters and persons", kOfEncounterWrite},
    {scope::kEncounterRead, "read what is kept of an encounter"},
    {scope::kIdentify, "search a gallery"},
    {scope::kVerify, "compare with one person"},
    {scope::kGalleryRead, "list the galleries and who is in them"},
    {scope::kTaskRead, "see how far a task of one's own is"},
    {scope::kTaskUpdate, "have the result of a task of one's own sent again"},
    {scope::kEnrol, "enrol encounters"},
    {scope::kErase, "erase encounters and persons"},
    {scope::kDedupe, "look through a whole gallery for people who are in it twice, and read the pairs"},
    {scope::kShowAll, "see people below the review line of a search"},
    {scope::kSampleAssess, "assess samples"},
    {scope::kExplain, "see what a comparison with one person stands on"},
    {scope::kMetricsRead, "read the metrics, and how the node does"},
    {scope::kHoldWrite, "set and lift legal holds"},
    {scope::kExchangeAsk, "ask other members"},
    {scope::kReleaseDecide, "decide what is released to other members"},
    {scope::kProtectionWrite, "see hits that other members were not told of; set who is protected from them"},
    {scope::kCaseOpen, "have people decide an undecided search or a duplicate", kOfCases},
    {scope::kCaseDecide, "decide undecided searches and duplicates", kOfCases},
    {scope::kCaseRead, "see what became of a case of one's own"},
    {scope::kEvaluationRead, "read evaluations"},
    {scope::kThresholdPropose, "propose thresholds"},
    {scope::kThresholdApprove, "approve thresholds"},
    {scope::kAuditRead, "read the leaves of the audit log"},
    {scope::kKeysAdmin, "rotate keys; back up"},
    {scope::kPolicyAdmin, "activate policy"},
};

const ScopeRow* row_of(std::string_view name) {
  const auto* const at =
      std::find_if(std::begin(kScopes), std::end(kScopes), [&](const ScopeRow& row) { return row.name == name; });
  return at == std::end(kScopes) ? nullptr : at;
}

}  // namespace

std::span<const ScopeRow> scope_rows() { return kScopes; }

bool is_scope(std::string_view name) { return row_of(name) != nullptr; }

std::vector<std::string> with_included(std::span<const std::string> names) {
  std::set<std::string> out;
  for (const std::string& name : names) {
    const ScopeRow* row = row_of(name);
    if (row == nullptr) continue;
    out.insert(name);
    out.insert(row->includes.begin(), row->includes.end());
  }
  return {out.begin(), out.end()};
}

std::vector<std::string> common_scopes(std::span<const std::string> a, std::span<const std::string> b) {
  std::vector<std::string> out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

}  // namespace whorl::access
