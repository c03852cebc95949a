// Searches: what one probe scored against a gallery of references, the person's own apart from those of others.
//
// The protocol: the first sample of each finger is its reference, every other sample a probe. A probe is searched for
// once, and counts twice: as the search of a person who is enrolled (its mated score), and as that of one who is not,
// with all references of the same person left out (its non-mated scores). References of the same person's other fingers
// count for nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/calibration.h"
#include "engine/evaluation/trial.h"

namespace whorl::evaluation {

struct Search {
  std::uint32_t person = 0;       // whose probe it is; index into SearchSet::persons
  double mated = 0;               // against the own reference
  std::vector<double> non_mated;  // against the references of other people, the highest first
};

// What the scores of a set are.
enum class ScoreUnit { kRaw, kDecibels };

struct SearchSet {
  std::string name;
  int fingers = 1;  // of a probe
  ScoreUnit unit = ScoreUnit::kRaw;
  std::uint64_t references = 0;
  std::vector<std::string> persons;
  std::vector<Search> searches;

  // References of other people in the search that has fewest; 0 without searches.
  [[nodiscard]] std::size_t gallery_size() const;
  // Below how many other references the mate stands, plus one. Those of an equal score stand before it.
  static std::size_t rank_of(const Search& search);
};

// One finger against all references, in raw scores. Whose a finger is says Sample::subject; without one a finger is its
// own person. Errors: kInvalidInput when the trial lacks a probe's comparison with a reference (the fvc protocol, a
// list of pairs), or has no search. Cost: O(pairs log references).
Result<SearchSet> searches_of(const Trial& trial, const std::vector<Sample>& samples);

// k fingers of a person against the same k fingers of every other, fused as a search with known positions fuses them
// (engine/fusion.h), in decibels: a search for every choice of k of a person's positions and every impression after the
// first. People who lack one of the positions are not in that search's gallery. A probe with an impression fewer than
// wanted is none. Errors: as searches_of; kInvalidInput when nobody has k fingers with two impressions, and none else
// has them to compare with.
Result<SearchSet> searches_of_persons(const Trial& trial, const std::vector<Sample>& samples,
                                      const engine::Calibration& calibration, int k);

}  // namespace whorl::evaluation
