// From the scores of pairs of fingers to one score of a person, in decibels of false match rate.
//
// Decibels are p-values in disguise: p = 10^(-db/10) is the chance that a finger of somebody else scores as much.
//  1. A probe finger may be tried against m kept fingers of the person (several encounters, unknown positions).
//     The best of m is no more remarkable than m p (Bonferroni): 10 log10 m decibels are taken off, never below 0.
//  2. A kept finger can explain one probe finger only: the best pairs are taken first, each finger once.
//  3. The k probe fingers' values are combined by Fisher's method (R. A. Fisher, Statistical Methods for Research
//     Workers, 1932): with s the sum of -ln p, the fused p is exp(-s) times the sum over i < k of s^i / i!. That takes
//     the fingers of two different people to agree independently of one another, which they do not quite: people whose
//     one finger is of a kind have others of that kind. Brown's correction (M. B. Brown, Biometrics 31, 1975) for
//     correlated values is therefore made, with kFingerCorrelation for every two fingers.
//  4. So for each modality by itself, and then all values together: Brown's correction takes the correlation of every
//     two of them from a table (correlations()). Where either has no sample of a modality, there is no value more: what
//     is missing neither speaks for nor against.
// Step 2 never adds evidence; a probe finger without a partner counts with p = 1. `whorl evaluate --fuse` measures what
// the fused decibels are worth (docs/accuracy.md).
//
// Pure functions. Thread-safe. Cost: O(pairs log pairs).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "templates/modality.h"

namespace whorl::engine {

// Two samples of one search that agree this well are taken to be one physical finger.
inline constexpr double kSameFingerDb = 30.0;

// The correlation assumed between the fingers of two different people: a safety margin, about twice what was measured
// on 25 people (0.10 [0.04, 0.15]). Not fitted.
inline constexpr double kFingerCorrelation = 0.2;

// Of samples of two different people, by their modalities; symmetric.
using Correlations = ByModality<ByModality<double>>;
// What is assumed: kFingerCorrelation between two fingers. Between a face and a finger none: nothing is known to tie
// the likeness of two people's faces to that of their fingers, and no data at hand has both of one person.
const Correlations& correlations();

// A sample of the probe against a kept one of one person.
struct ScoredPair {
  std::uint32_t probe_group = 0;      // the physical finger, or the face, of the probe
  std::uint32_t reference_group = 0;  // the physical kept one; pairs of two modalities share no group
  double db = 0;
  double score = 0;  // raw: says which of two pairs of equal decibels is better
  Modality modality = Modality::kFinger;
};

// One person's pairs as one value.
struct Fused {
  double db = 0;                  // of everything; at least 0
  ByModality<double> alone = {};  // of the samples of one modality
  // Indices into the pairs: one for each explained sample of the probe, of each modality the best first.
  std::vector<std::size_t> used;
};

// The value of the best of `tries` comparisons: db - 10 log10(tries), at least 0.
double best_of_db(double db, std::size_t tries);

// Fisher's method over independent values of at least 0 dB; 0 when there are none.
double fisher_db(std::span<const double> values_db);

// Brown's method: Fisher's for values that have the given correlation (0 to 1) two by two. One value is itself.
double brown_db(std::span<const double> values_db, double correlation);
// The same for values of several modalities.
double brown_db(const ByModality<std::vector<double>>& values_db, const Correlations& correlations);

// Steps 1 to 4. Samples of the probe that occur in no pair do not count.
Fused fuse(std::span<const ScoredPair> pairs);

}  // namespace whorl::engine
