// Which of a probe's fingers point to whom: fingers that contradict each other go to a person. Private to this room.
//
// A fused score hides who gave it: one finger of 92 dB and one of 0 dB are 69 dB together, whether the second is a poor
// capture or somebody else's. A poor capture is common among mates (docs/accuracy.md), so that a low score says little;
// what says something is a finger that fits another person, and, less, a good capture that is nothing alike. Pure
// functions; thread-safe.
#pragma once

#include <optional>
#include <span>

#include "engine/part.h"

namespace whorl::engine {

// A finger that scores less points to nobody, however low the lines are drawn: one stranger in a hundred scores as
// much.
inline constexpr double kPoints_db = 20.0;

// From this quality on a capture is good: a low score with a person says something.
inline constexpr int kGoodQuality = 40;

// Minutiae alone are never a good capture: mates are often nothing alike by them.
inline bool is_good_capture(const PreparedContent& finger) {
  return finger.quality() >= kGoodQuality && !finger.minutiae_alone();
}

// A good capture that scores less is nothing like the person's finger: so are four of five of different people, and one
// in 400 of the same (docs/accuracy.md).
inline constexpr double kNothingAlike_db = 4.0;

// Two fingers of the probe that point to two people: each reaches the line with one of them and does not point to the
// other, or (of the second person) cannot be compared.
struct Disagreement {
  const ScoredPerson* person = nullptr;
  FingerEvidence finger;
  const ScoredPerson* other_person = nullptr;
  FingerEvidence other_finger;
};

// The first by the order of the persons; the line is `line_db`, or kPoints_db where that is more. Borrows the persons.
// Cost: fingers that reach the line, two by two.
std::optional<Disagreement> disagreement(std::span<const ScoredPerson> persons, double line_db);

// The finger of the probe that reaches the line by itself, the number of fingers it is the best of taken off its score;
// nothing where none does, or where nothing else was compared.
std::optional<FingerEvidence> lone_finger(const ScoredPerson& person, double line_db);

// A finger that points to a person, and a good capture that is nothing like theirs.
struct Doubt {
  FingerEvidence finger;
  FingerEvidence other_finger;
};

// Where at least as many good captures are nothing alike as fingers point to the person (at the line, as above).
std::optional<Doubt> doubt(const ScoredPerson& person, double line_db);

}  // namespace whorl::engine
