// The answering side's decision: what of a search another member is told, and when.
//
// Everything here follows from the question, the policy and what the search found without those who are hidden. What
// was hidden is not an argument. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/types.h"
#include "exchange/envelope/message.h"
#include "exchange/policy/policy.h"

namespace whorl::member {

struct Told {
  exchange::Outcome outcome = exchange::Outcome::kIndeterminate;
  std::string why = {};
  int score_db = 0;  // of a match
  bool complete = true;
  int size_decade = 0;
  std::vector<int> quality = {};  // of each sample
  std::string person_id = {};     // of a match; it stays here
};

// How old a person is; -1: not known.
using AgeOf = std::function<int(const std::string& person_id)>;

// Of the galleries that were searched, one at least. A match in any is a match; else what is undecided in any is.
Told told_of(const std::vector<engine::IdentifyAnswer>& answers, const exchange::GeneralRules& rules,
             const AgeOf& age_of);
// Of a question that is not searched for.
Told told_of(exchange::Refusal refusal);
// Of a search that failed: an error whose kind is kInvalidInput means a probe that cannot be compared here.
Told told_of(const Error& error);

// The question's own fields, those that are drawn anew (`handle`, `release`), and what is told.
exchange::Answer answer_of(const exchange::Check& check, const std::string& jti, const Sha256& signed_text,
                           const Told& told, std::string handle, crypto::PublicKey release);

// When an answer leaves, in milliseconds of one clock: `received` and the slot, or where it is not ready then as many
// slots more as it takes; and the jitter, always.
std::int64_t leaves_at(std::int64_t received_ms, std::int64_t ready_ms, std::int64_t slot_ms, std::int64_t jitter_ms);

}  // namespace whorl::member
