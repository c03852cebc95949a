// What goes through the engine's door: requests in, answers out. What pages show beside it: assessment.h,
// explanation.h, node_report.h.
//
// Plain values that own all they hold: copy and move them freely; nothing here is synchronised. Scores, thresholds and
// review lines are decibels of false match rate (engine/calibration.h): 30 dB is 1 in 1,000, higher is more alike.
// Qualities are 0 (of no use) to 100. Identifiers are 1 to 128 letters, digits, '.', '_', ':' or '-'; "ALL" names every
// gallery in a search and cannot be the name of one. Bounds that more than one room keeps stand in base/limits.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/reason.h"
#include "base/result.h"
#include "base/sha256.h"
#include "index/record/attributes.h"
#include "index/record/person_rule.h"
#include "templates/capture.h"
#include "templates/fingerprint/template.h"
#include "templates/modality.h"
#include "templates/sample.h"

namespace whorl::engine {

using fingerprint::FingerPosition;
// Whether the person of an encounter must be new, must exist, or either.
using index::PersonRule;

// One captured sample, as an image or as a template of Whorl's own (templates/sample.h). A face's template must be of
// the gallery's network.
using whorl::Sample;

// A finger that could not be captured.
struct MissingFinger {
  // Not kUnknown, and not one of the fingers given.
  FingerPosition position = FingerPosition::kUnknown;
  // Why, in free text of at most 64 bytes (OSIA's MissingType).
  std::string reason;
};

struct EnrolReceipt;

// Tells a request that is sent again from a new one.
struct RequestKey {
  Sha256 key{};      // of who asks, and of the key that they chose
  Sha256 request{};  // of what they ask
};

// What is kept with an encounter, so that the request sent again gets the same answer (Service::kept_answer).
struct AnswerToKeep {
  RequestKey under;
  // The answer, at most 64 KiB, of a receipt whose sequence is 0 as yet. Called once, before anything is written.
  std::function<std::string(const EnrolReceipt&)> answer;
};

// One encounter to keep: who, in which galleries, and what was captured.
struct EnrolRequest {
  // Empty: the engine makes an identifier.
  std::string person_id;
  // Empty: the engine makes an identifier. No two encounters of one person have the same.
  std::string encounter_id;
  PersonRule person_rule = PersonRule::kNew;
  // 1 to 16, none twice.
  std::vector<std::string> galleries = {"default"};
  // At least one; of each modality at most as many as its row says (ten fingers, one face), no finger's position twice
  // except kUnknown.
  std::vector<Sample> samples;
  // At most 10, no position twice.
  std::vector<MissingFinger> missing;
  // What the encounter was for, in free text of at most 64 bytes.
  std::string encounter_type = "enrolment";
  // About the person and the circumstances: each a JSON object as text, or empty. Given back as they came.
  std::string biographic_data;
  std::string contextual_data;
  // Any bytes; given back as they came. The three together: at most 64 KiB.
  std::string client_data;
  std::optional<AnswerToKeep> keep = {};
  // False: kept, and no search looks at it until its status is set.
  bool active = true;
  // What the task is answered that the call is the work of (Call::task). Called once, before anything is written, of a
  // receipt whose sequence is 0 as yet.
  std::function<std::string(const EnrolReceipt&)> task_answer = {};
};

// How good one captured sample is.
struct SampleQuality {
  Modality modality = Modality::kFinger;
  // As the sample's.
  std::uint8_t position = 0;
  // 0 to 100; 0 too where the image of a finger holds no fingerprint.
  int quality = 0;
  // Of a finger: minutiae found in the image, 0 to 255.
  int features = 0;
  // What the operator can do about it: a sentence, or several joined by "; ". Empty when the capture is good.
  std::string feedback;
  // The same as codes with arguments, the gravest first.
  std::vector<Reason> why = {};
};

// What was kept.
struct EnrolReceipt {
  std::string person_id;
  std::string encounter_id;
  // In the order of the request.
  std::vector<SampleQuality> samples;
  // Of the durable write; grows with every change. A search that starts later sees the encounter.
  std::uint64_t sequence = 0;
};

// What an answer says. kIndeterminate goes to a person: it is neither yes nor no.
enum class Decision { kMatch, kNoMatch, kIndeterminate };
// "match", "no_match", "indeterminate".
std::string_view name_of(Decision decision);

// How many people a search compares exactly, of those that screening puts first. Everybody is compared in a small
// gallery whatever is asked for; docs/index.md says what the quicker ones lose.
enum class Accuracy { kFast, kDefault, kExhaustive };

// Which encounters a search looks at, by what is kept of them beside samples.
using Filter = index::EncounterFilter;

// Somebody who is enrolled and looked for as a probe: by all encounters, or by one.
struct EnrolledProbe {
  std::string person_id;
  std::optional<std::string> encounter_id;
};

// A search of one gallery, or of all, for one person.
struct IdentifyRequest {
  // Or "ALL".
  std::string gallery_id = "default";
  // As in EnrolRequest.
  std::vector<Sample> samples;
  // The share of searches for people who are not enrolled that may find somebody: above 0, at most 0.5. The threshold
  // follows from it and from the number of people searched.
  double target_fpir = 0.01;
  // 1 to 1000.
  int max_candidates = 10;
  // At least 10 dB. Replaces the threshold that follows from target_fpir.
  std::optional<double> threshold_db;
  Accuracy accuracy = Accuracy::kDefault;
  // True: a search that could not reach everybody answers indeterminate, with what it found. False: it is an error.
  bool partial_ok = false;
  // True: people below the review line are named too, with their scores. False: nobody is who has nothing to do with
  // the probe.
  bool show_all = false;
  // Whom the search looks at; everybody where it has no terms. The receipt counts those alone.
  Filter filter = {};
  // Of an enrolled probe: by these alone; all where it is empty.
  std::vector<Modality> modalities = {};
  // A person whom no answer names: the probe's own.
  std::string except_person = {};
  // People who are left out before anything is decided, as if somebody unlike the probe stood in their place: counts
  // and threshold are those of the whole gallery. Called by one thread at a time, for whoever is found, with their
  // score. Empty: nobody is.
  std::function<bool(const std::string& person_id, double score_db)> hides = {};
};

// A sample of the probe against one that is kept, whose likeness counts.
struct SampleScore {
  Modality modality = Modality::kFinger;
  // The kept sample's encounter.
  std::string encounter_id;
  // Positions of fingers; 0 of a face.
  std::uint8_t probe = 0;
  std::uint8_t reference = 0;
  // At least 0. Of two fingers, of this pair alone, as if nothing else had been tried, with what fingers of one
  // position cost taken off (known_position.h). Of a face, the most alike of the person's, with the number of kept
  // faces tried taken off; empty where faces have no calibration: the face then counts for nothing.
  std::optional<double> score_db;
  // Of a face, -1 to 1.
  double cosine = 0;
  // Those of the encounter, in a search of all galleries.
  std::vector<std::string> galleries = {};
};

// One person whom a search found.
struct Candidate {
  std::string person_id;
  // From 1, best first.
  int rank = 1;
  // Fused over fingers and face (engine/fusion.h).
  double score_db = 0;
  // What this person's scores would decide by themselves, were the search complete.
  Decision decision = Decision::kNoMatch;
  // The scores behind it: one for each finger of the probe that has a partner, best first; then the face's, where both
  // have one.
  std::vector<SampleScore> scores;
};

// A part of the gallery, or one of its shards, that could not be searched.
struct PartFailure {
  // The part's name.
  std::string part;
  // Why, for whoever runs the node. Holds no personal data.
  std::string reason;
  // The shard's number in the part. Empty: the whole part.
  std::optional<std::uint32_t> shard = {};

  friend bool operator==(const PartFailure&, const PartFailure&) = default;
};

// Proof that everybody was looked at. An answer whose receipt is not complete is an error, or indeterminate where that
// was asked for; it is never "no match".
struct Receipt {
  // Persons in the gallery when the search began, by the records' count. Of a part that failed nobody is counted.
  std::uint64_t gallery_size = 0;
  // Persons whom the search went past.
  std::uint64_t searched = 0;
  // Shards of the parts that answered.
  int shards_ok = 0;
  int shards_total = 0;
  // Of the searched, persons with a finger or face that a good one of the probe can be compared with.
  std::uint64_t comparable = 0;
  // Parts of the gallery that were asked, and those that answered.
  int parts_ok = 0;
  int parts_total = 0;
  // By name, each with its reason, in the order in which the parts were asked.
  std::vector<PartFailure> failures = {};
  // Of the searched, persons who were compared exactly: those whom screening put first, or everybody who can be
  // compared.
  std::uint64_t compared = 0;
  // Names of the filter, where it leaves nobody although there are people: those that nobody in the gallery has, or
  // else all.
  std::vector<std::string> absent = {};

  // Whether everybody was looked at.
  [[nodiscard]] bool complete() const {
    return searched == gallery_size && shards_ok == shards_total && parts_ok == parts_total && failures.empty();
  }
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

// What a search found and what follows from it.
struct IdentifyAnswer {
  Decision decision = Decision::kNoMatch;
  // One English sentence for the officer.
  std::string reason;
  // A candidate at or above it is a match.
  double threshold_db = 0;
  // A candidate between this and the threshold is indeterminate.
  double review_db = 0;
  // Up to here it was counted how often somebody else scores as much (Calibration::measured_db, less what known
  // positions cost: known_position.h). Scores and thresholds beyond it are extrapolated. Of several fingers, or of
  // fingers and face, the least of theirs.
  double supported_db = 0;
  // As asked for.
  double target_fpir = 0;
  // Best first; at most as many as asked for. Nobody below the review line, unless that was asked for, or the reason
  // names them.
  std::vector<Candidate> candidates;
  // People who match by themselves, of the best max_candidates (ten at least); more than one may be one person who was
  // enrolled twice.
  std::uint64_t matches = 0;
  // The share of the people enrolled whom a search like this one, with fingers of this number and quality at this
  // review line, would answer with no match (expected_miss.h). Empty where it is not known: no good finger, or a
  // calibration without mated comparisons.
  std::optional<double> expected_miss_rate = {};
  // Of every sample given, in the order of the request.
  std::vector<SampleQuality> probe;
  Receipt receipt;
  // Comparisons made of a probe finger or face with a kept one.
  std::uint64_t compared = 0;
  // From the call's arrival at the engine.
  double elapsed_ms = 0;
  // The reason as a code with arguments.
  Reason why = {};
};

// A comparison with one claimed person.
struct VerifyRequest {
  // Or "ALL".
  std::string gallery_id = "default";
  std::string person_id;
  // As in EnrolRequest.
  std::vector<Sample> samples;
  // The share of false claims that may match: above 0, at most 0.5. The threshold follows from it.
  double target_fmr = 0.0001;
  // At least 10 dB. Replaces the threshold that follows from target_fmr.
  std::optional<double> threshold_db;
};

// A comparison of what was captured twice, of people who need not be enrolled.
struct CompareRequest {
  // As in EnrolRequest.
  std::vector<Sample> samples;
  std::vector<Sample> others;
  // As in VerifyRequest.
  double target_fmr = 0.0001;
  std::optional<double> threshold_db;
};

// Whether the claim holds.
struct VerifyAnswer {
  Decision decision = Decision::kNoMatch;
  // One English sentence for the officer.
  std::string reason;
  // Fused over fingers and face; 0 where nothing could be compared. Where the fingers fit at other positions than those
  // stated, as the reason then says: over these.
  double score_db = 0;
  double threshold_db = 0;
  // As Candidate's.
  std::vector<SampleScore> scores;
  // Of every sample given, in the order of the request.
  std::vector<SampleQuality> probe;
  // As IdentifyAnswer's.
  double supported_db = 0;
  // The reason as a code with arguments.
  Reason why = {};
};

// What is kept of one sample.
struct SampleView {
  Modality modality = Modality::kFinger;
  // Of the modality; of a finger: FingerPosition.
  std::uint8_t position = 0;
  // 0 to 100.
  int quality = 0;
  // Of a finger: minutiae, 0 to 255.
  int features = 0;
  // What the operator could have done about it; empty when the capture is good.
  std::vector<Reason> why = {};
  CaptureData capture = {};
  // Of the kept template.
  Format format = Format::kUnstated;
  // Its image is kept, too.
  bool has_image = false;
};

// What is kept of an encounter, but its templates and images.
struct EncounterView {
  std::string person_id;
  std::string encounter_id;
  std::string encounter_type;
  // When it was kept, to the millisecond.
  std::chrono::system_clock::time_point created;
  // When it was last changed; empty: never.
  std::optional<std::chrono::system_clock::time_point> updated = {};
  // Whether searches look at it.
  bool active = true;
  std::vector<std::string> galleries;
  // Fingers, then a face where there is one.
  std::vector<SampleView> samples;
  std::vector<MissingFinger> missing;
  // As they came.
  std::string biographic_data;
  std::string contextual_data;
  std::string client_data;
};

// An image that was kept of a sample, as it came.
struct KeptImageView {
  std::size_t sample = 0;  // its place in EncounterView::samples
  std::string_view media_type;
  // As it was stated beside the file; empty: the file says it.
  std::optional<double> resolution_ppi;
  Bytes bytes;
};

// An encounter with the images that are kept of it: none where its gallery keeps none.
struct EncounterWithImages {
  EncounterView encounter;
  std::vector<KeptImageView> images;  // in order of sample
};
// Of one answer, together.
inline constexpr std::uint64_t kMostImageBytesRead = std::uint64_t{64} << 20;

// A kept template.
struct TemplateView {
  Modality modality = Modality::kFinger;
  // Of the modality; of a finger: FingerPosition.
  std::uint8_t position = 0;
  // 0 to 100.
  int quality = 0;
  // As it was given with the sample.
  std::string instance;
  Format format = Format::kUnstated;
  Bytes bytes;
};

// Encounters of a gallery, in order of person and encounter.
struct GalleryContent {
  struct Entry {
    std::string person_id;
    std::string encounter_id;
  };
  std::vector<Entry> entries;
  // In the gallery, however many were asked for.
  std::uint64_t total = 0;
};

// What one gallery holds. A person with encounters in several galleries is counted in each.
struct GalleryView {
  std::string gallery_id;
  std::uint64_t persons = 0;
  std::uint64_t encounters = 0;
  ByModality<std::uint64_t> samples = {};
};

// How a node does, for whoever runs it. Holds no personal data. Counts begin when the node is opened.
struct NodeHealth {
  // What one kind of thing takes, by the node's own count.
  struct Memory {
    // "sealed_shards" (templates and identifiers), "growing_shards", "directory" (who is enrolled and where), "store"
    // (the database's caches and buffers, at most).
    std::string kind;
    std::uint64_t bytes = 0;
  };
  std::vector<Memory> memory;

  // Snapshots of shards that were put on disk, so that the next opening need not prepare templates again.
  std::uint64_t snapshots_written = 0;
  // Shards that were sealed, merged or rewritten.
  std::uint64_t shards_written = 0;
  // Of this housekeeping; each is tried again, and searches are not affected.
  std::uint64_t housekeeping_failures = 0;
  // The text of the last of them; empty while there is none.
  std::string last_failure;

  // Why enrolments and erasures are refused now: kExhausted (no room on the disk), kUnavailable (the disk fails, or the
  // gallery's folder was removed). Empty while they are taken. Searches go on.
  std::optional<Error> changes_refused;

  // How the gallery was opened: encounters that came ready from snapshots, and those prepared from their records.
  struct Opening {
    std::uint64_t snapshots_used = 0;
    std::vector<std::string> snapshots_dropped;  // why each was not used
    std::uint64_t encounters_from_snapshots = 0;
    std::uint64_t encounters_prepared = 0;
    std::uint64_t encounters_outdated = 0;  // in a snapshot, but erased or replaced since
  };
  Opening opening;

  // What the node's own galleries hold, as Service::galleries gives it.
  std::vector<GalleryView> galleries;
  // Names of the parts that a search asks, this node's own first.
  std::vector<std::string> parts;
  // Whether samples of a modality are read from images, and whether their scores decide anything.
  ByModality<bool> reads_images = {};
  ByModality<bool> calibrated = {};
};

}  // namespace whorl::engine
