#include "engine/cases/case_rules.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "engine/cases/case_kinds.h"

namespace whorl::engine {
namespace {

bool agree(const RecordedDecision& a, const RecordedDecision& b) {
  return a.answer == b.answer && (a.answer != CaseAnswer::kSame || a.candidate == b.candidate);
}

// Places of the dossier in the order in which this person sees them: shuffled once for the case, and turned by one for
// each who came before, so that no two begin with the same.
std::vector<std::uint8_t> order_for(const CaseRecord& record, const Reviewer& who) {
  std::vector<std::uint8_t> out(record.candidates);
  std::iota(out.begin(), out.end(), std::uint8_t{0});
  std::uint64_t state = record.order;
  for (std::size_t i = out.size(); i > 1; --i) {
    std::swap(out[i - 1], out[state % i]);
    state /= i;
  }
  const RecordedDecision* own = decision_of(record, who);
  const auto before =
      own == nullptr ? static_cast<std::ptrdiff_t>(record.decisions.size()) : own - record.decisions.data();
  std::rotate(out.begin(), out.begin() + before % static_cast<std::ptrdiff_t>(out.size()), out.end());
  return out;
}

}  // namespace

Settled settled(const CaseRecord& record) {
  const auto& decisions = record.decisions;
  const int made = static_cast<int>(decisions.size());
  for (const RecordedDecision& each : decisions) {
    const auto alike =
        std::ranges::count_if(decisions, [&](const RecordedDecision& other) { return agree(each, other); });
    if (alike >= record.needed) return {CaseState::kDecided, made, &each};
  }
  if (made < record.needed) return {CaseState::kWaiting, record.needed};
  return {made < kMostDecisions ? CaseState::kWaiting : CaseState::kDisputed, kMostDecisions};
}

NextStep next_step(const CaseRecord& record, const Reviewer& who, bool local, bool reviews, std::uint64_t now_ms) {
  if (!reviews) return {"nothing", "not_a_reviewer"};
  if (settled(record).state != CaseState::kWaiting) return {"nothing", "closed"};
  if (decision_of(record, who) != nullptr) return {"nothing", "decided_already"};
  if (!local && record.opener == who) return {"nothing", "opened_it"};
  const CaseClaim* claim = claim_now(record, now_ms);
  if (claim == nullptr) return {"claim"};
  return claim->who == who ? NextStep{"decide"} : NextStep{"nothing", "claimed"};
}

const CaseClaim* claim_now(const CaseRecord& record, std::uint64_t now_ms) {
  return record.claim && record.claim->until_ms > now_ms ? &*record.claim : nullptr;
}

const RecordedDecision* decision_of(const CaseRecord& record, const Reviewer& who) {
  const auto at = std::ranges::find(record.decisions, who, &RecordedDecision::who);
  return at == record.decisions.end() ? nullptr : &*at;
}

std::uint8_t place_of(const CaseRecord& record, const Reviewer& who, int number) {
  return order_for(record, who)[static_cast<std::size_t>(number - 1)];
}

int number_of(const CaseRecord& record, const Reviewer& who, std::uint8_t place) {
  const auto order = order_for(record, who);
  return static_cast<int>(std::ranges::find(order, place) - order.begin()) + 1;
}

}  // namespace whorl::engine
