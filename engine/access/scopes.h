// What can be allowed: scopes, by their names. OSIA's are as OSIA has them (ABIS 1.6.0); the others begin with
// "whorl.".
//
// Thread-safe: constants and pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace whorl::access {

namespace scope {
inline constexpr std::string_view kEncounterWrite = "abis.encounter.write";
inline constexpr std::string_view kEncounterRead = "abis.encounter.read";
inline constexpr std::string_view kIdentify = "abis.identify";
inline constexpr std::string_view kVerify = "abis.verify";
inline constexpr std::string_view kGalleryRead = "abis.gallery.read";
inline constexpr std::string_view kTaskRead = "abis.task.read";
inline constexpr std::string_view kTaskUpdate = "abis.task.update";
// Parts of OSIA's abis.encounter.write, for those who may do one and not the other.
inline constexpr std::string_view kEnrol = "whorl.encounter.enrol";
inline constexpr std::string_view kErase = "whorl.encounter.erase";
// People below the review line are named in a search's answer.
inline constexpr std::string_view kShowAll = "whorl.identify.show_all";
// Samples are assessed: nobody enrolled is looked at.
inline constexpr std::string_view kSampleAssess = "whorl.sample.assess";
// A comparison with one person is shown with drawings of what is kept of them.
inline constexpr std::string_view kExplain = "whorl.comparison.explain";
// A whole gallery is looked through for people who are in it twice, and the pairs are read.
inline constexpr std::string_view kDedupe = "whorl.gallery.dedupe";
inline constexpr std::string_view kMetricsRead = "whorl.metrics.read";
// A legal hold is set and lifted.
inline constexpr std::string_view kHoldWrite = "whorl.hold.write";
// Of an exchange with other members.
inline constexpr std::string_view kExchangeAsk = "whorl.exchange.ask";
inline constexpr std::string_view kProtectionWrite = "whorl.protection.write";
// Leaves of the audit log are read; its head and proofs are for everybody who is signed in.
inline constexpr std::string_view kAuditRead = "whorl.audit.read";
inline constexpr std::string_view kReleaseDecide = "whorl.release.decide";
// Of what waits for a person: opening a case, deciding one; both include seeing what became of it.
inline constexpr std::string_view kCaseOpen = "whorl.case.open";
inline constexpr std::string_view kCaseDecide = "whorl.case.decide";
inline constexpr std::string_view kCaseRead = "whorl.case.read";
// What was measured, and a threshold that one person proposes and another decides.
inline constexpr std::string_view kEvaluationRead = "whorl.evaluation.read";
inline constexpr std::string_view kThresholdPropose = "whorl.threshold.propose";
inline constexpr std::string_view kThresholdApprove = "whorl.threshold.approve";
// Keys of the node are changed: that of offline desks, over HTTP.
inline constexpr std::string_view kKeysAdmin = "whorl.keys.admin";
// For what is planned: no route asks for it yet.
inline constexpr std::string_view kPolicyAdmin = "whorl.policy.admin";
}  // namespace scope

struct ScopeRow {
  std::string_view name;
  std::string_view allows;                          // for a person to read
  std::span<const std::string_view> includes = {};  // scopes that whoever has this one has too
};

// Every scope there is, in the order of docs/access.md.
std::span<const ScopeRow> scope_rows();
bool is_scope(std::string_view name);

// Those of `names` that are scopes here, with what they include; in order of name, none twice. A token names scopes of
// other services too: they are left out.
std::vector<std::string> with_included(std::span<const std::string> names);

// What stands in both. Both in order of name.
std::vector<std::string> common_scopes(std::span<const std::string> a, std::span<const std::string> b);

}  // namespace whorl::access
