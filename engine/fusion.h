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
//  4. A face is one value more: the best of the m kept faces of the person, as in step 1. Brown's correction takes it
//     to be independent of the fingers (kFaceCorrelation): nothing is known to tie the likeness of two people's faces
//     to that of their fingers, and no data at hand has both of one person. Where either has no face, there is no value
//     more: what is missing neither speaks for nor against.
// Step 2 never adds evidence; a finger without a partner counts with p = 1. `whorl evaluate --fuse` measures what the
// fused decibels are worth (docs/accuracy.md).
//
// Pure functions. Thread-safe. Cost: O(pairs log pairs).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace whorl::engine {

// Two samples of one search that agree this well are taken to be one physical finger.
inline constexpr double kSameFingerDb = 30.0;

// The correlation assumed between the fingers of two different people: a safety margin, about twice what was measured
// on 25 people (0.10 [0.04, 0.15]). Not fitted.
inline constexpr double kFingerCorrelation = 0.2;

// The correlation assumed between a face and a finger of two different people.
inline constexpr double kFaceCorrelation = 0.0;

// A probe finger against a kept finger of one person.
struct ScoredPair {
  std::uint32_t probe_group = 0;      // the physical probe finger
  std::uint32_t reference_group = 0;  // the physical kept finger
  double db = 0;
};

// One person's pairs as one value.
struct Fused {
  double db = 0;                  // of fingers and face; at least 0
  double fingers_db = 0;          // of the fingers alone; the same without a face
  std::vector<std::size_t> used;  // indices into the pairs: one for each explained probe finger, best first
};

// The value of the best of `tries` comparisons: db - 10 log10(tries), at least 0.
double best_of_db(double db, std::size_t tries);

// Fisher's method over independent values of at least 0 dB; 0 when there are none.
double fisher_db(std::span<const double> values_db);

// Brown's method: Fisher's for values that have the given correlation (0 to 1) two by two. One value is itself.
double brown_db(std::span<const double> values_db, double correlation);
// The same with one value more that has the correlation `other` with each of them.
double brown_db(std::span<const double> values_db, double correlation, double one_more_db, double other);

// Steps 1 to 4. Probe fingers that occur in no pair do not count. `face_db`: step 4's value, if there is one.
Fused fuse(std::span<const ScoredPair> pairs, std::optional<double> face_db = {});

}  // namespace whorl::engine
