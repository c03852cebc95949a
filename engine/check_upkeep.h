// What a front end needs of a member of an exchange beside asking and answering: checks that are wanted no more, and
// alarms for the protection desk (docs/exchange.md).
//
// Every method settles for itself whether the caller may. Thread-safety: any thread may call any method at once. Errors
// are values.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/call.h"
#include "engine/member_desk.h"

namespace whorl::engine {

// Hits of one person that keep coming, told or hidden: somebody may be looking for them.
struct HitAlarm {
  std::string member;  // who asks
  std::string person_id;
  int hits = 0;    // in the last seven days
  int hidden = 0;  // of these
  std::chrono::sys_seconds first;
  std::chrono::sys_seconds last;
};

class CheckUpkeep {
 public:
  virtual ~CheckUpkeep() = default;

  // Waits for nobody any more: who has not answered is told to drop the question, and is shown as one that did not
  // answer, "cancelled". What came before stays. Errors: kUnauthorised (the scope), kNotFound (no such check, or
  // another officer's), kUnavailable.
  virtual Result<CheckView> cancel(const Call& call, const std::string& check_id) = 0;
  // Who was hit oftener than can be chance, the latest first. Errors: kUnauthorised.
  virtual Result<std::vector<HitAlarm>> hit_alarms(const Call& call) = 0;
};

}  // namespace whorl::engine
