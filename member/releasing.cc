#include "member/releasing.h"

#include <algorithm>
#include <cmath>

#include "base/catalogue.h"
#include "crypto/jose/base64url.h"
#include "engine/access/authorise.h"
#include "engine/access/scopes.h"
#include "exchange/policy/rules.h"
#include "member/probe.h"
#include "member/refusals.h"
#include "member/released_data.h"
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

Time time_of(std::int64_t seconds) { return Time(exchange::Seconds(seconds)); }

// The local user of a node that asks nobody is everything.
bool is_release_officer(const engine::Principal& who) {
  return who.is_local() || std::find(who.roles.begin(), who.roles.end(), kReleaseRole) != who.roles.end();
}

exchange::Officer officer_of(const OfficerName& name, const std::string& role) {
  // How long ago somebody signed in is not known here: a token's own life bounds it.
  return {role, name.issuer + '\0' + name.subject, exchange::Seconds(0)};
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

struct Releasing::Decided {
  Released decision = Released::kRefused;
  std::string why = {};
  std::vector<Item> items = {};
  std::string data = {};
  std::vector<std::string> encounters = {};  // that they were made of
  std::int64_t delete_by = 0;
};

Time Releasing::now() const { return std::chrono::floor<exchange::Seconds>(with_.world.now()); }

Result<std::optional<Leaving>> Releasing::take_row(ByteView head) {
  WHORL_ASSIGN(ReleaseCaseRow row, parse_release_case(head));
  with_.answering.remember(row.member, row.jti, row.exp, now());
  std::optional<Leaving> out;
  if (row.state == State::kDecided && !row.sent && now().time_since_epoch().count() < row.answer_exp)
    out = Leaving{release_case_name(row.request_id), row.member, row.answer_jti, 0, row.answer_exp};
  const std::scoped_lock lock(mutex_);
  cases_[row.request_id] = std::move(row);
  return out;
}

std::vector<std::string> Releasing::arrived() const {
  std::vector<std::string> out;
  const std::scoped_lock lock(mutex_);
  for (const auto& [id, row] : cases_) {
    if (row.state == State::kArrived) out.push_back(id);
  }
  return out;
}

// -- Coming in --------------------------------------------------------------------------------------------------------

engine::Call Releasing::call_of(const ReleaseCaseRow& row) const {
  engine::Call out;
  out.who.issuer = "exchange";
  out.who.subject = row.member;
  out.who.by = engine::SignedInBy::kCertificate;
  out.who.roles = {"member"};
  out.purpose = row.purpose;
  out.request_id = row.jti;
  return out;
}

// Of what was asked for what two officers might release.
std::vector<Item> Releasing::allowed(const ReleaseCaseRow& row, const exchange::Policy& policy) const {
  const std::string from = policy.short_name_of(row.member).value_or("");
  const std::string me = policy.short_name_of(with_.config.name).value_or("");
  std::vector<Item> out;
  for (const Item item : row.items) {
    const exchange::ReleaseQuestion question{from, me, row.purpose, {item}};
    const exchange::Officer one = officer_of({"", "1"}, std::string(kReleaseRole));
    const exchange::Officer two = officer_of({"", "2"}, std::string(kReleaseRole));
    if (can_be_released(item) && !exchange::may_release(policy, question, one, two)) out.push_back(item);
  }
  return out;
}

Result<Releasing::Taken> Releasing::take(const exchange::Opened& opened, const Standing& standing) {
  const exchange::Common& common = opened.message.common;
  const auto& body = std::get<exchange::ReleaseRequest>(opened.message.body);
  const exchange::Policy& policy = standing.policy;
  ReleaseCaseRow row;
  WHORL_ASSIGN(row.request_id, exchange::new_id(with_.random));
  row.member = common.iss;
  row.jti = common.jti;
  row.ref = body.ref;
  row.handle = body.handle;
  row.purpose = body.purpose;
  row.reason = body.by.reason;
  row.basis = std::string(as_text(body.basis.view()));
  row.items = body.items;
  row.room = body.room;
  row.second_layer = opened.second_layer;
  row.reply_key = crypto::base64url(body.reply.bytes());
  row.req = crypto::base64url(opened.signed_text);
  row.received = now().time_since_epoch().count();
  row.exp = std::min(common.exp, row.received + policy.retention.probe_for_release.count());
  const exchange::Policy* earlier = standing.earlier ? &*standing.earlier : nullptr;
  const bool known = standing.in_force(now()) && exchange::takes_version(policy, earlier, common.policy, now());
  const bool in_time = !exchange::check_times(common, now(), policy.followup_expires);
  WHORL_ASSIGN(const auto hit, with_.answering.take_hit(opened, now(), policy.followup_expires));
  if (!hit.heard) return Taken{};
  row.case_row = hit.case_row;
  const auto refused = [&](const std::string& why) -> Result<Taken> {
    WHORL_ASSIGN(Leaving leaving, refuse(std::move(row), why, standing));
    return Taken{{}, std::move(leaving)};
  };
  // What was no match, what is another's, what comes too late or twice: alike.
  if (hit.person_id.empty() || !in_time) return refused("not_open");
  if (!known) return refused("policy_version");
  if (allowed(row, policy).empty()) return refused("policy");
  row.person_id = hit.person_id;
  WHORL_ASSIGN(const auto payload, exchange::write_message(opened.message, opened.size));
  const engine::TaskName whom{row.person_id, {}};
  WHORL_TRY(with_.rows.put(release_case_name(row.request_id), encoded(row), payload.view(), {&whom, 1}));
  const Taken out{row.request_id, {}};
  const std::scoped_lock lock(mutex_);
  cases_[row.request_id] = std::move(row);
  return out;
}

// Errors: kNotFound where the probe is there no more; kInvalidInput where it cannot be read here.
Result<engine::VerifyRequest> Releasing::comparison(const ReleaseCaseRow& row) {
  WHORL_ASSIGN(auto payload, with_.rows.request(release_case_name(row.request_id)));
  if (!payload) return unknown_request();
  const auto message = exchange::read_message(*payload);
  crypto::wipe(*payload);
  if (!message.ok()) return message.error();
  auto samples = samples_of(std::get<exchange::ReleaseRequest>(message->body).probe);
  if (!samples) return probe_not_sent("is of a format that is not compared here");
  engine::VerifyRequest out;
  out.gallery_id = std::string(access::kAllGalleries);
  out.person_id = row.person_id;
  out.samples = std::move(*samples);
  return out;
}

Result<std::optional<Leaving>> Releasing::compare(const std::string& request_id, const Standing& standing) {
  ReleaseCaseRow row;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = cases_.find(request_id);
    if (found == cases_.end() || found->second.state != State::kArrived) return std::optional<Leaving>();
    row = found->second;
  }
  auto request = comparison(row);
  auto answer =
      request.ok() ? with_.service.verify(call_of(row), *request) : Result<engine::VerifyAnswer>(request.error());
  if (request.ok()) {
    for (engine::Sample& each : request->samples) crypto::wipe(each.bytes);
  }
  std::string why;
  if (!answer.ok()) {
    const ErrorKind kind = answer.error().kind;
    why = kind == ErrorKind::kInvalidInput ? "format" : kind == ErrorKind::kNotFound ? "not_open" : "unavailable";
  } else if (answer->decision != engine::Decision::kMatch) {
    why = "other_probe";
  }
  if (!why.empty()) {
    WHORL_ASSIGN(Leaving leaving, refuse(std::move(row), why, standing));
    return std::optional(std::move(leaving));
  }
  row.state = State::kWaiting;
  row.score_db = std::clamp(static_cast<int>(std::floor(answer->score_db)), 0, 999);
  WHORL_TRY(with_.rows.change(release_case_name(request_id), encoded(row), {}));
  const std::scoped_lock lock(mutex_);
  cases_[request_id] = std::move(row);
  return std::optional<Leaving>();
}

// -- Going out --------------------------------------------------------------------------------------------------------

Status Releasing::note(const engine::Call& call, const ReleaseCaseRow& row, const std::string& outcome,
                       std::size_t items) const {
  engine::Call noted = call;
  noted.purpose = row.purpose;
  noted.request_id = row.jti;
  audit::Event event;
  event.operation = audit::Operation::kDecide;
  event.outcome = outcome;
  event.peer = row.member;
  event.count = items;
  return with_.service.note(noted, event);
}

Status Releasing::enter(const ReleaseCaseRow& row, const Decided& decided) {
  DisclosureRow entry;
  entry.disclosure_id = row.request_id;
  entry.at = now().time_since_epoch().count();
  entry.member = row.member;
  entry.purpose = row.purpose;
  entry.person_id = row.person_id;
  entry.decision = decided.decision;
  entry.items = decided.items;
  entry.officers = row.officers;
  entry.delete_by = decided.delete_by;
  entry.ref = row.ref;
  entry.handle = row.handle;
  entry.re = row.jti;
  entry.room = row.room;
  entry.encounters = decided.encounters;
  entry.digest = digest_of(decided.data);
  return with_.disclosures.enter(std::move(entry));
}

Result<exchange::Message> Releasing::message_of(const ReleaseCaseRow& row, const Decided& decided,
                                                const Standing& standing) const {
  std::vector<std::string> officers;
  for (const OfficerName& each : row.officers) {
    WHORL_ASSIGN(officers.emplace_back(), with_.asking.officer_pseudonym(row.member, each.issuer, each.subject));
  }
  // The node refuses under a pseudonym, too: nobody's.
  if (officers.empty()) {
    WHORL_ASSIGN(officers.emplace_back(), exchange::new_id(with_.random));
  }
  const std::int64_t second = now().time_since_epoch().count();
  exchange::Common common;
  common.iss = standing.name;
  common.aud = row.member;
  WHORL_ASSIGN(common.jti, exchange::new_id(with_.random));
  common.iat = second;
  common.exp = second + standing.policy.followup_expires.count();
  common.policy = standing.policy.id();
  exchange::Release release;
  release.ref = row.ref;
  release.handle = row.handle;
  release.re = row.jti;
  release.req = row.req;
  release.decision = decided.decision;
  release.why = decided.why;
  release.officer = officers.front();
  if (officers.size() > 1) release.second = officers.back();
  release.decided_at = second;
  if (!decided.items.empty()) release.purposes = {row.purpose};
  release.delete_by = decided.delete_by;
  release.items = decided.items;
  release.data = crypto::SecretBytes::copy_of(as_bytes(decided.data));
  return exchange::Message{std::move(common), std::move(release)};
}

// The caller has the lock, or the row is known to nobody else yet.
Result<Leaving> Releasing::finish(const engine::Call& call, ReleaseCaseRow row, Decided decided,
                                  const Standing& standing) {
  WHORL_ASSIGN(const exchange::Message message, message_of(row, decided, standing));
  const auto key_bytes = crypto::decode_base64url(row.reply_key);
  if (!key_bytes) return corruption("the key of a request for data is malformed");
  WHORL_ASSIGN(const auto to, crypto::PublicKey::of(crypto::KeyKind::kX25519, *key_bytes));
  WHORL_ASSIGN(const auto sealed,
               exchange::seal(message, row.room, with_.keys.identity, to,
                              row.second_layer ? with_.keys.secret(row.member) : nullptr, with_.random));
  const std::string why = decided.why.empty() ? "" : ":" + decided.why;
  WHORL_TRY(note(call, row, std::string(exchange::name_of(decided.decision)) + why, decided.items.size()));
  if (!row.officers.empty()) WHORL_TRY(enter(row, decided));
  row.state = State::kDecided;
  row.decision = decided.decision;
  row.answer_jti = message.common.jti;
  row.answer_exp = message.common.exp;
  const std::string name = release_case_name(row.request_id);
  WHORL_TRY(with_.rows.change(name, encoded(row), Bytes(sealed.envelope.begin(), sealed.envelope.end())));
  const Leaving out{name, row.member, row.answer_jti, 0, row.answer_exp};
  cases_[row.request_id] = std::move(row);
  return out;
}

// By the node, before an officer was asked.
Result<Leaving> Releasing::refuse(ReleaseCaseRow row, const std::string& why, const Standing& standing) {
  const std::scoped_lock lock(mutex_);
  row.person_id.clear();
  const engine::Call call = call_of(row);
  Decided decided;
  decided.why = why;
  return finish(call, std::move(row), std::move(decided), standing);
}

Result<std::string> Releasing::envelope(const std::string& row) {
  WHORL_ASSIGN(const auto bytes, with_.rows.result(row));
  if (!bytes) return not_found("the decision is not kept any more");
  return std::string(as_text(*bytes));
}

Status Releasing::sent(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  for (auto& [id, row] : cases_) {
    if (release_case_name(id) != name || row.sent) continue;
    row.sent = true;
    // The envelope goes with it: its receiver has it.
    return with_.rows.change(name, encoded(row), Bytes());
  }
  return {};
}

// -- Officers ---------------------------------------------------------------------------------------------------------

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
  for (const auto& [id, row] : cases_) {
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
                                           const OfficerName& me, const Standing& standing) const {
  Wish out;
  WHORL_ASSIGN(out.items, chosen_items(decision.items, row.items));
  const exchange::ReleaseQuestion question{standing.policy.short_name_of(row.member).value_or(""), standing.me,
                                           row.purpose, out.items};
  const std::string role(kReleaseRole);
  std::optional<exchange::Officer> first;
  if (!row.officers.empty()) first = officer_of(row.officers.front(), role);
  const auto why = exchange::may_release(standing.policy, question, officer_of(me, role), first);
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
  cases_[row.request_id] = std::move(row);
  return out;
}

Result<ReleaseCase> Releasing::decide(const engine::Call& call, const engine::ReleaseDecision& decision,
                                      const Standing& standing, std::optional<Leaving>& leaving) {
  WHORL_TRY(access::authorise(call.who, access::scope::kReleaseDecide));
  if (!is_release_officer(call.who))
    return not_to_be_released(std::string(exchange::name_of(exchange::ReleaseRefusal::kRole)));
  const OfficerName me{call.who.issuer, call.who.subject};
  const std::scoped_lock lock(mutex_);
  const auto found = cases_.find(decision.request_id);
  if (found == cases_.end() || found->second.person_id.empty()) return unknown_request();
  ReleaseCaseRow row = found->second;
  if (row.state != State::kWaiting || now() >= time_of(row.exp)) return decided_already();
  if (std::find(row.officers.begin(), row.officers.end(), me) != row.officers.end()) return decided_by_you();
  Decided decided;
  decided.why = "officer";
  if (!decision.items.empty()) {
    WHORL_ASSIGN(Wish wish, wish_of(row, decision, me, standing));
    WHORL_ASSIGN(const auto encounters, open_encounters(row, standing));
    if (wish.waits_for_another) return keep_first(call, std::move(row), std::move(wish), standing);
    const bool second = !row.officers.empty();
    decided.items = second ? common_items(wish.items, row.first_items) : std::move(wish.items);
    decided.delete_by = second ? std::min(wish.delete_by, row.first_delete_by) : wish.delete_by;
    WHORL_TRY(fill(decided, encounters, row.items));
  }
  row.officers.push_back(me);
  WHORL_ASSIGN(leaving, finish(call, std::move(row), std::move(decided), standing));
  return shown(cases_.at(decision.request_id), standing);
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

// -- Time -------------------------------------------------------------------------------------------------------------

Status Releasing::pass_time(const exchange::Retention& retention) {
  const Time at = now();
  std::vector<std::string> over;
  const std::scoped_lock lock(mutex_);
  for (auto& [id, row] : cases_) {
    const bool waits = row.state == State::kArrived || row.state == State::kWaiting;
    if (waits && at >= time_of(row.exp)) {
      WHORL_TRY(note(call_of(row), row, "lapsed", 0));
      row.state = State::kLapsed;
      // The probe goes.
      WHORL_TRY(with_.rows.change(release_case_name(id), encoded(row), Bytes()));
    }
    const bool closed = !waits && at >= time_of(std::max(row.exp, row.answer_exp));
    if (closed && at >= exchange::retention_due(retention, exchange::Kept::kCaseNoMatch, time_of(row.received)))
      over.push_back(id);
  }
  std::vector<std::string> names;
  for (const std::string& id : over) {
    names.push_back(release_case_name(id));
    cases_.erase(id);
  }
  return names.empty() ? Status() : with_.rows.erase(names);
}

}  // namespace whorl::member
