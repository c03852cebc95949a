// What a node does because time passes: files that changed, keys of the day, what is over, a clock that jumps.
#include "member/node.h"
#include "member/row_names.h"

namespace whorl::member {
namespace {

using Clock = Schedule::Clock;

constexpr std::chrono::milliseconds kTick{200};
constexpr std::chrono::seconds kLookEvery{2};
constexpr std::chrono::seconds kSweepEvery{3600};
constexpr std::chrono::minutes kLookAgain{1};
constexpr std::chrono::seconds kPauseOfDisk{10};  // of what it refused

}  // namespace

Status MemberNode::turn_day_keys() {
  const exchange::Time settled = settled_.now();
  const std::scoped_lock lock(mutex_);
  // Published once it is on the disk: what others seal for a key that is not opens no more after a kill.
  WHORL_ASSIGN(auto turned, exchange::DayKeyRing::restore(day_keys_.save().view()));
  WHORL_ASSIGN(const bool changed, turned.turn(now(), settled));
  if (!changed) return {};
  WHORL_TRY(rows_.change(std::string(kDayKeysRow), turned.save().view(), {}));
  day_keys_ = std::move(turned);
  ++day_keys_turn_;
  return {};
}

void MemberNode::read_again() {
  const auto changed = changed_at(config_);
  if (changed == files_read_) return;
  files_read_ = changed;
  const auto before = standing();
  auto read = read_standing(config_, now(), before->partners.serial);
  if (!read.ok())
    return say(Severity::kError, "files_not_taken", "changed files are not taken: " + read.error().text());
  auto fresh = std::make_shared<Standing>(**read);
  fresh->earlier = fresh->policy.id() == before->policy.id() ? before->earlier : std::optional(before->policy);
  const std::scoped_lock lock(mutex_);
  standing_ = std::move(fresh);
}

std::optional<Clock::time_point> MemberNode::over() {
  if (settled_.ahead() == std::chrono::seconds(0)) return std::nullopt;
  return Clock::now() + kLookAgain;
}

void MemberNode::look_at_clock() {
  const auto ahead = settled_.ahead();
  const bool is_ahead = ahead > std::chrono::seconds(0);
  if (is_ahead && !clock_is_ahead_)
    say(Severity::kError, "clock_jumped",
        "the clock jumped ahead by " + std::to_string(ahead.count()) +
            " seconds. Where it is wrong, set it right within a day: what is kept is let go of by it from then on");
  if (!is_ahead && clock_is_ahead_) say(Severity::kInfo, "clock_settled", "the clock is believed again");
  clock_is_ahead_ = is_ahead;
}

void MemberNode::look_after_time() {
  auto looked = Clock::now();
  auto swept = looked - kSweepEvery;
  auto questions_after = looked;
  while (!stopping_) {
    std::this_thread::sleep_for(kTick);
    const auto retention = standing()->policy.retention;
    if (Clock::now() >= questions_after) {
      const Status passed = asking_.pass_time(retention, settled_.now());
      if (!passed.ok()) say(Severity::kError, "questions_not_ended", passed.error().text());
      if (!passed.ok()) questions_after = Clock::now() + kPauseOfDisk;
    }
    if (Clock::now() - looked < kLookEvery) continue;
    looked = Clock::now();
    look_at_clock();
    read_again();
    follow_released_data();
    end_releases();
    const Status turned = turn_day_keys();
    if (!turned.ok()) say(Severity::kError, "day_keys_not_kept", turned.error().text());
    const Status destroyed = desk_key_.pass_time();
    if (!destroyed.ok()) say(Severity::kError, "desk_key_not_destroyed", destroyed.error().text());
    if (Clock::now() - swept < kSweepEvery) continue;
    swept = Clock::now();
    const Status done = answering_.sweep(retention, settled_.now());
    if (!done.ok()) say(Severity::kError, "cases_not_swept", done.error().text());
  }
}

}  // namespace whorl::member
