#include "cluster/move_pauses.h"

#include <algorithm>
#include <set>

#include "cluster/replica_terms.h"

namespace whorl::cluster {
namespace {

constexpr std::chrono::milliseconds kShortestPause{1000};
constexpr std::chrono::milliseconds kLongestPause{30'000};
// An answer is good for so long, and is waited for here and beside the work.
constexpr std::chrono::milliseconds kGoodFor{2000};
constexpr std::chrono::milliseconds kWaitHere{100};
constexpr std::chrono::milliseconds kAnswerWithin{3000};
// From so many on a slice goes alone.
constexpr int kAlone = 2;
constexpr std::size_t kMostTold = 4;

}  // namespace

void MovePauses::lengthen(std::chrono::milliseconds& pause, Until& next) const {
  pause = std::clamp(pause * 2, kShortestPause, hurries_ ? kShortestPause : kLongestPause);
  next = Clock::now() + pause;
}

void MovePauses::hear(Target& target, const std::string& name) const {
  const Result<PartStatus> status = target.asked.get();
  target.good = status.ok() && !status->changes_refused;
  if (target.good) {
    target.heard = Clock::now();
    target.pause = {};
    target.next = {};
    target.trouble.clear();
    return;
  }
  target.trouble =
      status.ok() ? "part " + name + " takes no changes: " + status->changes_refused->message : status.error().message;
  lengthen(target.pause, target.next);
}

bool MovePauses::answers(const std::string& target, const std::shared_ptr<PartGroup>& group) {
  Target& at = targets_[target];
  if (!group) {
    at.trouble =
        "the cluster's file of this process names no part " + target + ": give it the newer file and start it anew";
    return false;
  }
  const auto is_heard = [&](std::chrono::milliseconds within) {
    return at.asked.valid() && at.asked.wait_for(within) == std::future_status::ready;
  };
  if (is_heard({})) hear(at, target);
  if (at.asked.valid()) return false;
  if (at.good && Clock::now() - at.heard < kGoodFor) return true;
  if (Clock::now() < at.next) return false;
  at.asked = std::async(std::launch::async, [group] { return group->ask(within(kAnswerWithin), TellStatus{}); });
  if ((at.good || at.pause == std::chrono::milliseconds()) && is_heard(kWaitHere)) hear(at, target);
  return !at.asked.valid() && at.good;
}

void MovePauses::ask_again(const std::string& target) { targets_[target].good = false; }

void MovePauses::answered(const std::string& target) {
  Target& at = targets_[target];
  if (at.good) at.heard = Clock::now();
}

void MovePauses::failed(const std::vector<SliceMove>& together, const Error& why) {
  for (const SliceMove& each : together) {
    Slice& slice = slices_[each.slice];
    slice.failures += why.kind == ErrorKind::kUnavailable ? 1 : kAlone;
    slice.trouble = why.message;
    // Several go one by one at once; who has left goes together with who left with them.
    if (together.size() == 1 || hurries_) lengthen(slice.pause, slice.next);
  }
}

void MovePauses::moved(const std::vector<SliceMove>& together) {
  for (const SliceMove& each : together) slices_.erase(each.slice);
}

void MovePauses::hurry(bool now) {
  hurries_ = now;
  if (!now) return;
  const Until soon = Clock::now() + kShortestPause;
  for (auto& [name, target] : targets_) target.next = std::min(target.next, soon);
  for (auto& [number, slice] : slices_) slice.next = std::min(slice.next, soon);
}

bool MovePauses::waits(std::uint16_t slice) const {
  const auto at = slices_.find(slice);
  return at != slices_.end() && Clock::now() < at->second.next;
}

bool MovePauses::goes_alone(std::uint16_t slice) const {
  const auto at = slices_.find(slice);
  return at != slices_.end() && at->second.failures >= kAlone;
}

void MovePauses::keep_only(const SliceBook& book) {
  std::set<std::string> names;
  std::set<std::uint16_t> slices;
  for (const std::uint16_t slice : book.under_way()) {
    slices.insert(slice);
    names.insert(book.other(slice));
  }
  std::erase_if(slices_, [&](const auto& each) { return !slices.contains(each.first); });
  // One that is being asked is waited for by nobody, nor here.
  std::erase_if(targets_, [&](const auto& each) { return !names.contains(each.first) && !each.second.asked.valid(); });
}

std::string MovePauses::told() const {
  std::string out;
  std::size_t told = 0;
  const auto tell = [&](const std::string& what) {
    if (told++ < kMostTold) out += (out.empty() ? "" : "; ") + what;
  };
  for (const auto& [name, target] : targets_) {
    if (!target.trouble.empty()) tell(target.trouble);
  }
  std::map<std::string, std::vector<std::uint16_t>> reasons;
  for (const auto& [slice, at] : slices_) {
    if (at.pause.count() > 0) reasons[at.trouble].push_back(slice);
  }
  for (const auto& [why, slices] : reasons) {
    tell("slice " + std::to_string(slices.front()) +
         (slices.size() > 1 ? " and " + std::to_string(slices.size() - 1) + " more wait: " : " waits: ") + why);
  }
  if (told > kMostTold) out += "; and " + std::to_string(told - kMostTold) + " more reasons";
  return out;
}

}  // namespace whorl::cluster
