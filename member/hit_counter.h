// How often each person was hit by each member's questions in the last seven days, told or hidden: somebody who is hit
// again and again is being looked for. The protection desk alone is shown it.
//
// In memory, and in one row that is written now and then, never on the way of an answer. Thread-safety: as a container.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/check_upkeep.h"
#include "exchange/policy/policy.h"

namespace whorl::member {

inline constexpr std::size_t kAlarmHits = 5;  // of one person by one member, within
inline constexpr std::chrono::hours kAlarmTime{7 * 24};

class HitCounter {
 public:
  // `at`: of the question.
  void count(const std::string& member, const std::string& person_id, exchange::Time at, bool hidden);
  // Lets go of what is older than kAlarmTime.
  void pass_time(exchange::Time now);
  [[nodiscard]] std::set<std::string> persons() const;
  // Lets go of all hits of this person.
  void forget(const std::string& person_id);
  // The latest first.
  [[nodiscard]] std::vector<engine::HitAlarm> alarms(exchange::Time now) const;

  // Whether something was counted since save().
  [[nodiscard]] bool changed() const { return changed_; }
  Bytes save(exchange::Time now);
  // Errors: kCorruption.
  static Result<HitCounter> restore(ByteView bytes);
  // Of the last save(): what came after it is to be counted again.
  [[nodiscard]] exchange::Time saved_at() const { return saved_at_; }

 private:
  struct Hit {
    exchange::Time at;
    bool hidden = false;
  };
  std::map<std::pair<std::string, std::string>, std::deque<Hit>> hits_;  // by member and person; in order of coming
  exchange::Time saved_at_{};
  bool changed_ = false;
};

}  // namespace whorl::member
