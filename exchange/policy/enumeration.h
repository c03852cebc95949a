// Every question that a policy can be asked, one after another: what it allows, that nothing widens, that no rule is
// idle.
//
// Thread-safe. Cost: members^2 x purposes x lanes x reasons x roles x ages; five members: some 50,000 questions, 50 ms.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exchange/policy/national.h"
#include "exchange/policy/policy.h"

namespace whorl::exchange {

// One line of the matrix: what a member may ask another, whoever the person is.
struct MatrixRow {
  std::string from;
  std::string to;
  std::string purpose;
  std::vector<Lane> lanes;
  double fpir = 0;
  std::uint64_t per_day = 0;
  std::uint64_t per_year = 0;
};
std::vector<MatrixRow> matrix_of(const Policy& policy);

struct Enumeration {
  std::uint64_t questions = 0;
  std::uint64_t allowed = 0;             // of them, by the policy
  std::vector<std::string> widenings;    // what `narrower` allows and `policy` does not
  std::vector<std::string> unreachable;  // rules of `policy` that no question meets
};

// Every question. `narrower` is what a national file made of the policy; null: the policy itself.
Enumeration enumerate(const Policy& policy, const Policy* narrower = nullptr);

}  // namespace whorl::exchange
