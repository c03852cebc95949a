// What each stage of a call found, as a line for its trace: counts, qualities and decibels, never who. Private to this
// room; pure functions.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "engine/merge.h"
#include "engine/types.h"
#include "engine/verdict.h"

namespace whorl::engine {

// "2 fingers of quality 80, 71; a face of quality 60"
std::string figures_of(const std::vector<SampleQuality>& samples);

// "3 of 4 parts answered"
template <class T>
std::string figures_of(const std::vector<PartReply<T>>& replies) {
  const auto ok = std::count_if(replies.begin(), replies.end(), [](const auto& reply) { return reply.answer.ok(); });
  return std::to_string(ok) + " of " + std::to_string(replies.size()) + " parts answered";
}

// "20 of 20 persons searched, 40 comparisons, 10 persons scored"
std::string figures_of(const Found& found);

// "50.0 dB, 2 fingers paired"
std::string figures_of(const ScoredPerson& person);

// "best at other positions 12.0 dB", or "nothing compared at other positions"
std::string figures_elsewhere(const std::vector<ScoredPerson>& persons);

// "no_match (few_comparable), threshold 36.0 dB"
std::string figures_of(const Verdict& verdict, const Rules& rules);

}  // namespace whorl::engine
