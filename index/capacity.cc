#include "index/capacity.h"

#include <algorithm>

#include "index/live/footprint.h"
#include "index/live/shard_compaction.h"
#include "index/options.h"
#include "index/store/store.h"

namespace whorl::index {
namespace {

// Measured in seconds of one core: for each finger that opens from snapshots and records that are verified, and for
// each that a bulk load prepares.
constexpr double kOpenFingerS = 25e-6;
constexpr double kLoadFingerS = 280e-6;
// The same of a search: for each person who is looked at, who is looked at again, and who is compared exactly. Of a
// processor with AVX2, in a gallery of a million, whose rows come from memory and whose records from the page cache;
// with AVX-512 a look takes half as long, and a comparison less where the prepared template is in the cache.
constexpr double kLookS = 0.4e-6;
constexpr double kSecondLookS = 4.5e-6;
constexpr double kCompareS = 230e-6;
// A search as such: asking the sample, setting up, ordering; not shared between cores.
constexpr double kSearchS = 5e-3;
// What is read and written at this rate is waited for by all cores.
constexpr double kDiskBytesPerS = 1e9;
// Fingers of the largest shards.
constexpr std::uint64_t kLargestShard = 2048 * ShardCompaction::kMergeOf * ShardCompaction::kMergeOf;

}  // namespace

Capacity predict(const CapacityRequest& request) {
  Capacity out;
  const auto encounters = request.people;
  out.fingers = encounters * static_cast<std::uint64_t>(request.fingers);
  const auto face = [&](std::uint64_t beside) {
    return request.face_numbers == 0 ? 0 : encounters * (static_cast<std::uint64_t>(request.face_numbers) + beside);
  };
  const std::uint64_t shards = out.fingers * kFingerShardBytes + encounters * kEncounterShardBytes + face(kFaceBytes);
  const std::uint64_t records = out.fingers * kRecordFingerBytes + encounters * kRecordBytes + face(kRecordFaceBytes);
  const std::uint64_t largest = std::min(out.fingers, kLargestShard) * kFingerShardBytes;
  const std::uint64_t cache =
      std::min<std::uint64_t>(GalleryOptions{}.template_cache_bytes, out.fingers * kWholeFingerBytes);
  out.memory_bytes = shards + encounters * kMarkBytesOfEncounter + cache + Store::memory_bytes();
  out.memory_while_merging_bytes = out.memory_bytes + largest;
  out.disk_bytes = shards + records;
  out.disk_while_merging_bytes = out.disk_bytes + largest;
  const auto fingers = static_cast<double>(out.fingers);
  out.open_s = std::max(fingers * kOpenFingerS / request.cores, static_cast<double>(out.disk_bytes) / kDiskBytesPerS);
  out.load_s = fingers * kLoadFingerS / request.cores;
  const bool everybody = out.fingers <= kCompareAllSamples;
  SearchWork search = search_work(request.people, request.fingers == 0 ? 0 : 1);
  if (everybody) {
    search.second_look_s = 0;
    search.compare_s = search.looked_at * kCompareS;
  }
  out.search_s = search.fixed_s + search.shared_s() / request.cores;
  return out;
}

SearchWork search_work(std::uint64_t people, int fingers, const CandidateRule& rule, double share) {
  SearchWork out;
  out.fixed_s = kSearchS;
  if (fingers == 0) return out;
  const auto count = static_cast<std::size_t>(people);
  const SearchPlaces places = places_of(rule.for_fingers(static_cast<std::size_t>(fingers)), count, share);
  // Of each person who is looked at again or compared, the fingers that were asked for.
  const auto of = [&](std::size_t persons) {
    return static_cast<double>(std::min(persons, count)) * static_cast<double>(fingers);
  };
  out.looked_at = of(count);
  out.looked_again = of(places.looked_again);
  out.compared = of(places.compared);
  out.look_s = out.looked_at * kLookS;
  out.second_look_s = out.looked_again * kSecondLookS;
  out.compare_s = out.compared * kCompareS;
  return out;
}

SearchWork elsewhere_work(std::uint64_t people, int kept, double share) {
  // Whom the look puts first; their other fingers are compared with the probe's best.
  SearchWork out = search_work(people, 1, kFastCandidates, share);
  const double others = kept - 1;
  if (kept < 2) return {};
  out.looked_at *= others;
  out.look_s *= others;
  out.compared *= others;
  out.compare_s *= others;
  return out;
}

}  // namespace whorl::index
