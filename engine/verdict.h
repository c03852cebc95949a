// From evidence and rules to a verdict: what an answer decides, and why. Private to this room.
//
// One pure function decides searches and verifications. Its cases are rows of a table (verdict.cc): the first row that
// holds gives the decision and the reason, and nothing takes it back afterwards.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/reason.h"
#include "engine/expected_miss.h"
#include "engine/part.h"
#include "engine/types.h"

namespace whorl::engine {

// A threshold beyond what was captured (reach.h): finding nobody says nothing.
struct OutOfReach {
  // The highest threshold that would be within reach, with the same distance to the review line. Empty: none that may
  // be asked for.
  std::optional<double> threshold_db;
};

// What was found out, and about whom.
struct Evidence {
  // What of the gallery was looked at. Of a verification: nothing.
  Receipt receipt;
  // Best first. Of a verification: the claimed person alone.
  std::vector<ScoredPerson> persons;
  // What was captured.
  struct Captured {
    bool usable = false;               // a sample that a "no" can stand on
    ByModality<bool> given = {};       // samples of it were given, whatever they are worth
    bool resolution_doubtful = false;  // ridges of a finger lie as no finger's do at the stated resolution
  };
  Captured probe;
  // Whom the probe claims to be. Empty: a search.
  std::optional<std::string> claimed;
  // By fingers at other positions than those stated, best first. Of a verification: the claimed person alone. Empty
  // while nobody has looked.
  std::vector<ScoredPerson> elsewhere = {};
  // The probe fits somebody (of a verification: the claimed person) at another resolution than stated
  // (other_resolution.h). False while nobody has looked.
  bool fits_at_other_resolution = false;
  // Of a search: what a "no" would miss. Empty where nothing is known of it.
  std::optional<ExpectedMiss> expected_miss = {};
  // Empty where the threshold is within reach.
  std::optional<OutOfReach> out_of_reach = {};
  // Of a search: people found beside `persons`, none better than they. They count as matches and decide nothing.
  std::vector<ScoredPerson> others = {};
  // Of a search: nobody who was compared and is in neither list scores more; empty where everybody is in one.
  std::optional<double> unlisted_db = {};
};

// What samples of a modality may decide.
struct ModalityRules {
  // Their score is worth something.
  bool calibrated = false;
  // They need no others beside them to be a match.
  bool alone_matches = false;

  friend bool operator==(const ModalityRules&, const ModalityRules&) = default;
};

// Where the lines are drawn.
struct Rules {
  // At or above it a score is a match.
  double threshold_db = 0;
  // From here to the threshold a score is undecided.
  double review_db = 0;
  // Fingers may do everything; what else may, is said.
  ByModality<ModalityRules> of = {{{{true, true}}}};
  // Up to here it was counted how often somebody else scores as much; beyond, no answer names odds.
  double supported_db = std::numeric_limits<double>::infinity();
};

// A score below this is no match, however low the threshold is: of ten people who are not the one sought, one scores as
// much. A tiny gallery and a large rate give such thresholds.
inline constexpr double kLeastMatch_db = 10.0;

// A match by samples that may not match alone (a face) needs others beside them that may (fingers), and that score at
// least so many decibels by themselves: of ten people who are not the one sought, one reaches 10 dB.
inline constexpr double kLeastSupport_db = 10.0;

// Less than this share of the persons searched could be compared: too many could not be ruled out for a "no".
inline constexpr double kLeastComparableShare = 0.9;

struct Verdict {
  Decision decision = Decision::kIndeterminate;
  // Of each of the evidence's persons by themselves, were the search complete.
  std::vector<Decision> persons;
  // Of each, whether an answer may name them when it was not asked to name everybody: those who are near enough, and
  // where nothing but faces without a calibration can be compared, those with the most alike faces.
  std::vector<bool> named;
  // How many of the evidence's persons elsewhere fit there, the first of them.
  std::size_t fit_elsewhere = 0;
  // How many of the persons, and of the others, match by themselves.
  std::uint64_t matches = 0;
  // What decided; every code is in the catalogue.
  Reason reason;
};

// By the lines alone: kMatch at or above the threshold, kIndeterminate from the review line, else kNoMatch.
Decision classify(double score_db, const Rules& rules);

// Whether a verdict rules people out, or finds too few who can be compared: then it is worth comparing the fingers at
// other positions (other_positions.h) and deciding once more with what that finds.
bool worth_looking_elsewhere(const Verdict& verdict);

// Whether a verdict rules people out by comparisons alone: then it is worth comparing the fingers at another resolution
// (other_resolution.h), as above.
bool worth_another_resolution(const Verdict& verdict);

// Precondition: a verification's evidence has exactly one person.
Verdict verdict(const Evidence& evidence, const Rules& rules);

}  // namespace whorl::engine
