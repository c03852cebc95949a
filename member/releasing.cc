#include "member/releasing.h"

#include <algorithm>
#include <cmath>

#include "base/catalogue.h"
#include "crypto/jose/base64url.h"
#include "engine/access/authorise.h"
#include "engine/access/scopes.h"
#include "exchange/policy/rules.h"
#include "member/leaf_note.h"
#include "member/probe.h"
#include "member/refusals.h"
#include "member/released_data.h"
#include "member/row_names.h"

namespace whorl::member {
namespace {

using exchange::Time;
using State = ReleaseCaseRow::State;

constexpr std::string_view kNotDecided = "not_decided";

}  // namespace

Time Releasing::now() const { return std::chrono::floor<exchange::Seconds>(with_.world.now()); }

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

Result<Releasing::Taken> Releasing::take(const exchange::Opened& opened, const Standing& standing) {
  const exchange::Common& common = opened.message.common;
  const auto& body = std::get<exchange::ReleaseRequest>(opened.message.body);
  const exchange::Policy& policy = standing.policy;
  ReleaseCaseRow row;
  {
    const std::scoped_lock lock(mutex_);
    const auto kept = of_member_.find(common.iss);
    if (kept != of_member_.end() && kept->second >= kMostRequestsOfMember)
      return exhausted("so many requests of " + common.iss + " are kept that no further one is taken now");
  }
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
  put(std::move(row));
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
  put(std::move(row));
  return std::optional<Leaving>();
}

// -- Going out --------------------------------------------------------------------------------------------------------

Status Releasing::note(const engine::Call& call, const ReleaseCaseRow& row, const std::string& outcome,
                       std::size_t items) const {
  return note_leaf(with_.service, call, row.purpose, row.jti, audit::Operation::kDecide, outcome, row.member, items);
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
  common.exp = second + kDecisionsSent.count();
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
Result<Leaving> Releasing::finish(const engine::Call& call, ReleaseCaseRow row, const Decided& decided,
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
  row.state = decided.why == kNotDecided ? State::kLapsed : State::kDecided;
  row.decision = decided.decision;
  row.answer_jti = message.common.jti;
  row.answer_exp = message.common.exp;
  const std::string name = release_case_name(row.request_id);
  WHORL_ASSIGN(const bool is_kept, rewrite(row, Bytes(sealed.envelope.begin(), sealed.envelope.end())));
  // As of what was no match. It names nobody, so that this comes once.
  if (!is_kept) return close(std::move(row), standing);
  const Leaving out{name, row.member, row.answer_jti, 0, row.answer_exp};
  put(std::move(row));
  return out;
}

Result<bool> Releasing::rewrite(const ReleaseCaseRow& row, Bytes envelope) {
  const std::string name = release_case_name(row.request_id);
  const engine::TaskName whom{row.person_id, {}};
  const std::span<const engine::TaskName> names(&whom, row.person_id.empty() ? 0 : 1);
  WHORL_TRY(with_.rows.change(name, encoded(row), std::move(envelope), names));
  WHORL_ASSIGN(const bool is_kept, with_.rows.has_result(name));
  if (!is_kept) WHORL_TRY(with_.rows.erase(std::span(&name, 1)));
  return is_kept;
}

// By the node, before an officer was asked.
Result<Leaving> Releasing::refuse(ReleaseCaseRow row, const std::string& why, const Standing& standing) {
  const std::scoped_lock lock(mutex_);
  row.person_id.clear();
  const engine::Call call = call_of(row);
  Decided decided;
  decided.why = why;
  return finish(call, std::move(row), decided, standing);
}

Result<std::string> Releasing::envelope(const std::string& row) {
  WHORL_ASSIGN(const auto bytes, with_.rows.result(row));
  if (!bytes) return not_found("the decision is not kept any more");
  return std::string(as_text(*bytes));
}

Status Releasing::sent(const std::string& name, const std::string& receipt) {
  const std::scoped_lock lock(mutex_);
  const auto found = cases_.find(name.substr(kReleaseCaseRows.size()));
  if (found == cases_.end() || found->second.sent) return {};
  ReleaseCaseRow row = found->second;
  if (!receipt.empty()) WHORL_TRY(with_.disclosures.delivered(found->first, receipt));
  row.sent = true;
  WHORL_ASSIGN(const auto minded, engine::WorkOnTask::begin(with_.rows, name));
  // Nothing of whoever was erased since it was decided is written again.
  WHORL_ASSIGN(bool is_kept, with_.rows.has_result(name));
  if (is_kept) {
    // The envelope goes with it: its receiver has it.
    WHORL_ASSIGN(is_kept, rewrite(row, Bytes()));
  }
  if (!is_kept) {
    erase(found->first);
    return {};
  }
  put(std::move(row));
  return {};
}

// The asker reads that nobody has decided, and not nothing. The caller has the lock.
Result<Leaving> Releasing::lapse(ReleaseCaseRow row, const Standing& standing) {
  const engine::Call call = call_of(row);
  row.officers.clear();
  Decided decided;
  decided.why = kNotDecided;
  return finish(call, std::move(row), decided, standing);
}

}  // namespace whorl::member
