// Which requests for data wait, whose decisions leave, and what time does to them.
#include <algorithm>

#include "exchange/policy/rules.h"
#include "member/releasing.h"
#include "member/row_names.h"
#include "member/somebody.h"

namespace whorl::member {
namespace {

using exchange::Time;
using State = ReleaseCaseRow::State;

bool waits(const ReleaseCaseRow& row) { return row.state == State::kArrived || row.state == State::kWaiting; }

// Of one that was decided: neither it nor its decision comes again.
std::int64_t end_of(const ReleaseCaseRow& row) { return std::max(row.exp, row.answer_exp); }

bool is_to_leave(const ReleaseCaseRow& row, Time now) {
  return !waits(row) && !row.answer_jti.empty() && !row.sent && now < time_of(row.answer_exp);
}

}  // namespace

Status Releasing::take_row(ByteView head) {
  WHORL_ASSIGN(ReleaseCaseRow row, parse_release_case(head));
  with_.answering.remember(row.member, row.jti, row.exp);
  if (!waits(row) && !row.person_id.empty()) {
    // Its person was erased while something of it was written.
    const std::string name = release_case_name(row.request_id);
    WHORL_ASSIGN(const bool is_kept, with_.rows.has_result(name));
    if (!is_kept) return with_.rows.erase(std::span(&name, 1));
  }
  const std::scoped_lock lock(mutex_);
  put(std::move(row));
  return {};
}

std::vector<WaitsForSlot> Releasing::waiting(const std::string& member) const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::pair<std::int64_t, std::string>> found;
  const auto of = leaving_.find(member);
  if (of == leaving_.end()) return {};
  for (const std::string& id : of->second) {
    const ReleaseCaseRow& row = cases_.at(id);
    if (is_to_leave(row, now())) found.emplace_back(row.received, release_case_name(id));
  }
  std::sort(found.begin(), found.end());
  std::vector<WaitsForSlot> out;
  for (auto& [received, name] : found) out.push_back({std::move(name)});
  return out;
}

std::optional<Leaving> Releasing::leaving(const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  const auto found = cases_.find(name.substr(kReleaseCaseRows.size()));
  if (found == cases_.end() || !is_to_leave(found->second, now())) return std::nullopt;
  return Leaving{name, found->second.member, found->second.answer_jti, 0, found->second.answer_exp};
}

std::vector<std::string> Releasing::arrived() const {
  std::vector<std::string> out;
  const std::scoped_lock lock(mutex_);
  for (const std::string& id : waiting_) {
    if (cases_.at(id).state == State::kArrived) out.push_back(id);
  }
  return out;
}

// The caller has the lock, of these.
void Releasing::put(ReleaseCaseRow row) {
  const std::string id = row.request_id;
  const std::string member = row.member;
  erase(id);
  ++of_member_[member];
  if (waits(row)) waiting_.insert(id);
  if (!waits(row)) ends_.emplace(end_of(row), id);
  if (!waits(row) && !row.answer_jti.empty() && !row.sent) leaving_[member].insert(id);
  cases_[id] = std::move(row);
}

void Releasing::erase(const std::string& id) {
  const auto found = cases_.find(id);
  if (found == cases_.end()) return;
  const ReleaseCaseRow& row = found->second;
  if (--of_member_[row.member] == 0) of_member_.erase(row.member);
  waiting_.erase(id);
  ends_.erase({end_of(row), id});
  if (const auto of = leaving_.find(row.member); of != leaving_.end()) {
    of->second.erase(id);
    if (of->second.empty()) leaving_.erase(of);
  }
  cases_.erase(found);
}

Result<std::vector<Leaving>> Releasing::end_of_gone(const Standing& standing, std::size_t most) {
  std::vector<std::pair<std::string, std::string>> looked;  // id and person
  {
    const std::scoped_lock lock(mutex_);
    auto each = waiting_.upper_bound(looked_at_);
    for (; each != waiting_.end() && looked.size() < most; ++each) {
      const ReleaseCaseRow& row = cases_.at(*each);
      if (row.state == State::kWaiting) looked.emplace_back(*each, row.person_id);
      looked_at_ = *each;
    }
    if (each == waiting_.end()) looked_at_.clear();
  }
  std::vector<Leaving> out;
  for (const auto& [id, person] : looked) {
    const auto there = is_somebody(with_.service, person);
    if (!there.ok() && out.empty()) return there.error();
    if (!there.ok() || *there) continue;
    const std::scoped_lock lock(mutex_);
    const auto found = cases_.find(id);
    if (found == cases_.end() || found->second.state != State::kWaiting) continue;  // decided meanwhile
    auto leaving = close(found->second, standing);
    // Those before it are to leave; this one's turn comes again.
    if (!leaving.ok() && out.empty()) return leaving.error();
    if (!leaving.ok()) return out;
    out.push_back(std::move(*leaving));
  }
  return out;
}

// As of what was no match: the asker learns no more. The caller has the lock.
Result<Leaving> Releasing::close(ReleaseCaseRow row, const Standing& standing) {
  const engine::Call call = call_of(row);
  row.person_id.clear();
  row.officers.clear();
  Decided decided;
  decided.why = "not_open";
  return finish(call, std::move(row), decided, standing);
}

Result<std::vector<Leaving>> Releasing::pass_time(const Standing& standing, Time settled) {
  std::vector<Leaving> out;
  std::vector<std::string> late;
  std::vector<std::string> over;
  const std::scoped_lock lock(mutex_);
  for (const std::string& id : waiting_) {
    if (settled >= time_of(cases_.at(id).exp)) late.push_back(id);
  }
  for (auto each = ends_.begin(); each != ends_.end() && settled >= time_of(each->first); ++each) {
    const std::int64_t received = cases_.at(each->second).received;
    if (settled >= exchange::retention_due(standing.policy.retention, exchange::Kept::kCaseNoMatch, time_of(received)))
      over.push_back(each->second);
  }
  for (const std::string& id : late) {
    auto leaving = lapse(cases_.at(id), standing);
    // Those before it are to leave; this one's turn comes again.
    if (!leaving.ok() && out.empty()) return leaving.error();
    if (!leaving.ok()) return out;
    out.push_back(std::move(*leaving));
  }
  if (over.empty()) return out;
  std::vector<std::string> names;
  for (const std::string& id : over) names.push_back(release_case_name(id));
  // Those that are to leave do; what could not be erased is the next time.
  const Status erased = with_.rows.erase(names);
  if (!erased.ok() && out.empty()) return erased.error();
  if (!erased.ok()) return out;
  for (const std::string& id : over) erase(id);
  return out;
}

}  // namespace whorl::member
