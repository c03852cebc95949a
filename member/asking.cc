#include "member/asking.h"

#include <algorithm>

#include "base/catalogue.h"
#include "base/text.h"
#include "crypto/hmac.h"
#include "crypto/jose/base64url.h"
#include "crypto/jose/jwk.h"
#include "engine/access/authorise.h"
#include "engine/access/scopes.h"
#include "exchange/policy/rules.h"
#include "member/leaf_note.h"
#include "member/probe.h"
#include "member/refusals.h"
#include "member/row_names.h"

namespace whorl::member {
namespace {

using engine::CheckQuestion;
using engine::CheckView;
using engine::MemberAnswer;
using exchange::Time;

constexpr std::size_t kMostMatterBytes = 128;
constexpr std::size_t kMostRateCharacters = 12;

// Who signed in as something asks as that; a machine, or the local user, as an officer.
std::string role_of(const engine::Principal& who, const exchange::Policy& policy, const std::string& purpose) {
  if (who.roles.empty()) return "officer";
  const auto found = policy.purposes.find(purpose);
  if (found == policy.purposes.end()) return who.roles.front();
  for (const std::string& role : who.roles) {
    const auto& allowed = found->second.roles;
    if (std::find(allowed.begin(), allowed.end(), role) != allowed.end()) return role;
  }
  return who.roles.front();
}

// As it is written in a check: no more than may be asked for, a decimal without zeros at its end.
std::string rate_text(double rate) {
  std::string out = fixed(rate, static_cast<int>(kMostRateCharacters) - 2);
  // Rounded up, it would be more than the policy shares out.
  if (std::stod(out) > rate) out = fixed(rate - 0.5e-10, static_cast<int>(kMostRateCharacters) - 2);
  while (out.back() == '0') out.pop_back();
  return out;
}

bool is_country(const std::string& text) {
  return text.size() == 3 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::string list_of(const std::vector<CheckView::LeftOut>& left_out) {
  std::string out;
  for (const auto& each : left_out) out += (out.empty() ? "" : ", ") + each.member + " (" + each.why + ")";
  return out;
}

}  // namespace

// What is asked of whom.
struct Asking::Planned {
  CheckRow row;
  CheckQuestion question;  // its samples were moved into the probe
  exchange::Probe probe;
  exchange::Ask ask;
  std::string fpir;
  std::vector<std::string> members;  // names
};

Time Asking::now() const { return std::chrono::floor<exchange::Seconds>(with_.world.now()); }

// The asker alone can tell whose it is; two members cannot compare theirs.
Result<std::string> Asking::pseudonym(const std::string& member, std::string_view what, const std::string& of) {
  if (pseudonyms_.empty()) {
    crypto::SecretBytes fresh(kPseudonymKeyBytes);
    WHORL_TRY(with_.random.fill(fresh.writable()));
    WHORL_TRY(with_.rows.change(std::string(kPseudonymsRow), fresh.view(), {}));
    pseudonyms_ = std::move(fresh);
  }
  const std::string month = rfc3339(with_.world.now()).substr(0, 7);
  ByteWriter text;
  text.sized(member).sized(month).sized(what).sized(of);
  const Sha256 digest = crypto::HmacSha256(pseudonyms_.view()).of({text.view()});
  return crypto::base64url(ByteView(digest).first(exchange::kIdBytes));
}

Result<Asking::Planned> Asking::plan(const engine::Call& call, const CheckQuestion& question,
                                     const Standing& standing) const {
  const exchange::Policy& policy = standing.policy;
  Planned out;
  out.question = question;
  exchange::Ask& ask = out.ask;
  ask.from = standing.me;
  ask.purpose = question.purpose;
  ask.reason = question.reason;
  ask.role = role_of(call.who, policy, question.purpose);
  const auto purpose = policy.purposes.find(question.purpose);
  if (purpose == policy.purposes.end()) return check_refused(exchange::Refusal::kPurpose);
  ask.lane = purpose->second.lanes.front();
  if (!question.lane.empty()) {
    const auto lane = exchange::lane_named(question.lane);
    if (!lane) return invalid_input("is border, urgent or routine", "lane");
    ask.lane = *lane;
  }
  const auto age = exchange::age_named(question.age);
  if (!age) return invalid_input("is <6, 6-13, 14-17, 18+ or unknown", "age");
  ask.age = *age;
  ask.country = question.country;
  ask.avoid = question.avoid;
  if (!ask.country.empty() && !is_country(ask.country)) return invalid_input("is three capital letters", "country");
  for (const std::string& each : ask.avoid) {
    if (!is_country(each)) return invalid_input("is three capital letters each", "avoid");
  }
  if (question.matter.size() > kMostMatterBytes) return invalid_input("is too long", "matter");
  for (const std::string& name : question.members) {
    const auto member = policy.short_name_of(name);
    if (!member || *member == standing.me) return unknown_member(name, "members");
    ask.members.push_back(*member);
  }
  const auto planned = exchange::admit_send(policy, ask);
  if (const auto* why = std::get_if<exchange::Refusal>(&planned)) return check_refused(*why);
  const auto& allowed = std::get<exchange::SendPlan>(planned);
  out.fpir = rate_text(allowed.fpir_each);
  for (const auto& each : allowed.not_asked)
    out.row.left_out.push_back({standing.name_of(each.member), std::string(exchange::name_of(each.why))});
  for (const std::string& member : allowed.members) {
    const std::string& name = standing.name_of(member);
    if (!standing.partners.members.contains(name)) {
      out.row.left_out.push_back({name, "not_pinned"});
    } else if (purpose->second.psk && with_.keys.secret(name) == nullptr) {
      out.row.left_out.push_back({name, "no_secret"});
    } else {
      out.members.push_back(name);
    }
  }
  if (out.members.empty()) return nobody_to_ask(list_of(out.row.left_out));
  WHORL_ASSIGN(out.probe, probe_of(question.samples, question.missing));
  return out;
}

Result<std::optional<engine::AskedBefore>> Asking::repeated(const engine::Call& call,
                                                            const engine::RequestKey& key) const {
  const auto found = by_key_.find(hex_of(key.key));
  if (found == by_key_.end()) return std::optional<engine::AskedBefore>();
  const CheckRow& row = checks_.at(found->second);
  if (row.subject != call.who.subject || row.issuer != call.who.issuer) return std::optional<engine::AskedBefore>();
  if (row.request != hex_of(key.request)) return failure(ErrorCode::kKeyReused);
  engine::AskedBefore out{view(row), row.matter};
  out.view.repeated = true;
  return std::optional(std::move(out));
}

Result<std::optional<engine::AskedBefore>> Asking::asked_before(const engine::Call& call,
                                                                const engine::RequestKey& key) const {
  WHORL_TRY(access::authorise(call.who, access::scope::kExchangeAsk));
  const std::scoped_lock lock(mutex_);
  return repeated(call, key);
}

Result<CheckView> Asking::ask(const engine::Call& call, const CheckQuestion& question,
                              const std::optional<engine::RequestKey>& key, const Standing& standing) {
  WHORL_TRY(access::authorise(call.who, access::scope::kExchangeAsk));
  const Time at = now();
  if (!standing.in_force(at))
    return failure(ErrorCode::kOutOfForce, with<"from">(rfc3339(standing.policy.valid_from)),
                   with<"until">(rfc3339(standing.policy.valid_until)), with<"now">(rfc3339(at)));
  const std::scoped_lock lock(mutex_);
  if (key) {
    WHORL_ASSIGN(auto before, repeated(call, *key));
    if (before) return std::move(before->view);
  }
  WHORL_ASSIGN(Planned planned, plan(call, question, standing));
  CheckRow& row = planned.row;
  WHORL_ASSIGN(row.check_id, exchange::new_id(with_.random));
  row.issuer = call.who.issuer;
  row.subject = call.who.subject;
  if (key) row.key = hex_of(key->key), row.request = hex_of(key->request);
  row.purpose = planned.ask.purpose;
  row.role = planned.ask.role;
  row.reason = planned.ask.reason;
  row.matter = planned.question.matter;
  row.asked_at = at.time_since_epoch().count();
  row.expires_at = row.asked_at + standing.policy.lanes.at(planned.ask.lane).expires.count();
  for (const std::string& member : planned.members) row.members.push_back({member});
  // Told of before it is there: a check without a leaf cannot be.
  engine::Call noted = call;
  noted.purpose = row.purpose;
  noted.request_id = row.check_id;
  for (MemberAnswer& each : row.members) {
    const std::string to = *standing.policy.short_name_of(each.member);
    if (counts_.take(standing.me, to, *standing.policy.pair(standing.me, to), at)) {
      each.state = "refused";
      each.why = "quota";
    }
    WHORL_TRY(note_leaf(with_.service, noted, audit::Operation::kAsk,
                        each.state == "refused" ? "refused:quota" : "asked", each.member));
  }
  WHORL_TRY(with_.rows.change(std::string(kAskedRow), encoded(counts_), {}));
  std::vector<Entry> entries;
  for (const MemberAnswer& each : row.members) {
    if (each.state != "waiting") continue;
    WHORL_ASSIGN(Entry entry, kept_question(planned, each.member, standing));
    entries.push_back(std::move(entry));
  }
  // Last, so that a check that is there is there as a whole.
  WHORL_TRY(with_.rows.change(check_name(row.check_id), encoded(row), {}));
  know(row);
  for (Entry& entry : entries) know(std::move(entry));
  return view(row);
}

Result<exchange::Message> Asking::message_for(const Planned& planned, const std::string& member,
                                              const Standing& standing, const crypto::PrivateKey& reply) {
  const CheckRow& row = planned.row;
  WHORL_ASSIGN(std::string ref, exchange::new_id(with_.random));
  WHORL_ASSIGN(std::string jti, exchange::new_id(with_.random));
  WHORL_ASSIGN(std::string officer, pseudonym(member, "officer", row.issuer + '\0' + row.subject));
  WHORL_ASSIGN(std::string matter, pseudonym(member, "case", planned.question.matter));
  exchange::Probe probe;
  probe.format = planned.probe.format;
  probe.face = planned.probe.face.clone();
  probe.missing = planned.probe.missing;
  for (const auto& finger : planned.probe.fingers)
    probe.fingers.push_back({finger.position, finger.quality, finger.ppi, finger.data.clone()});
  exchange::Check check{std::move(ref),
                        1,
                        row.purpose,
                        planned.ask.lane,
                        {row.role, std::move(officer), planned.ask.reason, std::move(matter)},
                        planned.ask.age,
                        planned.fpir,
                        std::move(probe),
                        reply.public_key()};
  return exchange::Message{{standing.name, member, std::move(jti), row.asked_at, row.expires_at, standing.policy.id()},
                           std::move(check)};
}

Result<Asking::Entry> Asking::kept_question(const Planned& planned, const std::string& member,
                                            const Standing& standing) {
  WHORL_ASSIGN(const auto reply, crypto::PrivateKey::make(crypto::KeyKind::kX25519, with_.random));
  WHORL_ASSIGN(const exchange::Message message, message_for(planned, member, standing, reply));
  WHORL_ASSIGN(const exchange::Size size, exchange::size_of(message));
  WHORL_ASSIGN(const crypto::SecretBytes payload, exchange::write_message(message, size));
  Entry entry;
  Question& question = entry.question;
  question.check_id = planned.row.check_id;
  question.member = member;
  question.jti = message.common.jti;
  question.ref = std::get<exchange::Check>(message.body).ref;
  question.lane = planned.ask.lane;
  question.iat = message.common.iat;
  question.exp = message.common.exp;
  question.reply_key = crypto::SecretBytes::copy_of(reply.secret());
  entry.kid = crypto::key_id(reply.public_key());
  WHORL_TRY(with_.rows.put(question_name(question.jti), encoded(question), payload.view()));
  return entry;
}

exchange::QuotaCount Asking::used(const std::string& from, const std::string& to, exchange::Time now) const {
  const std::scoped_lock lock(mutex_);
  return counts_.count(from, to, now);
}

}  // namespace whorl::member
