#include "member/disclosures.h"

#include <algorithm>

#include "crypto/jose/base64url.h"
#include "engine/access/authorise.h"
#include "engine/access/scopes.h"
#include "member/leaf_note.h"
#include "member/refusals.h"
#include "member/released_data.h"
#include "member/row_names.h"
#include "member/rows.h"

namespace whorl::member {
namespace {

using exchange::Noticed;
using exchange::Time;

constexpr std::size_t kLookedAtOnce = 256;

bool waits(const DisclosureRow& row) { return row.number > 0 && row.receipt_at == 0; }

engine::Disclosure shown(const DisclosureRow& row) {
  engine::Disclosure out;
  out.disclosure_id = row.disclosure_id;
  out.at = time_of(row.at);
  out.member = row.member;
  out.purpose = row.purpose;
  out.person_id = row.person_id;
  out.decision = std::string(exchange::name_of(row.decision));
  out.items = names_of(row.items);
  for (const OfficerName& who : row.officers)
    out.officers.push_back(who.issuer.empty() ? who.subject : who.issuer + " " + who.subject);
  if (row.delete_by != 0) out.delete_by = time_of(row.delete_by);
  if (row.delivered_at != 0) out.receipt_at = time_of(row.delivered_at);
  if (row.number == 0) return out;
  out.receipt_at.reset();
  out.notice = std::string(exchange::name_of(row.notice));
  out.notice_at = time_of(row.notice_at);
  if (row.receipt_at != 0) out.receipt_at = time_of(row.receipt_at);
  return out;
}

}  // namespace

std::string digest_of(const std::string& data) { return crypto::base64url(sha256_of({as_bytes(data)})); }

// What has become of data since they were sent.
struct Disclosures::Change {
  std::optional<Noticed> what = {};  // nothing: they are as they were, or nothing may be sent
  std::string data = {};             // as they are now; empty: they are gone, or nothing may be sent
};

Time Disclosures::now() const { return std::chrono::floor<exchange::Seconds>(with_.world.now()); }

// Whether whoever was given the data may have them still.
bool Disclosures::is_out(const DisclosureRow& row) const {
  const bool ended = row.number > 0 && row.notice != Noticed::kCorrected;
  return row.delete_by > now().time_since_epoch().count() && !ended;
}

Status Disclosures::take_row(ByteView head) {
  WHORL_ASSIGN(DisclosureRow row, parse_disclosure(head));
  const std::scoped_lock lock(mutex_);
  rows_[row.disclosure_id] = std::move(row);
  return {};
}

Status Disclosures::enter(DisclosureRow row) {
  const std::scoped_lock lock(mutex_);
  return keep(std::move(row));
}

// The caller has the lock. What is not on disk has not happened.
Status Disclosures::keep(DisclosureRow row, const std::optional<Bytes>& result) {
  WHORL_TRY(with_.rows.change(disclosure_name(row.disclosure_id), encoded(row), result));
  rows_[row.disclosure_id] = std::move(row);
  return {};
}

Status Disclosures::delivered(const std::string& id, const std::string& receipt) {
  const std::scoped_lock lock(mutex_);
  const auto found = rows_.find(id);
  if (found == rows_.end() || found->second.delivered_at != 0) return {};
  DisclosureRow row = found->second;
  row.delivered_at = now().time_since_epoch().count();
  row.receipt = receipt;
  return keep(std::move(row));
}

Result<std::vector<engine::Disclosure>> Disclosures::list(const engine::Call& call) const {
  WHORL_TRY(access::authorise(call.who, access::scope::kReleaseDecide));
  std::vector<engine::Disclosure> out;
  const std::scoped_lock lock(mutex_);
  for (const auto& [id, row] : rows_) out.push_back(shown(row));
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.at > b.at; });
  return out;
}

Status Disclosures::note(const engine::Call& call, const DisclosureRow& row, const std::string& outcome) const {
  return note_leaf(with_.service, call, row.purpose, row.disclosure_id, audit::Operation::kNotice, outcome, row.member);
}

// The caller has the lock.
Status Disclosures::tell(const engine::Call& call, DisclosureRow row, Noticed what) {
  ++row.number;
  row.notice = what;
  row.notice_at = now().time_since_epoch().count();
  row.notice_jti.clear();
  row.notice_exp = 0;
  row.receipt_at = 0;
  WHORL_TRY(note(call, row, std::string(exchange::name_of(what))));
  return keep(std::move(row), Bytes());
}

Result<engine::Disclosure> Disclosures::withdraw(const engine::Call& call, const std::string& disclosure_id) {
  WHORL_TRY(access::authorise(call.who, access::scope::kReleaseDecide));
  const std::scoped_lock lock(mutex_);
  const auto found = rows_.find(disclosure_id);
  if (found == rows_.end()) return unknown_disclosure();
  if (!is_out(found->second)) return nothing_is_out();
  WHORL_TRY(tell(call, found->second, Noticed::kWithdrawn));
  return shown(rows_.at(disclosure_id));
}

Result<Disclosures::Change> Disclosures::changed(const DisclosureRow& row, const Standing& standing) const {
  auto record =
      open_record(with_.service, with_.shield, with_.config, standing, row.person_id, row.member, row.purpose);
  if (!record.ok() && record.error().kind != ErrorKind::kNotFound) return record.error();
  if (!record.ok()) return Change{Noticed::kErased};
  if (record->hidden) return Change{};
  // What came since then was not released.
  std::erase_if(record->encounters, [&](const engine::EncounterView& each) {
    return std::find(row.encounters.begin(), row.encounters.end(), each.encounter_id) == row.encounters.end();
  });
  if (record->encounters.empty()) return Change{Noticed::kErased};
  WHORL_ASSIGN(std::string data, released_data(record->encounters, row.items));
  const bool same = digest_of(data) == row.digest;
  return Change{same ? std::optional<Noticed>() : Noticed::kCorrected, std::move(data)};
}

Result<std::vector<std::string>> Disclosures::look(const Standing& standing) {
  std::vector<DisclosureRow> some;
  {
    const std::scoped_lock lock(mutex_);
    auto at = rows_.upper_bound(looked_at_);
    for (std::size_t n = std::min(rows_.size(), kLookedAtOnce); n > 0; --n, ++at) {
      if (at == rows_.end()) at = rows_.begin();
      looked_at_ = at->first;
      if (is_out(at->second)) some.push_back(at->second);
    }
  }
  std::vector<std::string> out;
  Status failed;
  for (DisclosureRow& row : some) {
    const auto change = changed(row, standing);
    // One that cannot be read holds up no other.
    if (!change.ok()) failed = change.error();
    if (!change.ok() || !change->what) continue;
    const std::scoped_lock lock(mutex_);
    const auto found = rows_.find(row.disclosure_id);
    // Told by now, or withdrawn.
    if (found == rows_.end() || found->second.number != row.number || !is_out(found->second)) continue;
    // Of a correction that waits to be sealed the record is read then.
    if (change->what == Noticed::kCorrected && waits(row) && row.notice_jti.empty()) continue;
    WHORL_TRY(tell(engine::Call(), found->second, *change->what));
    out.push_back(row.disclosure_id);
  }
  if (out.empty() && !failed.ok()) return failed.error();
  return out;
}

std::vector<std::string> Disclosures::to_send() const {
  std::vector<std::string> out;
  const std::scoped_lock lock(mutex_);
  for (const auto& [id, row] : rows_) {
    if (waits(row)) out.push_back(id);
  }
  return out;
}

Result<std::optional<Disclosures::Sending>> Disclosures::sending(const std::string& id) {
  const std::int64_t second = now().time_since_epoch().count();
  const std::scoped_lock lock(mutex_);
  const auto found = rows_.find(id);
  if (found == rows_.end() || !waits(found->second) || found->second.delete_by <= second)
    return std::optional<Sending>();
  const DisclosureRow& row = found->second;
  Sending out{row.member, row.notice_jti, row.notice_exp, {}};
  if (row.notice_jti.empty() || second >= row.notice_exp) return std::optional(std::move(out));
  WHORL_ASSIGN(const auto envelope, with_.rows.result(disclosure_name(id)));
  if (envelope) out.envelope = std::string(as_text(*envelope));
  return std::optional(std::move(out));
}

exchange::Message Disclosures::notice_of(const DisclosureRow& row, const std::string& data,
                                         const Standing& standing) const {
  return {{standing.name, row.member, row.notice_jti, now().time_since_epoch().count(), row.notice_exp,
           standing.policy.id()},
          exchange::Notice{row.ref, row.handle, row.re, row.number, row.notice,
                           data.empty() ? std::vector<exchange::Item>() : row.items,
                           crypto::SecretBytes::copy_of(as_bytes(data))}};
}

Status Disclosures::seal(const std::string& id, const crypto::PublicKey& day_key, const Standing& standing) {
  const std::scoped_lock lock(mutex_);
  const auto found = rows_.find(id);
  if (found == rows_.end() || !waits(found->second)) return {};
  DisclosureRow row = found->second;
  std::string data;
  if (row.notice == Noticed::kCorrected) {
    WHORL_ASSIGN(Change change, changed(row, standing));
    if (change.what == Noticed::kErased) {
      WHORL_TRY(tell(engine::Call(), row, Noticed::kErased));
      row = rows_.at(id);
    }
    // The person is hidden by now: it waits, and may never be sent.
    if (change.what != Noticed::kErased && change.data.empty()) return {};
    data = std::move(change.data);
  }
  WHORL_ASSIGN(row.notice_jti, exchange::new_id(with_.random));
  const std::int64_t second = now().time_since_epoch().count();
  row.notice_exp = second + standing.policy.followup_expires.count();
  exchange::Message message = notice_of(row, data, standing);
  if (const auto size = exchange::size_of(message); !data.empty() && (!size.ok() || *size > row.room)) {
    // What has become longer than its taker has room for is deleted there: it must not stay as it was.
    WHORL_TRY(tell(engine::Call(), row, Noticed::kWithdrawn));
    row.number = rows_.at(id).number;
    row.notice = Noticed::kWithdrawn;
    data.clear();
    message = notice_of(row, data, standing);
  }
  WHORL_ASSIGN(const auto sealed, exchange::seal(message, row.room, with_.keys.identity, day_key,
                                                 with_.keys.secret(row.member), with_.random));
  if (!data.empty()) row.digest = digest_of(data);
  return keep(std::move(row), Bytes(sealed.envelope.begin(), sealed.envelope.end()));
}

Status Disclosures::send_anew(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  const auto found = rows_.find(id);
  if (found == rows_.end() || !waits(found->second)) return {};
  // What was sealed is what its taker may have: a correction is sealed again from the record whatever it says.
  DisclosureRow row = found->second;
  row.notice_jti.clear();
  row.digest.clear();
  return keep(std::move(row), Bytes());
}

Status Disclosures::taken(const std::string& id, const std::string& jti, const std::string& receipt) {
  const std::scoped_lock lock(mutex_);
  const auto found = rows_.find(id);
  // Another notice has taken its place meanwhile.
  if (found == rows_.end() || !waits(found->second) || found->second.notice_jti != jti) return {};
  DisclosureRow row = found->second;
  row.receipt_at = now().time_since_epoch().count();
  WHORL_TRY(note(engine::Call(), row, std::string(exchange::name_of(row.notice)) + ":taken"));
  return keep(std::move(row), Bytes(receipt.begin(), receipt.end()));
}

Status Disclosures::pass_time(const exchange::Retention& retention, Time settled) {
  std::vector<std::string> over;
  const auto is_over = [&](const DisclosureRow& row) {
    return settled >= exchange::retention_due(retention, exchange::Kept::kDisclosure, time_of(row.at));
  };
  const std::scoped_lock lock(mutex_);
  for (const auto& [id, row] : rows_) {
    if (is_over(row)) over.push_back(disclosure_name(id));
  }
  if (over.empty()) return {};
  WHORL_TRY(with_.rows.erase(over));
  std::erase_if(rows_, [&](const auto& each) { return is_over(each.second); });
  return {};
}

}  // namespace whorl::member
