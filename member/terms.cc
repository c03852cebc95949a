#include "member/terms.h"

#include <algorithm>
#include <utility>

namespace whorl::member {
namespace {

template <class T>
std::vector<std::string> names_of(const std::vector<T>& values) {
  std::vector<std::string> out;
  for (const T& each : values) out.emplace_back(exchange::name_of(each));
  return out;
}

// By name: who answers at all, and whom this member may ask for that.
std::vector<std::string> asked_for(const Standing& standing, const std::string& purpose) {
  std::vector<std::string> out;
  for (const auto& [short_name, member] : standing.policy.members) {
    const exchange::PairRules* const pair = standing.policy.pair(standing.me, short_name);
    if (pair == nullptr || !member.responds) continue;
    const auto& purposes = pair->purposes;
    if (std::find(purposes.begin(), purposes.end(), purpose) != purposes.end()) out.push_back(member.name);
  }
  return out;
}

engine::Partner::Use use_of(const exchange::PairRules* pair, const exchange::QuotaCount& count) {
  engine::Partner::Use out;
  if (pair == nullptr) return out;
  out.purposes = pair->purposes;
  out.today = count.of_day;
  out.per_day = pair->per_day;
  out.this_year = count.of_year;
  out.per_year = pair->per_year;
  return out;
}

}  // namespace

engine::ExchangeTerms terms(const Standing& standing) {
  engine::ExchangeTerms out;
  out.member = standing.name;
  for (const auto& [name, purpose] : standing.policy.purposes) {
    std::vector<std::string> members = asked_for(standing, name);
    if (members.empty()) continue;
    out.purposes.push_back({name, purpose.text, purpose.reasons, names_of(purpose.lanes), names_of(purpose.items),
                            std::move(members), purpose.protect_subject});
  }
  return out;
}

std::vector<engine::Partner> partners(const Standing& standing, const QuotaUse& asked, const QuotaUse& asks) {
  std::vector<engine::Partner> out;
  for (const auto& [short_name, member] : standing.policy.members) {
    if (short_name == standing.me) continue;
    out.push_back({member.name, member.responds,
                   use_of(standing.policy.pair(standing.me, short_name), asked(short_name)),
                   use_of(standing.policy.pair(short_name, standing.me), asks(short_name))});
  }
  std::sort(out.begin(), out.end(),
            [](const engine::Partner& a, const engine::Partner& b) { return a.member < b.member; });
  return out;
}

}  // namespace whorl::member
