// What follows an answer: requests for data and cover, each of the one whose one-time key it is sealed to.
#include "member/answering.h"
#include "member/refusals.h"

namespace whorl::member {

using exchange::Time;

void Answering::remember(const std::string& member, const std::string& jti, std::int64_t exp) {
  const std::scoped_lock lock(mutex_);
  replay_.take(member, jti, Time(exchange::Seconds(exp)), {});
}

std::optional<crypto::PrivateKey> Answering::release_key(std::string_view kid) const {
  const std::scoped_lock lock(mutex_);
  const auto found = by_release_kid_.find(kid);
  if (found == by_release_kid_.end()) return std::nullopt;
  return cases_.at(found->second).release_key.key();
}

Result<Answering::Hit> Answering::take_hit(const exchange::Opened& request, Time now, std::chrono::seconds open_for) {
  const auto& body = std::get<exchange::ReleaseRequest>(request.message.body);
  const std::scoped_lock lock(mutex_);
  const auto found = by_release_kid_.find(request.kid);
  // Sealed to another of this member's keys.
  if (found == by_release_kid_.end()) return Hit{};
  CaseRow row = cases_.at(found->second);
  // The same one again: its record was refused by the disk, or the node ended before it had one. One that has its
  // record does not come here a second time.
  const std::string& jti = request.message.common.jti;
  const bool again = row.heard_jti == jti;
  if (!again && row.release_requests >= kMostReleaseRequests) return Hit{{}, {}, false};
  const bool names_it = row.member == request.message.common.iss && row.handle == body.handle && row.ref == body.ref &&
                        row.purpose == body.purpose;
  const bool in_time = now < time_of(row.due_ms / 1000) + open_for;
  const bool first = !row.release_asked || row.release_jti == jti;
  const bool taken = names_it && in_time && first && !row.person_id.empty();
  // Written whatever came of it: a request that follows a match is no other than one that does not.
  if (!again) ++row.release_requests;
  row.heard_jti = jti;
  row.release_asked = row.release_asked || taken;
  if (taken) row.release_jti = jti;
  const Hit out = taken ? Hit{found->second, row.person_id} : Hit{};
  WHORL_TRY(keep(found->second, std::move(row)));
  return out;
}

Status Answering::take_cover(const exchange::Opened& noop, Time now, std::chrono::seconds open_for,
                             const std::function<Status()>& owe) {
  const exchange::Common& common = noop.message.common;
  const std::scoped_lock lock(mutex_);
  const auto found = by_release_kid_.find(noop.kid);
  if (found == by_release_kid_.end()) return envelope_refused("it follows no answer");
  const CaseRow& row = cases_.at(found->second);
  if (row.member != common.iss) return envelope_refused("it follows another member's answer");
  if (noop.size != exchange::Size::kSmall) return envelope_refused("it has not the length of a request");
  if (now >= time_of(row.due_ms / 1000) + open_for) return envelope_refused("it comes too late");
  if (!row.cover_jti.empty() && row.cover_jti != common.jti)
    return envelope_refused("one came after that answer already");
  WHORL_TRY(owe());
  if (!row.cover_jti.empty()) return {};
  CaseRow changed = row;
  changed.cover_jti = common.jti;
  return keep(found->second, std::move(changed));
}

}  // namespace whorl::member
