// A part of the gallery: some of the people, each wholly in one part. A search asks every part and merges what they
// answer (merge.h).
//
// Nothing but values crosses: a probe and a query go in, scored persons and a receipt come out, so that a part may lie
// in this process, in another, or on another machine. A part fuses the scores of its own people; nobody does it again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/call.h"
#include "engine/types.h"
#include "templates/face/template.h"
#include "templates/fingerprint/compare/prepared.h"
#include "templates/fingerprint/template.h"

namespace whorl::engine {

// A fingerprint and what comparing needs of it, which is made once, of the template alone. A wire carries the template
// (templates/codec/native.h); who receives it makes the rest anew and gets the same scores.
class PreparedPrint {
 public:
  explicit PreparedPrint(fingerprint::FingerprintTemplate print) : print_(std::move(print)), prepared_(print_) {}

  [[nodiscard]] const fingerprint::FingerprintTemplate& print() const { return print_; }
  [[nodiscard]] const fingerprint::PreparedTemplate& prepared() const { return prepared_; }

 private:
  fingerprint::FingerprintTemplate print_;
  fingerprint::PreparedTemplate prepared_;
};

// One finger to look for.
struct ProbeFinger {
  FingerPosition position = FingerPosition::kUnknown;
  PreparedPrint print;
  // Good enough that finding nobody alike says something.
  bool decisive = true;
  // Fingers of one number are one physical finger that was captured several times: evidence that counts once.
  std::uint32_t group = 0;
  // Compared with kept fingers of other known positions than its own, and with no others.
  bool elsewhere = false;
};

// The face to look for.
struct ProbeFace {
  face::FaceTemplate face;
  // Good enough that finding nobody alike says something, where faces have a calibration.
  bool decisive = true;
};

// Whom to look for: at least one finger, or a face, unless nothing could be read of what was captured.
struct Probe {
  std::vector<ProbeFinger> fingers;
  std::optional<ProbeFace> face;
};

// Where to look, and how carefully.
struct Query {
  // Or "ALL".
  std::string gallery_id;
  Accuracy accuracy = Accuracy::kDefault;
  // At least 1.
  std::size_t max_candidates = 10;
};

// One physical finger of the probe against every finger that it was compared with of one person.
struct FingerEvidence {
  // As the probe states it.
  FingerPosition position = FingerPosition::kUnknown;
  // ProbeFinger::group.
  std::uint32_t group = 0;
  // Of the best comparison, the number of tries taken off; at least 0.
  double score_db = 0;
  // A capture of it is good enough that a low score says something (finger_agreement.h).
  bool good = false;

  friend bool operator==(const FingerEvidence&, const FingerEvidence&) = default;
};

// Two fingers that were taken for one: a probe's and a kept one.
struct FingerScore {
  // The kept finger's encounter.
  std::string encounter_id;
  FingerPosition probe = FingerPosition::kUnknown;
  FingerPosition reference = FingerPosition::kUnknown;
  // As SampleScore's.
  double score_db = 0;
};

// The probe's face against the most alike kept face of one person.
struct FaceScore {
  // The kept face's encounter.
  std::string encounter_id;
  // -1 to 1.
  double cosine = 0;
  // As SampleScore's.
  std::optional<double> score_db;
};

// One person with what they scored. No decision is made of it here.
struct ScoredPerson {
  std::string person_id;
  // What orders persons, higher first: score_db, and where faces have no calibration very little more for a face that
  // is more alike.
  double order = 0;
  // Fused over fingers and face; at least 0.
  double score_db = 0;
  // Fused over the fingers alone; score_db where there is no face, or none that counts.
  double fingers_db = 0;
  // Whether any two fingers were compared.
  bool fingers_compared = false;
  // Whether a finger or face was compared that is good enough for a "no" to stand on.
  bool conclusive = false;
  // Of each finger of the probe that has a partner, best first.
  std::vector<FingerScore> fingers;
  // Where both have a face.
  std::optional<FaceScore> face;
  // Of each physical finger of the probe that could be compared, in order of group.
  std::vector<FingerEvidence> by_finger;
};

// What a part found.
struct PartAnswer {
  // Best first (comes_before), at most as many as asked for.
  std::vector<ScoredPerson> persons;
  // This part's share of the receipt. `failures` names shards by number; `part` is left to who asked.
  std::uint64_t gallery_size = 0;
  std::uint64_t searched = 0;
  std::uint64_t comparable = 0;
  // Comparisons made of a probe finger or face with a kept one.
  std::uint64_t compared = 0;
  int shards_ok = 0;
  int shards_total = 0;
  std::vector<PartFailure> failures;
  // Persons whom those comparisons were made of.
  std::uint64_t compared_persons = 0;
};

// What an answer shows of the person: their scores, moved out of them.
std::vector<SampleScore> take_scores(ScoredPerson& person);

// The order of candidates, everywhere: higher `order` first, then by identifier.
inline bool comes_before(const ScoredPerson& a, const ScoredPerson& b) {
  return a.order != b.order ? a.order > b.order : a.person_id < b.person_id;
}

// Thread-safety: any thread may call any method at once.
class Part {
 public:
  virtual ~Part() = default;

  // Stands in receipts and logs; not empty, and no other part of an engine has it.
  [[nodiscard]] virtual const std::string& name() const = 0;

  // The part's people most like the probe. Shards that fail are no error: they show in the answer.
  // Errors: kNotFound (nobody of this part is in the gallery), kInvalidInput (the probe does not suit the gallery: a
  // face of another network; both are named), kUnavailable (the deadline passed, the part cannot be reached),
  // kExhausted, kInternal.
  virtual Result<PartAnswer> search(const Probe& probe, const Query& query, Deadline deadline) = 0;

  // The probe against one person's encounters in the gallery.
  // Errors: as search; kNotFound too where the part has no such person in the gallery.
  virtual Result<ScoredPerson> compare(const Probe& probe, const std::string& gallery_id, const std::string& person_id,
                                       Deadline deadline) = 0;
};

}  // namespace whorl::engine
