// What officers see of requests for data, and decide.
#include <algorithm>

#include "engine/access/authorise.h"
#include "engine/access/fresh_sign_in.h"
#include "engine/access/scopes.h"
#include "exchange/policy/rules.h"
#include "member/refusals.h"
#include "member/released_data.h"
#include "member/releasing.h"
#include "member/row_names.h"

namespace whorl::member {
namespace {

using engine::ReleaseCase;
using exchange::Item;
using exchange::Released;
using exchange::Time;
using State = ReleaseCaseRow::State;

constexpr std::string_view kReleaseRole = "release";
constexpr std::size_t kMostEncounters = 256;  // of one release: the last ones

// The local user of a node that asks nobody is everything.
bool is_release_officer(const engine::Principal& who) {
  return who.is_local() || std::find(who.roles.begin(), who.roles.end(), kReleaseRole) != who.roles.end();
}

// Somebody who had just signed in: whoever decides is looked at before anything else (decide()), and whoever was the
// first of two had signed in when they did.
exchange::Officer officer_of(const OfficerName& name) {
  return {std::string(kReleaseRole), name.issuer + '\0' + name.subject, exchange::Seconds(0)};
}

std::vector<Item> common_items(const std::vector<Item>& a, const std::vector<Item>& b) {
  std::vector<Item> out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

// In the order of kAllItems. Errors: what is no item, or was not asked for.
Result<std::vector<Item>> chosen_items(const std::vector<std::string>& names, const std::vector<Item>& asked) {
  std::vector<Item> out;
  for (const std::string& name : names) {
    const auto item = exchange::item_named(name);
    if (!item || std::find(asked.begin(), asked.end(), *item) == asked.end())
      return items_malformed("was not asked for: " + name);
    out.push_back(*item);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace

// Of what was asked for what two officers might release.
std::vector<Item> Releasing::allowed(const ReleaseCaseRow& row, const exchange::Policy& policy) const {
  const std::string from = policy.short_name_of(row.member).value_or("");
  const std::string me = policy.short_name_of(with_.config.name).value_or("");
  std::vector<Item> out;
  for (const Item item : row.items) {
    const exchange::ReleaseQuestion question{from, me, row.purpose, {item}};
    const bool may = !exchange::may_release(policy, question, officer_of({"", "1"}), officer_of({"", "2"}));
    if (may && can_be_released(item)) out.push_back(item);
  }
  return out;
}

ReleaseCase Releasing::shown(const ReleaseCaseRow& row, const Standing& standing) const {
  ReleaseCase out;
  out.request_id = row.request_id;
  out.member = row.member;
  out.purpose = row.purpose;
  out.reason = row.reason;
  out.basis = row.basis;
  out.items = names_of(row.items);
  out.allowed = names_of(allowed(row, standing.policy));
  out.received_at = time_of(row.received);
  out.decide_by = time_of(row.exp);
  const auto& two = standing.policy.rules.release_second_officer;
  out.second_officer = std::find(two.begin(), two.end(), row.purpose) != two.end();
  out.decided = static_cast<int>(row.officers.size());
  if (row.state == State::kDecided) out.state = std::string(exchange::name_of(row.decision));
  if (row.state == State::kLapsed) out.state = "lapsed";
  out.person_id = row.person_id;
  out.score_db = row.score_db;
  return out;
}

Result<std::vector<ReleaseCase>> Releasing::requests(const engine::Call& call, const Standing& standing) const {
  WHORL_TRY(access::authorise(call.who, access::scope::kReleaseDecide));
  std::vector<ReleaseCase> out;
  const std::scoped_lock lock(mutex_);
  for (const std::string& id : waiting_) {
    const ReleaseCaseRow& row = cases_.at(id);
    if (row.state == State::kWaiting && now() < time_of(row.exp)) out.push_back(shown(row, standing));
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.received_at < b.received_at; });
  return out;
}

// What may be released now. Errors: kUnauthorised; that a rule hides the person, and which, is the protection desk's to
// know.
Result<std::vector<engine::EncounterView>> Releasing::open_encounters(const ReleaseCaseRow& row,
                                                                      const Standing& standing) const {
  auto record =
      open_record(with_.service, with_.shield, with_.config, standing, row.person_id, row.member, row.purpose);
  if (!record.ok() && record.error().kind != ErrorKind::kNotFound) return record.error();
  if (!record.ok() || record->encounters.empty()) return not_to_be_released("nothing of this person");
  auto& all = record->encounters;
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.created > b.created; });
  if (all.size() > kMostEncounters) all.resize(kMostEncounters);
  return std::move(all);
}

Result<engine::ReleaseDossier> Releasing::request(const engine::Call& call, const std::string& request_id,
                                                  const Standing& standing) {
  WHORL_TRY(access::authorise(call.who, access::scope::kReleaseDecide));
  ReleaseCaseRow row;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = cases_.find(request_id);
    if (found == cases_.end() || found->second.person_id.empty()) return unknown_request();
    row = found->second;
  }
  engine::ReleaseDossier out;
  out.request = shown(row, standing);
  if (row.state != State::kWaiting) return out;
  auto compared = comparison(row);
  if (compared.ok()) {
    auto drawn = with_.service.explain(call_of(row), *compared);
    if (drawn.ok()) out.comparison = std::move(*drawn);
    out.probe = std::move(compared->samples);
  }
  auto encounters = open_encounters(row, standing);
  if (encounters.ok()) out.encounters = std::move(*encounters);
  // Why nothing may be released is the protection desk's to know.
  if (!encounters.ok()) out.request.allowed.clear();
  return out;
}

// What this officer would release. Errors: kInvalidInput, kUnauthorised.
Result<Releasing::Wish> Releasing::wish_of(const ReleaseCaseRow& row, const engine::ReleaseDecision& decision,
                                           const engine::Principal& who, const Standing& standing) const {
  Wish out;
  WHORL_ASSIGN(out.items, chosen_items(decision.items, row.items));
  const exchange::ReleaseQuestion question{standing.policy.short_name_of(row.member).value_or(""), standing.me,
                                           row.purpose, out.items};
  std::optional<exchange::Officer> first;
  if (!row.officers.empty()) first = officer_of(row.officers.front());
  const auto me = officer_of({who.issuer, who.subject});
  const auto why = exchange::may_release(standing.policy, question, me, first);
  out.waits_for_another = why == exchange::ReleaseRefusal::kSecondOfficer;
  if (why && !out.waits_for_another) return not_to_be_released(std::string(exchange::name_of(*why)));
  if (!std::all_of(out.items.begin(), out.items.end(), can_be_released)) return not_to_be_released("images");
  const std::int64_t second = now().time_since_epoch().count();
  out.delete_by = second + standing.policy.retention.released_data.count();
  if (!decision.delete_by) return out;
  const std::int64_t wanted = decision.delete_by->time_since_epoch().count();
  if (wanted <= second || wanted > out.delete_by) return not_so_long(time_of(out.delete_by));
  out.delete_by = wanted;
  return out;
}

// The first of two: the second one is not shown what it would release. The caller has the lock.
Result<ReleaseCase> Releasing::keep_first(const engine::Call& call, ReleaseCaseRow row, Wish wish,
                                          const Standing& standing) {
  row.first_items = std::move(wish.items);
  row.first_delete_by = wish.delete_by;
  row.officers.push_back({call.who.issuer, call.who.subject});
  WHORL_TRY(note(call, row, "first", row.first_items.size()));
  WHORL_TRY(with_.rows.change(release_case_name(row.request_id), encoded(row), {}));
  auto out = shown(row, standing);
  put(std::move(row));
  return out;
}

Result<ReleaseCase> Releasing::decide(const engine::Call& call, const engine::ReleaseDecision& decision,
                                      const Standing& standing, std::optional<Leaving>& leaving) {
  WHORL_TRY(access::authorise(call.who, access::scope::kReleaseDecide));
  if (!is_release_officer(call.who))
    return not_to_be_released(std::string(exchange::name_of(exchange::ReleaseRefusal::kRole)));
  // To refuse is to decide, too: the asker is told, once.
  WHORL_TRY(access::require_fresh_sign_in(call.who, standing.policy.rules.release_relogin, with_.world.now()));
  const OfficerName me{call.who.issuer, call.who.subject};
  const std::scoped_lock lock(mutex_);
  const auto found = cases_.find(decision.request_id);
  if (found == cases_.end() || found->second.person_id.empty()) return unknown_request();
  ReleaseCaseRow row = found->second;
  if (row.state != State::kWaiting || now() >= time_of(row.exp)) return decided_already();
  if (std::find(row.officers.begin(), row.officers.end(), me) != row.officers.end()) return decided_by_you();
  // An erasure from here on is minded when the decision is kept.
  WHORL_ASSIGN(const auto minded, engine::WorkOnTask::begin(with_.rows, release_case_name(row.request_id)));
  Decided decided;
  decided.why = "officer";
  if (!decision.items.empty()) {
    WHORL_ASSIGN(Wish wish, wish_of(row, decision, call.who, standing));
    WHORL_ASSIGN(const auto encounters, open_encounters(row, standing));
    const bool second = !row.officers.empty();
    decided.items = second ? common_items(wish.items, row.first_items) : wish.items;
    decided.delete_by = second ? std::min(wish.delete_by, row.first_delete_by) : wish.delete_by;
    WHORL_TRY(fill(decided, encounters, row.items));
    WHORL_TRY(fits(row, decided, encounters, standing));
    if (wish.waits_for_another) return keep_first(call, std::move(row), std::move(wish), standing);
  }
  row.officers.push_back(me);
  WHORL_ASSIGN(leaving, finish(call, std::move(row), decided, standing));
  return shown(cases_.at(decision.request_id), standing);
}

// Errors: kInvalidInput, naming what is too long for the answer that the asker has room for.
Status Releasing::fits(const ReleaseCaseRow& row, const Decided& decided,
                       const std::vector<engine::EncounterView>& encounters, const Standing& standing) const {
  WHORL_ASSIGN(const exchange::Message message, message_of(row, decided, standing));
  const auto size = exchange::size_of(message);
  if (size.ok() && *size <= row.room) return {};
  std::string items;
  for (const Item item : decided.items) {
    WHORL_ASSIGN(const std::string data, released_data(encounters, {item}));
    items += (items.empty() ? "" : ", ") + std::string(exchange::name_of(item)) + " " + std::to_string(data.size());
  }
  return release_too_long(items, exchange::payload_bytes(row.room));
}

// With the data of its items; of two officers who agree on none it is a refusal.
Status Releasing::fill(Decided& decided, const std::vector<engine::EncounterView>& encounters,
                       const std::vector<Item>& asked) {
  if (decided.items.empty()) {
    decided.delete_by = 0;
    return {};
  }
  WHORL_ASSIGN(decided.data, released_data(encounters, decided.items));
  for (const auto& each : encounters) decided.encounters.push_back(each.encounter_id);
  decided.decision = decided.items == asked ? Released::kReleased : Released::kPartly;
  decided.why.clear();
  return {};
}

}  // namespace whorl::member
