// What is asked of a search and what it answers. Plain values.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "index/comparator/prepared_sample.h"
#include "index/record/attributes.h"
#include "index/search/candidates.h"

namespace whorl::index {

// Names every gallery in a search; no gallery can be called so.
inline constexpr std::string_view kAllGalleries = "ALL";
// The one gallery that exists even when nobody is in it.
inline constexpr std::string_view kDefaultGallery = "default";

// One sample to look for. Borrowed: must outlive the search.
struct ProbeSample {
  std::uint8_t position = 0;  // of the modality
  const PreparedSample* prepared = nullptr;
  bool decisive = true;    // good enough that finding nobody alike says something
  bool elsewhere = false;  // compared with kept samples of other known positions than its own, and with no others; of
                           // such samples the decisive ones alone have a vote in screening

  [[nodiscard]] Modality modality() const { return prepared->modality; }
};

// One exact comparison of a probe's sample with a kept one of a person.
struct PairScore {
  std::uint32_t probe = 0;      // index into the probe
  std::uint32_t encounter = 0;  // index into PersonScore::encounter_ids
  std::uint32_t sample = 0;     // index into that encounter's samples of the modality
  Modality modality = Modality::kFinger;
  std::uint8_t reference = 0;  // the kept sample's position
  double score = 0;            // as the modality's comparator gives it
};

struct PersonScore {
  std::string person_id;
  double rank_value = 0;  // what Ranker gave
  std::vector<std::string> encounter_ids;
  std::vector<PairScore> pairs;  // every comparable pair
};

// Orders persons: higher comes first. Called from several threads at once; must not throw.
using Ranker = std::function<double(const PersonScore&)>;

struct SearchRequest {
  std::string gallery_id;  // or kAllGalleries
  std::span<const ProbeSample> probe;
  // The persons with the most alike faces who are compared exactly for their face alone, whatever their fingers are.
  std::size_t face_persons = 200;
  // How many persons are compared exactly for their fingers: those whose best encounter has the most votes. By default
  // everybody is.
  CandidateRule candidates;
  // Where it is not empty, the other side of a pair of a high score is looked for: of fingers only persons whose
  // identifier comes after this one are candidates, and only where the best finger that both have is a little alike.
  // The receipt counts the others too. A gallery that is compared whole knows no such bounds.
  std::string_view after = {};
  // Everybody is compared exactly in a gallery of at most this many samples of each modality that the probe has.
  std::size_t compare_all_samples = kCompareAllSamples;
  // Above 0, at most 1. Below 1 the gallery is a part of a whole, chosen by nothing but their identifiers, and these
  // are its people's share of it: all numbers above are of the whole, and this part takes its share of them.
  double share = 1;
  std::size_t max_results = 10;
  Ranker rank;
  // Whom the search looks at; everybody where it has no terms.
  EncounterFilter filter = {};
  // Asked now and then; true stops the search with kUnavailable. Empty: never.
  std::function<bool()> expired;
};

// A shard that contributed nobody to a search, and why.
struct ShardFailure {
  std::uint32_t shard = 0;  // its number in this search
  std::string reason;
};

struct SearchResult {
  std::vector<PersonScore> persons;  // best first; equal rank values in order of person id
  // The completeness receipt. A search that is not complete has missed somebody and must not be taken for a no.
  std::uint64_t gallery_size = 0;  // persons in the gallery by the records' count when the search began
  std::uint64_t searched = 0;      // persons met while going through the shards
  std::uint64_t searched_encounters = 0;
  int shards_ok = 0;
  int shards_total = 0;
  std::vector<ShardFailure> failures = {};  // of the shards that are not ok, in order of number
  [[nodiscard]] bool complete() const { return searched == gallery_size && shards_ok == shards_total; }

  // Searched persons with a sample that a decisive one of the probe compares with.
  std::uint64_t comparable_persons = 0;
  std::uint64_t compared = 0;            // exact comparisons made
  std::uint64_t compared_persons = 0;    // whom they were made of
  std::vector<std::string> absent = {};  // Filtered::absent
  std::uint64_t left_out = 0;            // encounters that were erased, or exchanged for others, since it began
};

}  // namespace whorl::index
