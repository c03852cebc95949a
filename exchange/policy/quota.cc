#include "exchange/policy/quota.h"

#include <algorithm>

namespace whorl::exchange {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;
using std::chrono::year_month_day;

sys_days day_of(Time at) { return floor<days>(at); }
int year_of(Time at) { return static_cast<int>(year_month_day(day_of(at)).year()); }
std::int64_t day_number(Time at) { return day_of(at).time_since_epoch().count(); }

}  // namespace

QuotaCount count_at(QuotaCount count, Time now) {
  if (count.day > day_number(now) + 1) {
    count.day = day_number(now);
    count.year = std::min(count.year, year_of(now));
  }
  if (day_number(now) > count.day) {
    count.day = day_number(now);
    count.of_day = 0;
  }
  if (year_of(now) > count.year) {
    count.year = year_of(now);
    count.of_year = 0;
  }
  return count;
}

std::optional<QuotaRefusal> quota(const PairRules& pair, const QuotaCount& count, Time now) {
  const QuotaCount standing = count_at(count, now);
  if (standing.of_year >= pair.per_year) return QuotaRefusal::kYear;
  if (standing.of_day >= pair.per_day) return QuotaRefusal::kDay;
  return std::nullopt;
}

Seconds quota_wait(QuotaRefusal refusal, Time now) {
  if (refusal == QuotaRefusal::kDay) return Time(day_of(now) + days(1)) - now;
  const auto next = std::chrono::year(year_of(now) + 1) / std::chrono::January / 1;
  return Time(sys_days(next)) - now;
}

PairRules share_of(const PairRules& pair, std::uint64_t switches) {
  PairRules out = pair;
  out.per_day = pair.per_day / switches;
  out.per_year = pair.per_year / switches;
  return out;
}

std::optional<QuotaRefusal> QuotaLedger::take(const std::string& from, const std::string& to, const PairRules& pair,
                                              Time now) {
  QuotaCount& count = counts_[{from, to}];
  count = count_at(count, now);
  if (const auto refused = quota(pair, count, now)) return refused;
  ++count.of_day;
  ++count.of_year;
  return std::nullopt;
}

void QuotaLedger::give_back(const std::string& from, const std::string& to, Time at) {
  const auto found = counts_.find({from, to});
  if (found == counts_.end()) return;
  QuotaCount& count = found->second;
  if (count.day == day_number(at) && count.of_day > 0) --count.of_day;
  if (count.year == year_of(at) && count.of_year > 0) --count.of_year;
}

QuotaCount QuotaLedger::count(const std::string& from, const std::string& to, Time now) const {
  const auto found = counts_.find({from, to});
  return count_at(found == counts_.end() ? QuotaCount() : found->second, now);
}

}  // namespace whorl::exchange
