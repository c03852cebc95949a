#include "member/cover.h"

#include <algorithm>

#include "crypto/jose/base64url.h"
#include "member/question.h"
#include "member/refusals.h"
#include "member/release_rows.h"
#include "member/row_names.h"

namespace whorl::member {
namespace {

using State = CoverRow::State;

constexpr std::int64_t kMs = 1000;

// Something leaves in it yet.
bool is_open(const CoverRow& row) {
  return row.state == State::kOwed || row.state == State::kOther || row.state == State::kNoop;
}

}  // namespace

std::int64_t Cover::now_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(with_.world.now().time_since_epoch()).count();
}

// -- Rows -------------------------------------------------------------------------------------------------------------

std::string Cover::name_of(const std::string& member, const std::string& jti) const {
  return digest_name(side_ == Side::kAsks ? kCoverRows : kCoverReplyRows, member, jti);
}

Status Cover::take_row(const std::string& name, ByteView head) {
  WHORL_ASSIGN(CoverRow row, parse_cover(head));
  const std::scoped_lock lock(mutex_);
  rows_.put(name, std::move(row));
  return {};
}

Status Cover::erase(const std::string& name) {
  if (rows_.find(name) == nullptr) return {};
  WHORL_TRY(with_.rows.erase({&name, 1}));
  rows_.erase(name);
  return {};
}

Result<Cover::Slot> Cover::drawn(const std::string& name, const std::string& member, const std::string& to,
                                 const exchange::Policy& policy) {
  if (rows_.size_of(member) >= kMostSlotsOfMember)
    return exhausted("so many slots of " + member + " are kept that it gets no further one now");
  CoverRow row{member, to, followup_due(policy, now_ms(), with_.world.random_u64())};
  WHORL_TRY(with_.rows.change(name, encoded(row), {}));
  Slot out{name, member, row.due_ms};
  rows_.put(name, std::move(row));
  return out;
}

// -- Slots ------------------------------------------------------------------------------------------------------------

Result<std::vector<Cover::Slot>> Cover::slots(const exchange::Policy& policy) {
  std::vector<Slot> out;
  const std::scoped_lock lock(mutex_);
  for (const auto& [name, row] : rows_.all()) {
    if (!is_open(row)) continue;
    const bool too_far = is_too_far(row, policy);
    std::int64_t due_ms = too_far ? now_ms() : row.due_ms;
    // All at once would show how many were owed when the node ended. What was drawn while the clock was ahead is drawn
    // anew, too.
    if (row.state == State::kOwed && (row.due_ms < now_ms() || too_far)) {
      CoverRow later = row;
      later.due_ms = due_ms = followup_due(policy, now_ms(), with_.world.random_u64());
      WHORL_TRY(with_.rows.change(name, encoded(later), {}));
      rows_.put(name, std::move(later));
    }
    out.push_back({name, row.member, due_ms});
  }
  return out;
}

// No slot that is drawn now is so late: the clock was set back since.
bool Cover::is_too_far(const CoverRow& row, const exchange::Policy& policy) const {
  return row.due_ms > now_ms() + (policy.followup_slot + policy.followup_jitter).count() * kMs;
}

Result<std::optional<Cover::Slot>> Cover::owe(const std::string& member, const std::string& jti,
                                              const crypto::PublicKey& to, const exchange::Policy& policy) {
  const std::string name = name_of(member, jti);
  const std::scoped_lock lock(mutex_);
  if (rows_.find(name) != nullptr) return std::optional<Slot>();
  WHORL_ASSIGN(Slot slot, drawn(name, member, crypto::base64url(to.bytes()), policy));
  return std::optional(std::move(slot));
}

Result<std::vector<Cover::Slot>> Cover::make_room(const std::string& member, std::size_t waiting,
                                                  const exchange::Policy& policy) {
  std::vector<Slot> out;
  const std::scoped_lock lock(mutex_);
  std::size_t there = rows_.room_for(member);
  for (; there < waiting; ++there) {
    WHORL_ASSIGN(const std::string id, exchange::new_id(with_.random));
    WHORL_ASSIGN(out.emplace_back(), drawn(name_of(member, id), member, {}, policy));
  }
  return out;
}

bool Cover::has_taken(const std::string& other_row) const {
  const std::scoped_lock lock(mutex_);
  return rows_.has_taken(other_row);
}

// -- What leaves in one -----------------------------------------------------------------------------------------------

Result<std::optional<Cover::Turn>> Cover::turn(const std::string& slot, const std::vector<WaitsForSlot>& waiting,
                                               const Standing& standing) {
  const std::scoped_lock lock(mutex_);
  const CoverRow* found = rows_.find(slot);
  if (found == nullptr || !is_open(*found)) return std::optional<Turn>();
  const CoverRow& row = *found;
  const bool waits = row.due_ms > now_ms() && !is_too_far(row, standing.policy);
  if (row.state == State::kOwed && waits) return std::optional(Turn{{}, {}, row.due_ms});
  if (row.state == State::kOwed) return settle(slot, waiting, standing);
  if (row.state == State::kOther) return std::optional(Turn{row.other});
  WHORL_ASSIGN(const auto envelope, with_.rows.request(slot));
  if (!envelope) return corruption("the envelope of a noop is not there");
  return std::optional(Turn{{}, Noop{row.jti, row.exp, std::string(as_text(*envelope))}});
}

Result<std::optional<Cover::Turn>> Cover::settle(const std::string& name, const std::vector<WaitsForSlot>& waiting,
                                                 const Standing& standing) {
  const auto next = std::find_if(waiting.begin(), waiting.end(),
                                 [&](const WaitsForSlot& each) { return !rows_.has_taken(each.row); });
  if (next == waiting.end()) return fill(name, standing);
  CoverRow row = *rows_.find(name);
  row.to.clear();
  row.state = State::kOther;
  row.other = next->row;
  row.exp = now_ms() / kMs + standing.policy.followup_expires.count();
  row.reply_key = next->reply_key.clone();
  WHORL_TRY(with_.rows.change(name, encoded(row), {}));
  rows_.put(name, std::move(row));
  return std::optional(Turn{next->row});
}

// With a noop.
Result<std::optional<Cover::Turn>> Cover::fill(const std::string& name, const Standing& standing) {
  CoverRow row = *rows_.find(name);
  // It was drawn for what has gone by another.
  if (row.to.empty()) {
    WHORL_TRY(erase(name));
    return std::optional<Turn>();
  }
  const auto bytes = crypto::decode_base64url(row.to);
  if (!bytes) return corruption("the key of a noop is malformed");
  WHORL_ASSIGN(const auto to, crypto::PublicKey::of(crypto::KeyKind::kX25519, *bytes));
  exchange::Noop noop;
  if (side_ == Side::kAsks) {
    WHORL_ASSIGN(const auto reply, crypto::PrivateKey::make(crypto::KeyKind::kX25519, with_.random));
    row.reply_key = crypto::SecretBytes::copy_of(reply.secret());
    noop.reply = reply.public_key();
  }
  WHORL_ASSIGN(row.jti, exchange::new_id(with_.random));
  const std::int64_t second = now_ms() / kMs;
  // As long as a request is sent, and a decision.
  row.exp = second + (side_ == Side::kAsks ? standing.policy.followup_expires : kDecisionsSent).count();
  row.to.clear();
  row.state = State::kNoop;
  const exchange::Message message{{standing.name, row.member, row.jti, second, row.exp, standing.policy.id()}, noop};
  WHORL_ASSIGN(const auto sealed, exchange::seal(message, exchange::Size::kSmall, with_.keys.identity, to,
                                                 with_.keys.secret(row.member), with_.random));
  WHORL_TRY(with_.rows.put(name, encoded(row), as_bytes(sealed.envelope), {}));
  Turn out{{}, Noop{row.jti, row.exp, sealed.envelope}};
  rows_.put(name, std::move(row));
  return std::optional(std::move(out));
}

Status Cover::left(const std::string& slot) {
  const std::scoped_lock lock(mutex_);
  const CoverRow* found = rows_.find(slot);
  if (found == nullptr || !is_open(*found)) return {};
  // A second one to the same message is known again for as long as it may come.
  CoverRow row = *found;
  row.state = State::kLeft;
  row.other.clear();
  WHORL_TRY(with_.rows.change(slot, encoded(row), Bytes()));
  rows_.put(slot, std::move(row));
  return {};
}

Status Cover::forget(const std::string& slot) {
  const std::scoped_lock lock(mutex_);
  if (rows_.find(slot) == nullptr) return {};
  // Whatever the disk does: what it was for comes again, and takes its name.
  rows_.erase(slot);
  return with_.rows.erase({&slot, 1});
}

// -- Replies ----------------------------------------------------------------------------------------------------------

std::optional<crypto::PrivateKey> Cover::reply_key(std::string_view kid) const {
  const std::scoped_lock lock(mutex_);
  const auto name = rows_.awaiting(kid);
  return name ? rows_.find(*name)->reply_key.key() : std::nullopt;
}

bool Cover::took(const std::string& mark) const {
  const std::scoped_lock lock(mutex_);
  return rows_.took(mark);
}

Status Cover::take_reply(const exchange::Opened& opened) {
  const bool is_noop = std::holds_alternative<exchange::Noop>(opened.message.body);
  const std::scoped_lock lock(mutex_);
  const auto named = is_noop ? rows_.awaiting(opened.kid) : std::nullopt;
  if (!named) return envelope_refused("covers nothing that was sent");
  const std::string& name = *named;
  CoverRow row = *rows_.find(name);
  if (opened.message.common.iss != row.member) return envelope_refused("another member replies");
  row.reply_key = {};
  row.taken = taken_mark(opened);
  // What is sent again, as its receipt was lost, is not sent any more: the reply shows that it came.
  if (row.state == State::kNoop || row.state == State::kLeft) row.state = State::kReplied;
  WHORL_TRY(
      with_.rows.change(name, encoded(row), row.state == State::kReplied ? std::optional(Bytes()) : std::nullopt));
  rows_.put(name, std::move(row));
  return {};
}

Status Cover::pass_time(exchange::Time settled) {
  const std::scoped_lock lock(mutex_);
  for (const std::string& name : rows_.over(settled.time_since_epoch().count())) WHORL_TRY(erase(name));
  return {};
}

}  // namespace whorl::member
