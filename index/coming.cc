#include "index/coming.h"

#include "base/catalogue.h"
#include "index/gallery_impl.h"
#include "index/live/footprint.h"

namespace whorl::index {
namespace {

// Where images come, one encounter is put in after another, into a shard that grows: whole samples, and their places.
// What is prepared of a template is less than so many times its bytes, and these.
constexpr std::uint64_t kTimesPrepared = 4;
constexpr std::uint64_t kOfGrowingSample = 2048;
// A shard of what comes is made as a whole, and has a head of its own.
constexpr std::uint64_t kOfShard = std::uint64_t{64} << 10;
constexpr std::size_t kMoreThanAHead = SIZE_MAX / 2;

}  // namespace

void Coming::add(const Coming& more) {
  encounters += more.encounters;
  bytes += more.bytes;
  galleries.insert(more.galleries.begin(), more.galleries.end());
}

Result<Coming> coming_of(const CopiedEncounter& one) {
  WHORL_ASSIGN(const EncounterRecord record, parse_record(one.record.key, one.record.value));
  Coming out;
  out.encounters = 1;
  out.bytes = kEncounterShardBytes + kMarkBytesOfEncounter + 2 * (record.person_id.size() + record.encounter_id.size());
  for (const SampleRecord& sample : record.samples) {
    const std::uint64_t kept = sample.modality == Modality::kFinger ? kFingerShardBytes : sample.template_bytes.size();
    out.bytes += 2 * kept;
    if (!one.images.empty()) out.bytes += kTimesPrepared * sample.template_bytes.size() + kOfGrowingSample;
  }
  for (const KeptImage& image : one.images) out.bytes += kCopiesOfImage * image.bytes.size();
  for (auto& name : shard_galleries(record.galleries, record.status == EncounterStatus::kActive)) {
    out.galleries.insert(std::move(name));
  }
  return out;
}

Status Gallery::has_room_for(const Coming& coming) const {
  const auto names = parts_->live.snapshot()->names;
  std::size_t galleries = names->size();
  for (const std::string& name : coming.galleries) galleries += names->count(name) == 0 ? 1 : 0;
  if (galleries > kMaxGalleries && galleries > names->size()) {
    return failure(ErrorCode::kTooManyGalleries, with<"most">(kMaxGalleries));
  }
  const std::uint64_t limit = parts_->options.memory_limit_bytes;
  if (limit == 0) return {};
  const MemoryUse now = parts_->memory();
  // Searches may fill the cache meanwhile.
  const std::uint64_t cache = std::max<std::uint64_t>(now.cache_bytes, template_cache_bytes(parts_->options));
  const std::uint64_t needed = now.total() - now.cache_bytes + cache + coming.bytes + kOfShard +
                               parts_->live.growth_bytes(kMoreThanAHead, static_cast<std::size_t>(coming.encounters));
  if (needed <= limit) return {};
  return failure(ErrorCode::kMemoryLimit, with<"needed_bytes">(needed), with<"limit_bytes">(limit));
}

}  // namespace whorl::index
