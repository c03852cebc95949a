// Error rates of searches: FNIR at FPIR, the identification error trade-off, CMC and DIR.
//
//  - FPIR: share of searches for people who are not enrolled that give somebody at or above the threshold.
//  - FNIR: share of searches for people who are enrolled whose own reference stays below the threshold, at any rank.
//  - DIR at rank 1: share of searches for people who are enrolled whose own reference is first and reaches the
//  threshold.
//  - CMC: share whose own reference is among the first r, whatever the threshold.
// The figures and their names are those of ISO/IEC 19795-1:2021 and of P. Grother et al., NIST IR 8271 (FRVT 1:N),
// which takes the rank into the FNIR; here the rank has a rate of its own (DIR).
//
// Intervals: 95 %, the wider of Clopper-Pearson (which takes searches as independent) and of a seeded bootstrap that
// draws whole persons, since probes of one person fail together. Both take the gallery as it is.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/calibration.h"
#include "engine/evaluation/identification/searches.h"
#include "engine/evaluation/intervals.h"
#include "engine/evaluation/rates.h"

namespace whorl::evaluation {

// A threshold with what it gives. `db` is empty where no calibration says what a score is worth.
struct SearchPoint {
  double target_fpir = 0;
  bool supported = true;  // false: fewer than 1/target_fpir searches, so that not one false positive could be allowed
  double threshold = 0;
  std::optional<double> db;
  Rate fpir;
  Rate fnir;
  Rate missed_first;  // one minus DIR at rank 1

  // Of `fnir` with its interval, or why there is none.
  [[nodiscard]] std::string text() const;
  // Fewer false positives than this say little about the threshold.
  static constexpr std::uint64_t kFew = 10;
  [[nodiscard]] bool few() const { return supported && fpir.errors < kFew; }
};

struct RankPoint {
  std::size_t rank = 1;
  Rate hit;  // "errors" counts the searches whose mate is at this rank or before
};

// What a threshold of so many decibels gives.
struct LevelPoint {
  double db = 0;
  Rate fmr;  // of the searches' comparisons with references of other people
  Rate fpir;
  Rate fnir;
};

struct Identification {
  std::string name;
  int fingers = 1;
  std::uint64_t persons = 0;
  std::uint64_t references = 0;
  std::uint64_t searches = 0;
  std::size_t gallery_size = 0;     // references of other people that a search meets at least
  std::vector<SearchPoint> points;  // FPIR 10, 3, 1, 0.3 ... %, down to the first that is not supported; or those asked
  std::vector<SearchPoint> curve;   // from many false positives to one; thinned, so that it can be drawn
  std::vector<RankPoint> ranks;     // 1, 2 ... 20 at most
  std::vector<LevelPoint> levels;   // every whole decibel; empty without a calibration
};

struct IdentificationOptions {
  std::vector<double> target_fpirs;  // empty: those that the sample supports
  std::vector<double> also;          // beside them
  BootstrapOptions bootstrap;
};

// `calibration` may be null: no decibels then. It is not asked for sets that are in decibels.
Identification identification_of(const SearchSet& set, const engine::Calibration* calibration,
                                 const IdentificationOptions& options = {});

// The lowest threshold with at most floor(target_fpir * searches) false positives, and its rates.
SearchPoint search_point(const SearchSet& set, double target_fpir);

// How often each person of a set is drawn, replicate by replicate.
using Draws = std::vector<std::vector<std::uint32_t>>;
Draws draws_of_persons(const SearchSet& set, const BootstrapOptions& options);

// `rate` with the interval widened to that of the bootstrap. `error(search)` says which searches count.
template <class Error>
void widen(Rate& rate, const SearchSet& set, const Draws& draws, Error error);
// The same for replicates that were counted elsewhere.
void widen(Rate& rate, std::vector<double> replicates);

template <class Error>
void widen(Rate& rate, const SearchSet& set, const Draws& draws, Error error) {
  std::vector<double> wrong(set.persons.size(), 0);
  std::vector<double> all(set.persons.size(), 0);
  for (const Search& search : set.searches) {
    wrong[search.person] += error(search) ? 1 : 0;
    all[search.person] += 1;
  }
  std::vector<double> replicates;
  for (const auto& times : draws) {
    double errors = 0;
    double trials = 0;
    for (std::size_t p = 0; p < all.size(); ++p) {
      errors += times[p] * wrong[p];
      trials += times[p] * all[p];
    }
    if (trials > 0) replicates.push_back(errors / trials);
  }
  widen(rate, std::move(replicates));
}

}  // namespace whorl::evaluation
