// What a policy says, in words and tables. Private to this room.
//
// Thread-safety: pure functions.
#pragma once

#include <string>

#include "exchange/policy/policy.h"

namespace whorl::cli::papers {

// "90 days", "48 hours", "5 years".
std::string duration_words(exchange::Seconds duration);

// How long what is kept, and whether the product sees to it.
std::string retention_table(const exchange::Retention& kept);

// Sentences, of one paragraph each.
std::string ages_sentence(const exchange::GeneralRules& rules);
std::string hidden_sentences(const exchange::GeneralRules& rules);
std::string release_sentence(const exchange::GeneralRules& rules);

}  // namespace whorl::cli::papers
