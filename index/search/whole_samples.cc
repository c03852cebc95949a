#include "index/search/whole_samples.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include "index/comparator/comparator.h"

namespace whorl::index {
namespace {

Error not_the_shards(const Shard& shard, std::size_t i, const std::string& what) {
  return corruption("gallery record " + std::string(shard.person_id(i)) + "/" + std::string(shard.encounter_id(i)) +
                    " " + what);
}

// The k-th sample of a modality; null where there are fewer.
const SampleRecord* sample_of(const EncounterRecord& record, const WholeSamples::Wanted& wanted) {
  std::uint32_t k = 0;
  for (const SampleRecord& sample : record.samples) {
    if (sample.modality == wanted.modality && k++ == wanted.k) return &sample;
  }
  return nullptr;
}

}  // namespace

// The shard may be one that a merge has replaced since, which no mark reaches any more: the directory knows.
bool WholeSamples::is_enrolled(const Shard& shard, std::size_t i) const {
  return enrolled_(std::string(shard.person_id(i)), shard.encounter_id(i)) == shard.digest(i);
}

// A change is on the disk before anything else knows of it: a record may be gone, or another one, some moments before
// that is seen.
Result<std::optional<EncounterRecord>> WholeSamples::record_of(const Shard& shard, std::size_t i,
                                                               std::span<const Wanted> wanted) const {
  const auto fits = [&](const EncounterRecord& record) {
    return std::all_of(wanted.begin(), wanted.end(), [&](const Wanted& each) {
      const SampleRecord* const sample = sample_of(record, each);
      return sample != nullptr && sample->position == shard.positions(i, each.modality)[each.k];
    });
  };
  std::string what = "is not there, and was not erased";
  constexpr std::chrono::milliseconds kBetween{2};
  constexpr int kTries = 500;
  for (int tried = 0; tried < kTries; ++tried) {
    auto record = records_.get(std::string(shard.person_id(i)), std::string(shard.encounter_id(i)));
    if (record.ok() && fits(*record)) return std::optional(std::move(record).value());
    if (!record.ok() && record.error().kind != ErrorKind::kNotFound) return record.error();
    if (record.ok()) what = "is not the one that its shard was made of";
    if (!is_enrolled(shard, i)) return std::optional<EncounterRecord>();
    std::this_thread::sleep_for(kBetween);
  }
  return not_the_shards(shard, i, what);
}

Result<std::optional<WholeSamples::Samples>> WholeSamples::get(const Shard& shard, std::size_t i,
                                                               std::span<const Wanted> wanted) {
  const RecordDigest& digest = shard.digest(i);
  Samples out;
  std::optional<EncounterRecord> record;
  for (const Wanted& each : wanted) {
    const SampleCache::Key key{digest, each.modality, each.k};
    if (auto kept = cache_.find(key)) {
      out.push_back(std::move(kept));
      continue;
    }
    if (!record) {
      WHORL_ASSIGN(record, record_of(shard, i, wanted));
      if (!record) return std::optional<Samples>();
    }
    const SampleRecord* const sample = sample_of(*record, each);
    auto prepared = comparator_of(each.modality).prepare(*sample, Validation::kFast);
    if (!prepared.ok()) return not_the_shards(shard, i, "cannot be compared: " + prepared.error().text());
    out.push_back(std::make_shared<const std::vector<std::byte>>(std::move(prepared->bytes)));
    cache_.put(key, out.back());
  }
  return std::optional(std::move(out));
}

}  // namespace whorl::index
