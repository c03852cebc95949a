// What is taken off where prints show little: counted among non-mated pairs of parts and of smaller prints.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bench/training/depth.h"

namespace whorl::training {

// One non-mated pair of prints of the sets `set_a` and `set_b`, both real or both synthetic.
struct PartPair {
  std::size_t set_a = 0;
  std::size_t set_b = 0;
  PairEvidence evidence;
};

// Pairs of one way to show little of a print; the first way shows it whole.
struct PartPairs {
  std::string name;
  std::vector<PartPair> real;
  std::vector<PartPair> synthetic;
};

// The prints of all real sets and of the synthetic ones that are not bent, as they are, parts of them and smaller
// copies: of each kind non-mated pairs with each other, and with the prints as they are. Every set's prints by its own
// network of the flow, where it has one. On all cores, two minutes for eight sets; 110 bytes a pair. Deterministic.
std::vector<PartPairs> gather_parts(const std::vector<CorpusSet>& corpus);

// How often those pairs reach the score of 30 dB: the logarithm of that share as a polynomial of Scarcity::terms(), the
// same for real and synthetic pairs but for its constant (regression of Poisson on the pairs that can be laid on each
// other at all). So many log odds are taken off as bring the share down to the mean of whole prints, real or synthetic:
// whichever asks for more. Real pairs are scored by the models without the one set and without the other, and the
// higher score is taken; synthetic ones by those of all, which saw them. `calibration`: of the models before anything
// is taken off. Errors: kInvalidInput where whole prints are missing or the calibration does not reach 40 dB.
Result<fingerprint::Scarcity> fit_scarcity(const std::vector<PartPairs>& parts, const Models& models,
                                           const engine::Calibration& calibration);

// Rows of Markdown: how many pairs of each kind reach 20, 30 and 40 dB, beside how many may.
std::string parts_table(const std::vector<PartPairs>& parts, const Models& models,
                        const engine::Calibration& calibration);

}  // namespace whorl::training
