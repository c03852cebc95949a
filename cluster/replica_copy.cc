// A replica that was away for longer than the log reaches back, or is new, is made as another one is.
#include <algorithm>

#include "cluster/copy_taking.h"
#include "cluster/replica.h"
#include "cluster/replica_terms.h"

namespace whorl::cluster {
namespace {

constexpr std::chrono::milliseconds kAnswerWithin{20'000};
constexpr std::chrono::milliseconds kHoldWithin{5'000};
// Copies that failed are begun again after so long, each time twice as long.
constexpr std::chrono::milliseconds kFirstWait{500};
constexpr std::chrono::milliseconds kLongestWait{30'000};

}  // namespace

// -- The one that is copied -------------------------------------------------------------------------------------------

// No change is being made at that moment: what the gallery holds is what the log says up to there.
Result<CopyBegun> Replica::begin_copy() {
  Lock lock(mutex_);
  if (!is_member() || log_.promises().copying) return unavailable("is no member");
  ++holding_;
  const bool still = changed_.wait_for(lock, kHoldWithin, [&] { return stopping_ || !making_; });
  auto begun = [&]() -> Result<CopyBegun> {
    if (!still || stopping_) return unavailable("is busy with a change");
    const auto term = log_.term_at(applied_);
    if (!term) return internal_error("what is made is not in the log");
    WHORL_ASSIGN(auto rows, setup_.slices->row_names());
    WHORL_ASSIGN(auto moment, setup_.gallery->moment());
    WHORL_ASSIGN(CopyBegun out, source_.begin(std::move(moment), applied_, *term));
    out.slices = setup_.slices->book().encoded();
    out.slice_rows = std::move(rows);
    return out;
  }();
  --holding_;
  changed_.notify_all();
  return begun;
}

// -- The one that copies ----------------------------------------------------------------------------------------------

// What it has is of use to nobody from now on, and it counts no more, whatever happens to its process.
Status Replica::need_copy(std::uint64_t base) {
  copy_behind_ = base;
  if (log_.promises().copying) return {};
  to_reach_.reset();
  Promises fresh = log_.promises();
  fresh.copying = true;
  fresh.member = false;
  WHORL_TRY(log_.keep(fresh));
  trouble_ = "it was away for longer than the log of the others reaches back, and copies another replica";
  say(Severity::kWarning, "was away for longer than the log reaches back, or is new: it copies another replica");
  changed_.notify_all();
  return {};
}

// A member that has made everything that is in no log any more; one that does not lead, where there is one.
std::optional<std::size_t> Replica::copied_next(Lock& lock) {
  const auto positions = ask_others(lock, TellPosition{});
  std::vector<std::size_t> some;
  std::vector<std::size_t> leads;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (!positions[i] || !positions[i]->member || positions[i]->applied < copy_behind_) continue;
    (positions[i]->leader == setup_.others[i]->name() ? leads : some).push_back(i);
  }
  some.insert(some.end(), leads.begin(), leads.end());
  if (some.empty()) return {};
  return some[copies_failed_ % some.size()];
}

void Replica::copy() {
  Lock lock(mutex_);
  while (!stopping_) {
    changed_.wait(lock, [&] { return stopping_ || (log_.promises().copying && !making_); });
    if (stopping_) return;
    const auto from = copied_next(lock);
    if (stopping_) return;
    if (!from) {
      trouble_ = "it has to copy another replica, and no member answers that has everything";
      changed_.wait_for(lock, setup_.times.patience, [&] { return stopping_; });
      continue;
    }
    const Status copied = copy_one(lock, *from);
    if (copied.ok()) {
      copies_failed_ = 0;
      continue;
    }
    if (stopping_) return;
    trouble_ = "the copy of " + setup_.others[*from]->name() + " broke off: " + copied.error().message;
    say(Severity::kWarning, "tries again: " + trouble_);
    const auto wait = std::min(kLongestWait, kFirstWait * (1U << std::min<std::size_t>(copies_failed_++, 6)));
    changed_.wait_for(lock, wait, [&] { return stopping_; });
  }
}

Status Replica::copy_one(Lock& lock, std::size_t from) {
  RemotePart& other = *setup_.others[from];
  lock.unlock();
  const auto copied = copy_from(other, *setup_.gallery, *setup_.slices, kAnswerWithin, [&](const CopyProgress& at) {
    const Lock again(mutex_);
    trouble_ = "it copies " + other.name() + ": " + std::to_string(at.looked_at) + " encounters looked at, " +
               std::to_string(at.put) + " put";
    return !stopping_;
  });
  lock.lock();
  WHORL_TRY(copied);
  WHORL_TRY(log_.begin_after(copied->of.index, copied->of.term));
  applied_ = copied->of.index;
  committed_ = applied_;
  answers_.clear();
  trouble_.clear();
  say(Severity::kInfo, "is as " + other.name() + " was after change " + std::to_string(applied_) + ": " +
                           std::to_string(copied->counts.looked_at) + " encounters, of which " +
                           std::to_string(copied->counts.put) + " were put and " +
                           std::to_string(copied->counts.erased) + " erased");
  changed_.notify_all();
  return {};
}

}  // namespace whorl::cluster
