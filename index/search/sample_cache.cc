#include "index/search/sample_cache.h"

#include <cstring>
#include <utility>

namespace whorl::index {
namespace {

// The list's and the map's nodes, and the vector's own.
constexpr std::size_t kBeside = 200;

std::size_t bytes_of(const SampleCache::Sample& sample) { return sample->size() + kBeside; }

}  // namespace

// A digest is as good as random.
std::size_t SampleCache::Hash::operator()(const Key& key) const {
  std::size_t out = 0;
  std::memcpy(&out, key.encounter.data() + 1, sizeof out);
  return out + static_cast<std::size_t>(key.modality) * 1021 + key.k;
}

void SampleCache::Part::drop(std::list<Entry>::iterator entry) {
  bytes -= bytes_of(entry->sample);
  where.erase(entry->key);
  entries.erase(entry);
}

SampleCache::Sample SampleCache::find(const Key& key) {
  Part& part = part_of(key.encounter);
  const std::scoped_lock lock(part.mutex);
  const auto it = part.where.find(key);
  if (it == part.where.end()) {
    ++part.missed;
    return {};
  }
  ++part.found;
  part.entries.splice(part.entries.begin(), part.entries, it->second);
  return it->second->sample;
}

void SampleCache::put(const Key& key, Sample sample) {
  Part& part = part_of(key.encounter);
  const std::size_t bytes = bytes_of(sample);
  if (bytes > most_of_part_) return;
  const std::scoped_lock lock(part.mutex);
  if (const auto it = part.where.find(key); it != part.where.end()) part.drop(it->second);
  while (part.bytes + bytes > most_of_part_) part.drop(std::prev(part.entries.end()));
  part.entries.push_front({key, std::move(sample)});
  part.where.emplace(key, part.entries.begin());
  part.bytes += bytes;
}

void SampleCache::forget(const RecordDigest& encounter) {
  Part& part = part_of(encounter);
  const std::scoped_lock lock(part.mutex);
  for (const ModalityRow& row : modalities()) {
    for (std::uint32_t k = 0; k < row.most_samples; ++k) {
      const auto it = part.where.find({encounter, row.modality, k});
      if (it != part.where.end()) part.drop(it->second);
    }
  }
}

SampleCache::Report SampleCache::report() const {
  Report out;
  for (const Part& part : parts_) {
    const std::scoped_lock lock(part.mutex);
    out.bytes += part.bytes;
    out.found += part.found;
    out.missed += part.missed;
  }
  return out;
}

}  // namespace whorl::index
