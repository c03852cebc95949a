// The gallery: records in RocksDB, which are the truth, and shards in memory, which are derived from them.
//
// Searching is two steps: a candidate stage (templates/fingerprint/screening/screening.h) names the likeliest persons,
// then the exact comparator scores everything that is kept of each of them. Everybody can be compared instead: that is
// the oracle, and what small galleries do anyway.
//
// Shards become larger by themselves, and lie in the gallery's directory as snapshots too, so that opening reads and
// verifies bytes rather than preparing templates. A snapshot that does not verify is made again from the records.
//
// Thread-safety: every method may be called from any thread at once. A search works on one immutable snapshot
// and waits for no change. A change is on disk (synced) before its method returns and is seen by every search
// that starts later; changes of different persons share disk syncs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/event.h"
#include "base/result.h"
#include "index/record/encounter_file.h"
#include "index/record/person_rule.h"
#include "index/record/record.h"
#include "index/search/candidates.h"
#include "templates/face/template.h"
#include "templates/fingerprint/compare/compare.h"

namespace whorl::index {

// Names every gallery in a search; no gallery can be called so.
inline constexpr std::string_view kAllGalleries = "ALL";
// The one gallery that exists even when nobody is in it.
inline constexpr std::string_view kDefaultGallery = "default";
inline constexpr std::size_t kMaxGalleries = 1024;

struct GalleryOptions {
  std::filesystem::path directory;
  bool create_if_missing = true;
  std::uint32_t extractor_version = 1;  // whose templates the gallery holds
  int threads = 0;                      // 0: all cores
  // The growing shard is sealed when it holds this many, and merged into ever larger ones up to 64 times as many.
  // At least kMaxFingers.
  std::size_t shard_fingers = 2048;
  // What all of it together may take; 0: no limit. See Gallery::memory().
  std::uint64_t memory_limit_bytes = 0;
  // Read every record while opening, and check it against its checksum and the index: a damaged record then stops the
  // gallery from opening even where a snapshot holds its templates. False: such a record is found when it is read.
  bool verify_records = true;
  // Hears what an operator should know; called from any thread. Empty: nobody does.
  EventSink events;
  // Injected fault: true makes the shard of this number fail in a search. Empty: none.
  std::function<bool(std::size_t shard)> fail_shard;
};

struct GalleryCounts {
  std::string gallery_id;
  std::uint64_t persons = 0;  // with at least one encounter in the gallery
  std::uint64_t encounters = 0;
  std::uint64_t fingers = 0;
  std::uint64_t faces = 0;
};

// One finger to look for. Borrowed: must outlive the search.
struct ProbeFinger {
  FingerPosition position = FingerPosition::kUnknown;
  const fingerprint::PreparedTemplate* prepared = nullptr;
  bool decisive = true;  // good enough that finding nobody alike says something
};

// A face to look for. Borrowed: must outlive the search.
struct ProbeFace {
  const face::FaceTemplate* face = nullptr;
  bool decisive = true;  // as above
};

// One exact comparison of a probe finger with a kept finger of a person.
struct PairScore {
  std::uint32_t probe = 0;      // index into the probe
  std::uint32_t encounter = 0;  // index into PersonScore::encounter_ids
  std::uint32_t finger = 0;     // index into that encounter's fingers
  FingerPosition reference = FingerPosition::kUnknown;
  double score = 0;  // raw
};

// The probe's face with one kept face of a person.
struct FaceScore {
  std::uint32_t encounter = 0;  // index into PersonScore::encounter_ids
  double cosine = 0;            // as face::compare gives it
};

struct PersonScore {
  std::string person_id;
  double rank_value = 0;  // what Ranker gave
  std::vector<std::string> encounter_ids;
  std::vector<PairScore> pairs;       // every comparable pair of fingers
  std::vector<FaceScore> faces = {};  // one for each kept face, when the probe has one
};

// Orders persons: higher comes first. Called from several threads at once; must not throw.
using Ranker = std::function<double(const PersonScore&)>;

struct SearchRequest {
  std::string gallery_id;  // or kAllGalleries
  std::span<const ProbeFinger> probe;
  std::optional<ProbeFace> face = {};  // beside or instead of fingers
  // How many persons go on for their face alone: exactly those with the most alike faces, whatever their fingers.
  std::size_t face_persons = 200;
  // Compare exactly only so many persons with most votes (a person has the votes of their best encounter); by default
  // everybody.
  CandidateRule candidates;
  // Compare everybody where the gallery holds at most this many fingers, or faces, of what the probe has.
  std::size_t compare_all_fingers = kCompareAllFingers;
  std::size_t max_results = 10;
  Ranker rank;
  // Asked now and then; true stops the search with kUnavailable. Empty: never.
  std::function<bool()> expired;
};

// A shard that could not be searched, and why.
struct ShardFailure {
  std::uint32_t shard = 0;
  std::string reason;
};

struct SearchResult {
  std::vector<PersonScore> persons;  // best first; equal rank values in order of person id
  // The completeness receipt. A search that is not complete has missed somebody and must not be taken for a no.
  std::uint64_t gallery_size = 0;  // persons in the gallery by the records' count when the search began
  std::uint64_t searched = 0;      // persons met while going through the shards
  int shards_ok = 0;
  int shards_total = 0;
  [[nodiscard]] bool complete() const { return searched == gallery_size && shards_ok == shards_total; }

  // Searched persons with a finger or face that a decisive one of the probe compares with.
  std::uint64_t comparable_persons = 0;
  std::uint64_t compared = 0;          // exact comparisons made, of fingers and faces
  std::vector<ShardFailure> failures;  // of each shard that is not ok
};

// How a gallery was opened.
struct OpeningReport {
  std::uint64_t snapshots_used = 0;
  std::vector<std::string> snapshots_dropped;  // why each did not verify; their encounters were prepared again
  std::uint64_t encounters_from_snapshots = 0;
  std::uint64_t encounters_prepared = 0;  // from their records
  std::uint64_t encounters_outdated = 0;  // in a snapshot, but erased or replaced since
};

// What the shards' housekeeping did since the gallery was opened.
struct KeepingReport {
  std::uint64_t shards_written = 0;  // sealed, merged or rewritten
  std::uint64_t snapshots_written = 0;
  std::uint64_t failures = 0;  // left for another try; searches are not affected
  std::string last_failure;
};

struct MemoryUse {
  std::uint64_t sealed_bytes = 0;     // sealed shards: templates, identifiers
  std::uint64_t head_bytes = 0;       // shards not sealed yet
  std::uint64_t directory_bytes = 0;  // who is enrolled and where
  std::uint64_t store_bytes = 0;      // caches and buffers of the database, at most
  [[nodiscard]] std::uint64_t total() const { return sealed_bytes + head_bytes + directory_bytes + store_bytes; }
};

// What became of one batch of a bulk load.
struct LoadOutcome {
  struct Refusal {
    std::string person_id;
    std::string encounter_id;
    Error error;
  };
  std::uint64_t encounters = 0;
  std::uint64_t fingers = 0;
  std::vector<Refusal> refused;  // each by itself; the others were loaded
};

class Gallery {
 public:
  // Opens (or makes) the gallery: shards from their snapshots where those verify, else from the records, on all
  // threads. Errors: kNotFound (absent and not to be made), kUnavailable (another process or Gallery holds it),
  // kCorruption (a damaged record is named), kInvalidInput (another format or extractor version: says what to do),
  // kExhausted (memory limit: says what would be needed; nothing was read).
  // Cost: see docs/benchmarks.md; without snapshots about 0.3 ms of one core for each finger.
  static Result<std::unique_ptr<Gallery>> open(GalleryOptions options);
  ~Gallery();

  // Puts one encounter in, where `rule` holds of its person.
  // Returns a number of the durable write that grows with every change.
  // Errors: kInvalidInput (a bound of index/record/record.h, a template that cannot be decoded, gallery "ALL", a face
  // of another network than the gallery's: both are named),
  // kAlreadyExists, kNotFound, kExhausted (too many galleries; the memory limit), kUnavailable (the disk refuses:
  // the change may or may not be found after the gallery is opened again, whole or not at all).
  Result<std::uint64_t> add(const EncounterRecord& record, PersonRule rule);

  // Puts many encounters in at once; persons may be new or not. Everything that is accepted, and the mark, is on disk
  // in one atomic step before this returns, and seen by every search that starts later. Changes by others wait for that
  // step only. `mark` says how far the load came, for load_mark() after a crash. Give about load_batch_fingers() at a
  // time: a batch becomes a shard.
  // Templates are checked against their checksums, but ridge maps are not decoded as add() does. Refused one by one:
  // what parse_record or add refuses, encounters that exist, the second of two with one name.
  // Errors: kUnavailable (as add), kExhausted (the memory limit); nothing of the batch was loaded then.
  Result<LoadOutcome> load(std::vector<EncodedRecord> batch, const std::string& mark_name, ByteView mark);
  [[nodiscard]] std::size_t load_batch_fingers() const;
  [[nodiscard]] Result<std::optional<Bytes>> load_mark(const std::string& mark_name) const;
  Status drop_load_mark(const std::string& mark_name);

  // Errors: kNotFound, kUnavailable (as add).
  Status erase_person(const std::string& person_id);
  // Erasing the last encounter erases the person. Errors: kNotFound, kUnavailable (as add).
  Status erase_encounter(const std::string& person_id, const std::string& encounter_id);

  // From the records. Errors: kNotFound, kCorruption, kUnavailable.
  [[nodiscard]] Result<std::vector<EncounterRecord>> encounters(const std::string& person_id) const;
  [[nodiscard]] Result<EncounterRecord> encounter(const std::string& person_id, const std::string& encounter_id) const;

  // Galleries with at least one encounter, and kDefaultGallery always; in order of name.
  [[nodiscard]] std::vector<GalleryCounts> galleries() const;

  // Errors: kNotFound (no such gallery), kInvalidInput (a face of another network than the gallery's: both are named),
  // kUnavailable (expired), kInternal. An incomplete search is a result, not
  // an error: look at complete().
  [[nodiscard]] Result<SearchResult> search(const SearchRequest& request) const;

  // Every comparable pair between the probe and the person's encounters in the gallery; rank_value stays 0.
  // Errors: kNotFound (no such gallery, or nobody of that id in it), kInvalidInput (as search), kUnavailable (expired).
  [[nodiscard]] Result<PersonScore> compare(const std::string& gallery_id, const std::string& person_id,
                                            std::span<const ProbeFinger> probe,
                                            const std::function<bool()>& expired = {},
                                            const std::optional<ProbeFace>& face = {}) const;

  // Whose faces the gallery holds, which its first face settles for good. Nothing before that.
  [[nodiscard]] std::optional<face::NetworkId> face_network() const;

  [[nodiscard]] const OpeningReport& opening() const;
  [[nodiscard]] KeepingReport keeping() const;
  // By the gallery's own count. A merge takes, for a while, as much again as the shards that it merges.
  [[nodiscard]] MemoryUse memory() const;
  // Waits until every shard that is full is sealed, merged and on disk as a snapshot (or that has failed). Never needed
  // for right answers.
  void settle();

  // Runs body(i) for i in [0, n) on the gallery's threads, each once; returns when all have returned.
  // `body` must not throw.
  void parallel(std::size_t n, const std::function<void(std::size_t)>& body) const;

  Gallery(const Gallery&) = delete;
  Gallery& operator=(const Gallery&) = delete;

 private:
  struct Parts;
  explicit Gallery(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace whorl::index
