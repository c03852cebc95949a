// The gallery: records in RocksDB, which are the truth, and shards in memory, which are derived from them.
//
// Searching is two steps: a candidate stage over binary descriptors (index/vote.h) names the likeliest persons,
// then the exact comparator scores everything that is kept of each of them. Everybody can be compared instead:
// that is the oracle, and what small galleries do anyway.
//
// Thread-safety: every method may be called from any thread at once. A search works on one immutable snapshot
// and waits for no change. A change is on disk (synced) before its method returns and is seen by every search
// that starts later; changes of different persons share disk syncs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "index/record.h"
#include "templates/base/result.h"
#include "templates/fingerprint/compare.h"

namespace whorl::index {

// Names every gallery in a search; no gallery can be called so.
inline constexpr std::string_view kAllGalleries = "ALL";
// The one gallery that exists even when nobody is in it.
inline constexpr std::string_view kDefaultGallery = "default";
inline constexpr std::size_t kMaxGalleries = 1024;

// The two implementations of the candidate stage give the same votes; the loop is the faster one with Debian's
// generic build of FAISS.
enum class VoteKernel { kLoop, kFaiss };

struct GalleryOptions {
  std::filesystem::path directory;
  bool create_if_missing = true;
  std::uint32_t extractor_version = 1;  // whose templates the gallery holds
  int threads = 0;                      // 0: all cores
  std::size_t shard_fingers = 2048;     // a shard is sealed when it holds this many; at least kMaxFingers
  VoteKernel kernel = VoteKernel::kLoop;
  // Injected fault: true makes the shard of this number fail in a search. Empty: none.
  std::function<bool(std::size_t shard)> fail_shard;
};

struct GalleryCounts {
  std::string gallery_id;
  std::uint64_t persons = 0;  // with at least one encounter in the gallery
  std::uint64_t encounters = 0;
  std::uint64_t fingers = 0;
};

// One finger to look for. Borrowed: must outlive the search.
struct ProbeFinger {
  FingerPosition position = FingerPosition::kUnknown;
  const fingerprint::PreparedTemplate* prepared = nullptr;
  std::span<const fingerprint::SearchDescriptor> descriptors;
  bool decisive = true;  // good enough that finding nobody alike says something
};

// One exact comparison of a probe finger with a kept finger of a person.
struct PairScore {
  std::uint32_t probe = 0;      // index into the probe
  std::uint32_t encounter = 0;  // index into PersonScore::encounter_ids
  std::uint32_t finger = 0;     // index into that encounter's fingers
  FingerPosition reference = FingerPosition::kUnknown;
  double score = 0;  // raw
};

struct PersonScore {
  std::string person_id;
  double rank_value = 0;  // what Ranker gave
  std::vector<std::string> encounter_ids;
  std::vector<PairScore> pairs;  // every comparable pair of fingers
};

// Orders persons: higher comes first. Called from several threads at once; must not throw.
using Ranker = std::function<double(std::span<const PairScore>)>;

struct SearchRequest {
  std::string gallery_id;  // or kAllGalleries
  std::span<const ProbeFinger> probe;
  // Compare exactly only so many persons with most votes (a person has the votes of their best encounter); 0:
  // everybody. Where the share of the gallery's persons below is more, so many instead: what the votes lose depends
  // on the share that is kept.
  std::size_t candidate_persons = 0;
  double candidate_share = 0;
  // Compare everybody where the gallery holds at most this many fingers.
  std::size_t compare_all_fingers = 2000;
  std::size_t max_results = 10;
  Ranker rank;
  // Asked now and then; true stops the search with kUnavailable. Empty: never.
  std::function<bool()> expired;
};

struct SearchResult {
  std::vector<PersonScore> persons;  // best first; equal rank values in order of person id
  // The completeness receipt. A search that is not complete has missed somebody and must not be taken for a no.
  std::uint64_t gallery_size = 0;  // persons in the gallery by the records' count when the search began
  std::uint64_t searched = 0;      // persons met while going through the shards
  int shards_ok = 0;
  int shards_total = 0;
  [[nodiscard]] bool complete() const { return searched == gallery_size && shards_ok == shards_total; }

  std::uint64_t comparable_persons = 0;  // searched persons with a finger that a decisive probe finger is comparable with
  std::uint64_t compared = 0;            // exact comparisons made
};

class Gallery {
 public:
  // Opens (or makes) the gallery and rebuilds the shards from the records, on all threads.
  // Errors: kNotFound (absent and not to be made), kUnavailable (another process or Gallery holds it), kCorruption
  // (a damaged record is named), kInvalidInput (another format or extractor version: says what to do).
  // Cost: about a millisecond of one core for each finger.
  static Result<std::unique_ptr<Gallery>> open(GalleryOptions options);
  ~Gallery();

  // Puts one encounter in. `new_person` true: the person must not exist; false: must exist.
  // Returns a number of the durable write that grows with every change.
  // Errors: kInvalidInput (a bound of index/record.h, a template that cannot be decoded, gallery "ALL"),
  // kAlreadyExists, kNotFound, kExhausted (too many galleries), kUnavailable (the disk refuses: the change may
  // or may not be found after the gallery is opened again, whole or not at all).
  Result<std::uint64_t> add(const EncounterRecord& record, bool new_person);

  // Errors: kNotFound, kUnavailable (as add).
  Status erase_person(const std::string& person_id);
  // Erasing the last encounter erases the person. Errors: kNotFound, kUnavailable (as add).
  Status erase_encounter(const std::string& person_id, const std::string& encounter_id);

  // From the records. Errors: kNotFound, kCorruption, kUnavailable.
  [[nodiscard]] Result<std::vector<EncounterRecord>> encounters(const std::string& person_id) const;
  [[nodiscard]] Result<EncounterRecord> encounter(const std::string& person_id,
                                                  const std::string& encounter_id) const;

  // Galleries with at least one encounter, and kDefaultGallery always; in order of name.
  [[nodiscard]] std::vector<GalleryCounts> galleries() const;

  // Errors: kNotFound (no such gallery), kUnavailable (expired), kInternal. An incomplete search is a result, not
  // an error: look at complete().
  [[nodiscard]] Result<SearchResult> search(const SearchRequest& request) const;

  // Every comparable pair between the probe and the person's encounters in the gallery; rank_value stays 0.
  // Errors: kNotFound (no such gallery, or nobody of that id in it), kUnavailable (expired).
  [[nodiscard]] Result<PersonScore> compare(const std::string& gallery_id, const std::string& person_id,
                                            std::span<const ProbeFinger> probe,
                                            const std::function<bool()>& expired = {}) const;

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
