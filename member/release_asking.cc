#include "member/release_asking.h"

#include <algorithm>

#include "base/catalogue.h"
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

using engine::ReleaseView;
using exchange::Item;
using exchange::Time;
using State = ReleaseAskRow::State;

// In the order of kAllItems. Errors: a word that is no item's; none; one that the purpose does not release.
Result<std::vector<Item>> items_of(const std::vector<std::string>& names, const exchange::Purpose& purpose) {
  std::vector<Item> out;
  for (const std::string& name : names) {
    const auto item = exchange::item_named(name);
    if (!item) return items_malformed("nothing is called so: " + name);
    if (std::find(purpose.items.begin(), purpose.items.end(), *item) == purpose.items.end())
      return items_malformed("the policy does not release it for this purpose: " + name);
    out.push_back(*item);
  }
  if (out.empty()) return items_malformed("say what is asked for");
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

// What was decided is taken as long as it is sent.
bool awaits_release(const ReleaseAskRow& row, Time now) {
  return row.state != State::kDecided && !row.reply_key.empty() && now < time_of(row.exp) + kDecisionsSent;
}

std::string_view name_of(ReleaseAskRow::Change change) {
  switch (change) {
    case ReleaseAskRow::Change::kNone: return {};
    case ReleaseAskRow::Change::kCorrected: return "corrected";
    case ReleaseAskRow::Change::kErased: return "erased";
    case ReleaseAskRow::Change::kWithdrawn: return "withdrawn";
    case ReleaseAskRow::Change::kDeleted: return "deleted";
  }
  return {};
}

ReleaseAskRow::Change change_of(exchange::Noticed what) {
  switch (what) {
    case exchange::Noticed::kCorrected: return ReleaseAskRow::Change::kCorrected;
    case exchange::Noticed::kErased: return ReleaseAskRow::Change::kErased;
    case exchange::Noticed::kWithdrawn: break;
  }
  return ReleaseAskRow::Change::kWithdrawn;
}

bool is_open(const ReleaseAskRow& row) { return row.state == State::kSealed || row.state == State::kReceipted; }

std::string kid_of(const ReleaseAskRow& row) {
  const auto key = row.reply_key.key();
  return key ? crypto::key_id(key->public_key()) : std::string();
}

}  // namespace

Time ReleaseAsking::now() const { return std::chrono::floor<exchange::Seconds>(with_.world.now()); }

Status ReleaseAsking::take_row(ByteView head) {
  WHORL_ASSIGN(ReleaseAskRow row, parse_release_ask(head));
  const std::scoped_lock lock(mutex_);
  const std::string name = release_ask_name(row.check_id, row.member);
  if (!row.reply_key.empty()) by_kid_[kid_of(row)] = name;
  know(name, row);
  rows_[name] = std::move(row);
  return {};
}

void ReleaseAsking::know(const std::string& name, const ReleaseAskRow& row) {
  by_jti_[row.jti] = name;
  if (!row.taken.empty()) taken_.insert(row.taken);
}

Status ReleaseAsking::note(const ReleaseAskRow& row, audit::Operation operation, const std::string& outcome,
                           std::size_t items) const {
  return note_leaf(with_.service, {}, row.purpose, row.check_id, operation, outcome, row.member, items);
}

Result<ReleaseView> ReleaseAsking::ask(const engine::Call& call, const engine::ReleaseQuestion& question,
                                       const Standing& standing) {
  WHORL_ASSIGN(auto matched, asking_.matched(call, question.check_id, question.member));
  const Time at = now();
  if (!standing.in_force(at))
    return failure(ErrorCode::kOutOfForce, with<"from">(rfc3339(standing.policy.valid_from)),
                   with<"until">(rfc3339(standing.policy.valid_until)), with<"now">(rfc3339(at)));
  const auto purpose = standing.policy.purposes.find(matched.purpose);
  if (purpose == standing.policy.purposes.end()) return check_refused(exchange::Refusal::kPurpose);
  ReleaseAskRow row;
  row.check_id = question.check_id;
  row.member = question.member;
  row.ref = matched.ref;
  row.handle = matched.handle;
  row.purpose = matched.purpose;
  WHORL_ASSIGN(row.items, items_of(question.items, purpose->second));
  row.iat = at.time_since_epoch().count();
  row.exp = row.iat + standing.policy.followup_expires.count();
  WHORL_ASSIGN(row.jti, exchange::new_id(with_.random));
  WHORL_ASSIGN(auto probe, probe_of(question.samples, question.missing));
  WHORL_ASSIGN(const auto reply, crypto::PrivateKey::make(crypto::KeyKind::kX25519, with_.random));
  row.reply_key = crypto::SecretBytes::copy_of(reply.secret());
  exchange::Message message{{standing.name, row.member, row.jti, row.iat, row.exp, standing.policy.id()},
                            exchange::ReleaseRequest{row.ref, row.handle, row.purpose, std::move(matched.by), row.items,
                                                     crypto::SecretBytes::copy_of(as_bytes(question.basis)),
                                                     exchange::Size::kSmall, std::move(probe), reply.public_key()}};
  WHORL_ASSIGN(const exchange::Size size, exchange::size_of(message));
  WHORL_ASSIGN(const auto sealed, exchange::seal(message, size, with_.keys.identity, matched.release,
                                                 with_.keys.secret(row.member), with_.random));
  row.req = crypto::base64url(sealed.signed_text);
  const std::string name = release_ask_name(row.check_id, row.member);
  const std::scoped_lock lock(mutex_);
  if (rows_.contains(name)) return asked_already(row.member);
  WHORL_TRY(note_leaf(with_.service, call, row.purpose, row.check_id, audit::Operation::kAskRelease, "asked",
                      row.member, row.items.size()));
  WHORL_TRY(with_.rows.put(name, encoded(row), as_bytes(sealed.envelope)));
  by_kid_[crypto::key_id(reply.public_key())] = name;
  know(name, row);
  rows_[name] = std::move(row);
  return shown(name, rows_.at(name));
}

Result<ReleaseView> ReleaseAsking::shown(const std::string& name, const ReleaseAskRow& row) const {
  ReleaseView out;
  out.check_id = row.check_id;
  out.member = row.member;
  out.items = names_of(row.items);
  out.asked_at = time_of(row.iat);
  out.expires_at = time_of(row.exp);
  const bool over = is_open(row) && now() >= time_of(row.exp);
  if (over || row.state == State::kDidNotAnswer) out.state = "did_not_answer";
  if (row.state != State::kDecided) return out;
  out.state = std::string(exchange::name_of(row.decision));
  out.why = row.why;
  out.officer = row.officer;
  out.change = std::string(name_of(row.change));
  if (row.change != ReleaseAskRow::Change::kNone) out.changed_at = time_of(row.changed_at);
  // What must be gone is shown no more, deleted or not.
  if (row.delete_by == 0 || now() >= time_of(row.delete_by)) return out;
  out.delete_by = time_of(row.delete_by);
  out.purposes = row.purposes;
  WHORL_ASSIGN(const auto data, with_.rows.result(name));
  if (data) out.data = std::string(as_text(*data));
  return out;
}

Result<ReleaseView> ReleaseAsking::view(const engine::Call& call, const std::string& check_id,
                                        const std::string& member) {
  WHORL_TRY(asking_.owns(call, check_id));
  const std::string name = release_ask_name(check_id, member);
  const std::scoped_lock lock(mutex_);
  const auto found = rows_.find(name);
  if (found == rows_.end()) return unknown_release();
  return shown(name, found->second);
}

std::vector<std::string> ReleaseAsking::to_send() const {
  std::vector<std::string> out;
  const std::scoped_lock lock(mutex_);
  for (const auto& [name, row] : rows_) {
    if (row.state == State::kSealed) out.push_back(name);
  }
  return out;
}

std::vector<WaitsForSlot> ReleaseAsking::waiting(const std::string& member) const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::pair<std::int64_t, std::string>> found;
  for (const auto& [name, row] : rows_) {
    if (row.state == State::kSealed && row.member == member && now() < time_of(row.exp))
      found.emplace_back(row.iat, name);
  }
  std::sort(found.begin(), found.end());
  std::vector<WaitsForSlot> out;
  for (const auto& [iat, name] : found) out.push_back({name, rows_.at(name).reply_key.clone()});
  return out;
}

Result<std::optional<ReleaseAsking::Sending>> ReleaseAsking::sending(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  const auto found = rows_.find(name);
  if (found == rows_.end()) return std::optional<Sending>();
  const ReleaseAskRow& row = found->second;
  if (row.state != State::kSealed || now().time_since_epoch().count() >= row.exp) return std::optional<Sending>();
  WHORL_ASSIGN(const auto envelope, with_.rows.request(name));
  if (!envelope) return corruption("the envelope of a request for data is not there");
  return std::optional(Sending{row.member, row.jti, row.exp, std::string(as_text(*envelope))});
}

Status ReleaseAsking::receipted(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  const auto found = rows_.find(name);
  if (found == rows_.end() || found->second.state != State::kSealed) return {};
  ReleaseAskRow row = found->second;
  row.state = State::kReceipted;
  return keep(name, std::move(row));
}

Status ReleaseAsking::refused(const std::string& name, const std::string& why) {
  const std::scoped_lock lock(mutex_);
  const auto found = rows_.find(name);
  if (found == rows_.end() || !is_open(found->second)) return {};
  ReleaseAskRow row = found->second;
  row.state = State::kDecided;
  row.why = why;
  row.at = now().time_since_epoch().count();
  row.reply_key = {};
  WHORL_TRY(note(row, audit::Operation::kReceive, "refused:" + why, 0));
  return keep(name, std::move(row), Bytes());
}

std::optional<crypto::PrivateKey> ReleaseAsking::reply_key(std::string_view kid) const {
  const std::scoped_lock lock(mutex_);
  const auto found = by_kid_.find(kid);
  if (found == by_kid_.end()) return std::nullopt;
  return rows_.at(found->second).reply_key.key();
}

bool ReleaseAsking::took(const std::string& mark) const {
  const std::scoped_lock lock(mutex_);
  return taken_.contains(mark);
}

Status ReleaseAsking::take_release(const exchange::Opened& opened) {
  const auto* release = std::get_if<exchange::Release>(&opened.message.body);
  const std::scoped_lock lock(mutex_);
  const auto named = release == nullptr ? by_kid_.end() : by_kid_.find(opened.kid);
  if (named == by_kid_.end()) return envelope_refused("releases nothing that was asked for");
  const std::string name = named->second;
  ReleaseAskRow row = rows_.at(name);
  if (opened.message.common.iss != row.member) return envelope_refused("another member releases");
  if (!awaits_release(row, now())) return envelope_refused("no data are awaited any more");
  if (release->ref != row.ref || release->re != row.jti || release->handle != row.handle || release->req != row.req)
    return envelope_refused("releases for another request");
  const bool asked_for =
      std::includes(row.items.begin(), row.items.end(), release->items.begin(), release->items.end());
  if (!asked_for) return envelope_refused("releases what was not asked for");
  row.state = State::kDecided;
  row.decision = release->decision;
  row.why = release->why;
  row.officer = release->officer;
  row.at = now().time_since_epoch().count();
  row.delete_by = release->delete_by;
  row.purposes = release->purposes;
  row.reply_key = {};
  row.taken = taken_mark(opened);
  const std::string why = row.why.empty() ? "" : ":" + row.why.substr(0, 32);
  WHORL_TRY(
      note(row, audit::Operation::kReceive, std::string(exchange::name_of(row.decision)) + why, release->items.size()));
  return keep(name, std::move(row), Bytes(release->data.view().begin(), release->data.view().end()));
}

Status ReleaseAsking::take_notice(const exchange::Opened& opened) {
  const auto* notice = std::get_if<exchange::Notice>(&opened.message.body);
  if (notice == nullptr) return envelope_refused("is no notice");
  const std::scoped_lock lock(mutex_);
  const auto known = by_jti_.find(notice->re);
  auto named = known == by_jti_.end() ? rows_.end() : rows_.find(known->second);
  if (named != rows_.end()) {
    const ReleaseAskRow& row = named->second;
    const bool fits = row.member == opened.message.common.iss && row.ref == notice->ref && row.handle == notice->handle;
    if (!fits) named = rows_.end();
  }
  // Of what is kept no longer there is nothing left to change.
  if (named == rows_.end()) return {};
  ReleaseAskRow row = named->second;
  if (awaits_release(row, now())) return unavailable("the data that it changes have not come yet");
  if (notice->number <= row.notice || row.delete_by == 0) return {};
  if (!std::includes(row.items.begin(), row.items.end(), notice->items.begin(), notice->items.end()))
    return envelope_refused("corrects what was not asked for");
  row.notice = notice->number;
  row.change = change_of(notice->what);
  row.changed_at = now().time_since_epoch().count();
  if (notice->what != exchange::Noticed::kCorrected) row.delete_by = 0;
  WHORL_TRY(note(row, audit::Operation::kReceive, std::string(name_of(row.change)), notice->items.size()));
  return keep(named->first, std::move(row), Bytes(notice->data.view().begin(), notice->data.view().end()));
}

Status ReleaseAsking::keep(const std::string& name, ReleaseAskRow row, const std::optional<Bytes>& result) {
  WHORL_TRY(with_.rows.change(name, encoded(row), result));
  ReleaseAskRow& there = rows_.at(name);
  if (row.reply_key.empty()) by_kid_.erase(kid_of(there));
  know(name, row);
  there = std::move(row);
  return {};
}

Status ReleaseAsking::end_request(const std::string& name, Time settled) {
  const ReleaseAskRow& row = rows_.at(name);
  if (is_open(row) && now() >= time_of(row.exp)) {
    ReleaseAskRow ended = row;
    ended.state = State::kDidNotAnswer;
    WHORL_TRY(note(ended, audit::Operation::kReceive, "did_not_answer", 0));
    WHORL_TRY(keep(name, std::move(ended)));
  }
  if (row.reply_key.empty() || is_open(row) || awaits_release(row, settled)) return {};
  ReleaseAskRow ended = row;
  ended.reply_key = {};
  return keep(name, std::move(ended), Bytes());
}

Status ReleaseAsking::delete_data(const std::string& name, const exchange::Retention& retention, Time settled) {
  const ReleaseAskRow& row = rows_.at(name);
  if (row.delete_by == 0) return {};
  const Time due = std::min(time_of(row.delete_by),
                            exchange::retention_due(retention, exchange::Kept::kReleasedData, time_of(row.at)));
  if (settled < due) return {};
  ReleaseAskRow deleted = row;
  deleted.delete_by = 0;
  deleted.change = ReleaseAskRow::Change::kDeleted;
  deleted.changed_at = now().time_since_epoch().count();
  WHORL_TRY(note(row, audit::Operation::kReceive, "deleted", 0));
  return keep(name, std::move(deleted), Bytes());
}

Status ReleaseAsking::pass_time(const exchange::Retention& retention, Time settled) {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> over;
  for (const auto& [name, row] : rows_) {
    WHORL_TRY(end_request(name, settled));
    WHORL_TRY(delete_data(name, retention, settled));
    const bool quiet = row.reply_key.empty() && row.delete_by == 0;
    if (quiet && settled >= exchange::retention_due(retention, exchange::Kept::kCaseMatch, time_of(row.iat)))
      over.push_back(name);
  }
  if (over.empty()) return {};
  WHORL_TRY(with_.rows.erase(over));
  for (const std::string& name : over) {
    const auto row = rows_.find(name);
    by_jti_.erase(row->second.jti);
    taken_.erase(row->second.taken);
    rows_.erase(row);
  }
  return {};
}

}  // namespace whorl::member
