// A part of the gallery: some of the people, each wholly in one part. A search asks every part and merges what they
// answer (merge.h).
//
// Nothing but values crosses: a probe and a query go in, scored persons and a receipt come out, so that a part may lie
// in this process, in another, or on another machine. A part fuses the scores of its own people; nobody does it again.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/call.h"
#include "engine/types.h"
#include "index/prepare.h"
#include "templates/codec/template.h"
#include "templates/modality.h"

namespace whorl::engine {

// A template and what comparing needs of it, which is made once, of the template alone. A wire carries the template
// (templates/codec/template.h); who receives it makes the rest anew and gets the same scores.
class PreparedContent {
 public:
  explicit PreparedContent(codec::Template content)
      : content_(std::move(content)), prepared_(index::prepare_probe(content_)) {}

  [[nodiscard]] const codec::Template& content() const { return content_; }
  [[nodiscard]] const index::PreparedSample& prepared() const { return prepared_; }
  [[nodiscard]] Modality modality() const { return prepared_.modality; }
  [[nodiscard]] int quality() const { return codec::quality_of(content_); }
  // Of a finger: its template holds neither flow nor ridges, as a record of another system.
  [[nodiscard]] bool minutiae_alone() const;

 private:
  codec::Template content_;
  index::PreparedSample prepared_;
};

// One sample to look for.
struct ProbeSample {
  // Of the modality; 0: unknown.
  std::uint8_t position = 0;
  PreparedContent content;
  // Good enough that finding nobody alike says something, where its modality has a calibration.
  bool decisive = true;
  // Samples of one number are one physical finger that was captured several times: evidence that counts once. Of each
  // modality numbers of its own.
  std::uint32_t group = 0;
  // Compared with kept samples of other known positions than its own, and with no others.
  bool elsewhere = false;
  // Its place in the request.
  std::size_t sample = 0;

  [[nodiscard]] Modality modality() const { return content.modality(); }
  [[nodiscard]] FingerPosition finger() const { return static_cast<FingerPosition>(position); }
};

// Whom to look for: at least one sample, unless nothing could be read of what was captured. In order of modality.
struct Probe {
  std::vector<ProbeSample> samples;

  // Of one modality, in their order.
  [[nodiscard]] std::vector<const ProbeSample*> of(Modality modality) const { return of_modality(samples, modality); }
};

// Where to look, and how carefully.
struct Query {
  // Or "ALL".
  std::string gallery_id;
  Accuracy accuracy = Accuracy::kDefault;
  // At least 1.
  std::size_t max_candidates = 10;
  // Whom to look at; everybody where it has no terms.
  Filter filter = {};
  // Not empty: one side of a pair is looked for, by the side whose identifier this is and comes first. Persons before
  // it need not be candidates, and with Accuracy::kFast as few are compared as a pair of a high score needs. A wish:
  // who is asked may look at everybody (a message does not carry it).
  std::string pair_of = {};
  // Above 0, at most 1: the share of all people that the one has who answers, where people are dealt out by nothing but
  // their identifiers and whoever asks knows how. Where not everybody is compared, so many less are, that all parts
  // together compare as many as one would that had everybody. 1 costs more, and misses nobody.
  double share = 1;
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

// What the samples of one modality say of a person.
struct ModalityScore {
  // Whether any two were compared.
  bool compared = false;
  // Fused over them alone; 0 where they have no calibration.
  double db = 0;

  friend bool operator==(const ModalityScore&, const ModalityScore&) = default;
};

// One person with what they scored. No decision is made of it here.
struct ScoredPerson {
  std::string person_id;
  // What orders persons, higher first: score_db, and where faces have no calibration very little more for a face that
  // is more alike.
  double order = 0;
  // Fused over everything that was compared; at least 0.
  double score_db = 0;
  ByModality<ModalityScore> by_modality = {};
  // Whether a sample was compared that is good enough for a "no" to stand on.
  bool conclusive = false;
  // Of each sample of the probe that has a partner, in order of modality, the best first.
  std::vector<SampleScore> scores;
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
  // Comparisons made of a sample of the probe with a kept one.
  std::uint64_t compared = 0;
  int shards_ok = 0;
  int shards_total = 0;
  std::vector<PartFailure> failures;
  // Persons whom those comparisons were made of.
  std::uint64_t compared_persons = 0;
  // Names of the filter, where it leaves nobody of this part although there are people (Receipt::absent).
  std::vector<std::string> absent = {};
};

// The order of candidates, everywhere: higher `order` first, then by identifier.
inline bool comes_before(const ScoredPerson& a, const ScoredPerson& b) {
  return a.order != b.order ? a.order > b.order : a.person_id < b.person_id;
}

// Waits for an answer that was asked for, and gives it. Called once, by any thread.
template <class T>
using Awaited = std::function<Result<T>()>;

// Thread-safety: any thread may call any method at once.
class Part {
 public:
  virtual ~Part() = default;

  // Whether what begin_search and begin_compare give only waits for somebody else's work. Else who waits works.
  [[nodiscard]] virtual bool works_elsewhere() const { return false; }

  // Stands in receipts and logs; not empty, and no other part of an engine has it.
  [[nodiscard]] virtual const std::string& name() const = 0;

  // The part's people most like the probe. Shards that fail are no error: they show in the answer.
  // Errors: kNotFound (nobody of this part is in the gallery), kInvalidInput (the probe does not suit the gallery: a
  // face of another network; both are named, and "probe[i]"), kUnavailable (the deadline passed, the part cannot be
  // reached), kExhausted, kInternal.
  virtual Result<PartAnswer> search(const Probe& probe, const Query& query, Deadline deadline) = 0;

  // The probe against one person's encounters in the gallery.
  // Errors: as search; kNotFound too where the part has no such person in the gallery.
  virtual Result<ScoredPerson> compare(const Probe& probe, const std::string& gallery_id, const std::string& person_id,
                                       Deadline deadline) = 0;

  // The same in two steps, so that parts elsewhere work while others are being asked: a part that is reached by a
  // message sends it here, and what this gives waits for the answer. By default nothing happens before that is called.
  // What is given borrows probe and query.
  virtual Awaited<PartAnswer> begin_search(const Probe& probe, const Query& query, Deadline deadline);
  virtual Awaited<ScoredPerson> begin_compare(const Probe& probe, const std::string& gallery_id,
                                              const std::string& person_id, Deadline deadline);
};

}  // namespace whorl::engine
