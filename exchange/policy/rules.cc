#include "exchange/policy/rules.h"

#include <algorithm>

namespace whorl::exchange {
namespace {

// Of a number that was written as text and read again.
constexpr double kRounding = 1e-9;

template <class T, class U>
bool holds(const std::vector<T>& list, const U& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// The youngest and the oldest that a group may be.
int least_age(AgeGroup age) {
  switch (age) {
    case AgeGroup::kUnder6: return 0;
    case AgeGroup::k6To13: return 6;
    case AgeGroup::k14To17: return 14;
    case AgeGroup::kAdult: return 18;
    case AgeGroup::kUnknown: return 0;
  }
  return 0;
}

const Purpose* purpose_of(const Policy& policy, std::string_view name) {
  const auto found = policy.purposes.find(std::string(name));
  return found == policy.purposes.end() ? nullptr : &found->second;
}

bool allows(const Purpose& purpose, std::string_view reason, std::string_view role, Lane lane) {
  return holds(purpose.reasons, reason) && holds(purpose.roles, role) && holds(purpose.lanes, lane);
}

// Whether `from` may ask `to` for it, whoever the person is.
bool pair_allows(const Policy& policy, std::string_view from, std::string_view to, std::string_view purpose) {
  const PairRules* pair = policy.pair(from, to);
  return pair != nullptr && holds(pair->purposes, purpose);
}

std::optional<LeftOut> left_out(const Policy& policy, const Ask& ask, const std::string& to, const PolicyMember& member,
                                const Purpose& purpose) {
  if (!pair_allows(policy, ask.from, to, ask.purpose)) return LeftOut::kPair;
  if (!member.responds) return LeftOut::kDoesNotRespond;
  if (!purpose.protect_subject) return std::nullopt;
  if (member.country == ask.country || holds(ask.avoid, member.country)) return LeftOut::kFeared;
  if (ask.country.empty() && !holds(purpose.safe_for_unknown, to)) return LeftOut::kCountryNotKnown;
  return std::nullopt;
}

bool is_hidden(const Hiding& hiding, std::string_view purpose) {
  return hiding.hidden && !holds(hiding.except, purpose);
}

}  // namespace

std::string_view name_of(LeftOut why) {
  switch (why) {
    case LeftOut::kPair: return "pair";
    case LeftOut::kDoesNotRespond: return "does_not_respond";
    case LeftOut::kFeared: return "feared";
    case LeftOut::kCountryNotKnown: return "country_not_known";
  }
  return {};
}

bool old_enough(const GeneralRules& rules, std::string_view purpose, AgeGroup age) {
  const auto own = rules.min_age_by_purpose.find(std::string(purpose));
  if (own != rules.min_age_by_purpose.end() && least_age(age) < own->second) return false;
  return age == AgeGroup::kUnknown || least_age(age) >= rules.min_age;
}

double fpir_share(const Policy& policy, std::string_view from, std::string_view purpose) {
  const auto asker = policy.fan_out.find(std::string(from));
  if (asker == policy.fan_out.end()) return 0;
  const auto members = asker->second.find(std::string(purpose));
  return members == asker->second.end() ? 0 : policy.rules.overall_fpir / static_cast<double>(members->second);
}

std::variant<SendPlan, Refusal> admit_send(const Policy& policy, const Ask& ask) {
  const Purpose* purpose = purpose_of(policy, ask.purpose);
  if (purpose == nullptr || !allows(*purpose, ask.reason, ask.role, ask.lane)) return Refusal::kPurpose;
  if (!old_enough(policy.rules, ask.purpose, ask.age)) return Refusal::kAge;
  SendPlan out;
  out.fpir_each = fpir_share(policy, ask.from, ask.purpose);
  for (const auto& [to, member] : policy.members) {
    if (to == ask.from || (!ask.members.empty() && !holds(ask.members, to))) continue;
    const auto why = left_out(policy, ask, to, member, *purpose);
    if (why) out.not_asked.push_back({to, *why});
    if (!why) out.members.push_back(to);
  }
  return out;
}

std::optional<Refusal> admit_receive(const Policy& policy, const Received& check) {
  if (policy.pair(check.from, check.to) == nullptr) return Refusal::kPair;
  const auto me = policy.members.find(check.to);
  if (me == policy.members.end() || !me->second.responds) return Refusal::kPair;
  const Purpose* purpose = purpose_of(policy, check.purpose);
  if (purpose == nullptr || !pair_allows(policy, check.from, check.to, check.purpose)) return Refusal::kPurpose;
  if (!allows(*purpose, check.reason, check.role, check.lane)) return Refusal::kPurpose;
  if (!old_enough(policy.rules, check.purpose, check.age)) return Refusal::kAge;
  if (purpose->psk && !check.psk) return Refusal::kPsk;
  if (!(check.fpir > 0) || check.fpir > fpir_share(policy, check.from, check.purpose) * (1 + kRounding))
    return Refusal::kFpir;
  return std::nullopt;
}

std::string_view name_of(Hidden rule) {
  switch (rule) {
    case Hidden::kInactive: return "inactive";
    case Hidden::kNeverTo: return "never_to";
    case Hidden::kShielded: return "shielded";
    case Hidden::kOwnCitizen: return "own_citizen";
    case Hidden::kResident: return "resident";
  }
  return {};
}

std::optional<Hidden> suppress(const Policy& policy, const CandidateFacts& facts, std::string_view asker,
                               std::string_view purpose) {
  const GeneralRules& rules = policy.rules;
  if (!facts.active) return Hidden::kInactive;
  if (holds(facts.never_to, asker)) return Hidden::kNeverTo;
  if (facts.shielded && holds(rules.shielded_also, purpose)) return Hidden::kShielded;
  const bool both = facts.citizenship == Citizenship::kOwnAndResident;
  const bool own = both || facts.citizenship == Citizenship::kOwn;
  const bool resident = both || facts.citizenship == Citizenship::kResident;
  if (own && is_hidden(rules.own_citizens, purpose)) return Hidden::kOwnCitizen;
  if (resident && is_hidden(rules.residents, purpose)) return Hidden::kResident;
  return std::nullopt;
}

bool may_decide_match(const GeneralRules& rules, const MatchFacts& facts) {
  if (facts.fingers_that_fit == 0)
    return facts.face_fits && rules.face_alone_decides && facts.age_years >= rules.child_until;
  return facts.age_years < 0 || facts.age_years >= rules.child_until || facts.fingers_that_fit >= 2;
}

std::string_view name_of(ReleaseRefusal why) {
  switch (why) {
    case ReleaseRefusal::kPair: return "pair";
    case ReleaseRefusal::kPurpose: return "purpose";
    case ReleaseRefusal::kItems: return "items";
    case ReleaseRefusal::kRole: return "role";
    case ReleaseRefusal::kSignInAgain: return "sign_in_again";
    case ReleaseRefusal::kSecondOfficer: return "second_officer";
  }
  return {};
}

std::optional<ReleaseRefusal> may_release(const Policy& policy, const ReleaseQuestion& question, const Officer& officer,
                                          const std::optional<Officer>& second) {
  if (policy.pair(question.from, question.to) == nullptr) return ReleaseRefusal::kPair;
  const Purpose* purpose = purpose_of(policy, question.purpose);
  if (purpose == nullptr || !pair_allows(policy, question.from, question.to, question.purpose)) {
    return ReleaseRefusal::kPurpose;
  }
  const bool known =
      std::all_of(question.items.begin(), question.items.end(), [&](Item item) { return holds(purpose->items, item); });
  if (question.items.empty() || !known) return ReleaseRefusal::kItems;
  const auto check = [&](const Officer& who) -> std::optional<ReleaseRefusal> {
    if (who.role != "release") return ReleaseRefusal::kRole;
    if (who.since_sign_in < Seconds(0) || who.since_sign_in > policy.rules.release_relogin) {
      return ReleaseRefusal::kSignInAgain;
    }
    return std::nullopt;
  };
  if (const auto why = check(officer)) return why;
  if (!holds(policy.rules.release_second_officer, question.purpose)) return std::nullopt;
  if (!second || second->name == officer.name) return ReleaseRefusal::kSecondOfficer;
  return check(*second);
}

Time retention_due(const Retention& retention, Kept what, Time since) {
  switch (what) {
    case Kept::kProbeForRelease: return since + retention.probe_for_release;
    case Kept::kProbeOfRequester: return since + retention.probe_of_requester;
    case Kept::kCaseNoMatch: return since + retention.case_no_match;
    case Kept::kCaseMatch: return since + retention.case_match;
    case Kept::kReleasedData: return since + retention.released_data;
    case Kept::kDisclosure: return since + retention.disclosure_register;
    case Kept::kAuditData: return since + retention.audit_data;
    case Kept::kGallery: return since + retention.gallery_default;
    case Kept::kGalleryAsylum: return since + retention.gallery_asylum;
    case Kept::kBackup: return since + retention.backup;
    case Kept::kHold: return since + retention.hold_max;
  }
  return since;
}

bool takes_version(const Policy& current, const Policy* earlier, std::string_view id, Time now) {
  if (id == current.id()) return true;
  return earlier != nullptr && id == earlier->id() && now < current.valid_from + kGraceOfEarlierPolicy;
}

}  // namespace whorl::exchange
