// How many checks a pair has used: of a UTC day and of a calendar year.
//
// Sender, switch and receiver count each for itself, a check once for its message id, when it was delivered; their
// numbers agree. Thread-safety: belongs to one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "exchange/policy/policy.h"

namespace whorl::exchange {

enum class QuotaRefusal { kDay, kYear };

// Of one ordered pair.
struct QuotaCount {
  std::int64_t day = 0;  // since 1970-01-01
  int year = 0;
  std::uint64_t of_day = 0;
  std::uint64_t of_year = 0;
  friend bool operator==(const QuotaCount&, const QuotaCount&) = default;
};

// The count as it stands at `now`: a new day or year begins at zero. A clock that goes back starts nothing anew: what
// was counted while it was days ahead counts for today and this year, so that the next ones begin in their time.
QuotaCount count_at(QuotaCount count, Time now);
// Whether one more may be asked; else which number is used up.
std::optional<QuotaRefusal> quota(const PairRules& pair, const QuotaCount& count, Time now);
// Until the number that is used up begins anew.
Seconds quota_wait(QuotaRefusal refusal, Time now);
// What a switch grants that is one of `switches` (1 or more): its share of each number, rounded down.
PairRules share_of(const PairRules& pair, std::uint64_t switches);

class QuotaLedger {
 public:
  // Takes one, or says which number is used up.
  std::optional<QuotaRefusal> take(const std::string& from, const std::string& to, const PairRules& pair, Time now);
  // One that was taken at `at` and not delivered.
  void give_back(const std::string& from, const std::string& to, Time at);
  [[nodiscard]] QuotaCount count(const std::string& from, const std::string& to, Time now) const;
  [[nodiscard]] const std::map<std::pair<std::string, std::string>, QuotaCount>& counts() const { return counts_; }
  void restore(const std::string& from, const std::string& to, const QuotaCount& count) { counts_[{from, to}] = count; }

 private:
  std::map<std::pair<std::string, std::string>, QuotaCount> counts_;
};

}  // namespace whorl::exchange
