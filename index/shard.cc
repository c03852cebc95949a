#include "index/shard.h"

#include <faiss/IndexBinaryFlat.h>
#include <faiss/impl/AuxIndexStructures.h>
#include <omp.h>

#include <algorithm>

namespace whorl::index {

HeadShard::HeadShard(std::size_t capacity_fingers)
    : capacity_(capacity_fingers), entries_(std::make_unique<ShardEntry[]>(capacity_fingers)) {}

void HeadShard::append(ShardEntry entry) {
  fingers_ += entry.encounter->fingers.size();
  entry.encounter->home = this;
  entries_[size_++] = std::move(entry);
}

const std::shared_ptr<const Encounter>& HeadShard::encounter(std::size_t i) const { return entries_[i].encounter; }

Descriptors HeadShard::descriptors(std::size_t i, std::size_t finger) const { return entries_[i].descriptors[finger]; }

struct SealedShard::Codes {
  faiss::IndexBinaryFlat flat{fingerprint::kSearchDescriptorBytes * 8};
};

SealedShard::SealedShard(const Shard& source, std::size_t n, std::uint64_t version)
    : codes_(std::make_unique<Codes>()) {
  for (std::size_t i = 0; i < n; ++i) {
    const auto& encounter = source.encounter(i);
    if (!encounter->visible_at(version)) continue;
    encounters_.push_back(encounter);
    encounter->home = this;
    first_finger_.push_back(first_descriptor_.size());
    for (std::size_t f = 0; f < encounter->fingers.size(); ++f) {
      const Descriptors codes = source.descriptors(i, f);
      first_descriptor_.push_back(static_cast<std::size_t>(codes_->flat.ntotal));
      if (!codes.empty()) codes_->flat.add(static_cast<faiss::IndexBinary::idx_t>(codes.size()), codes.data()->data());
      for (const SearchDescriptor& code : codes) bits_.push_back(bits_of(code));
    }
  }
  first_finger_.push_back(first_descriptor_.size());
  first_descriptor_.push_back(static_cast<std::size_t>(codes_->flat.ntotal));
  codes_->flat.xb.shrink_to_fit();
}

SealedShard::~SealedShard() = default;

std::size_t SealedShard::fingers() const { return first_descriptor_.size() - 1; }

const std::shared_ptr<const Encounter>& SealedShard::encounter(std::size_t i) const { return encounters_[i]; }

Descriptors SealedShard::descriptors(std::size_t i, std::size_t finger) const {
  const std::size_t row = finger_row(i, finger);
  const std::size_t first = first_descriptor_[row];
  // A SearchDescriptor is an array of bytes, so the codes may be looked at as a run of them.
  const auto* codes = reinterpret_cast<const SearchDescriptor*>(codes_->flat.xb.data());
  return {codes + first, first_descriptor_[row + 1] - first};
}

void SealedShard::votes_by_faiss(Descriptors probe, std::vector<std::uint32_t>& out) const {
  // Searches are spread over shards by TBB already; a team of OpenMP threads inside each would only wait.
  omp_set_num_threads(1);
  out.assign(fingers(), 0);
  if (probe.empty() || bits_.empty()) return;
  std::vector<std::uint32_t> probe_bits;
  for (const SearchDescriptor& p : probe) probe_bits.push_back(bits_of(p));
  // A pair is worth something only when its distance is below half the bits of both.
  const std::uint32_t most = *std::max_element(probe_bits.begin(), probe_bits.end()) +
                             *std::max_element(bits_.begin(), bits_.end());
  faiss::RangeSearchResult hits(probe.size());
  codes_->flat.range_search(static_cast<faiss::IndexBinary::idx_t>(probe.size()), probe.data()->data(),
                            static_cast<int>(most / 2 + 1), &hits);
  std::vector<std::uint32_t> best(fingers());
  for (std::size_t p = 0; p < probe.size(); ++p) {
    std::fill(best.begin(), best.end(), 0);
    for (std::size_t h = hits.lims[p]; h < hits.lims[p + 1]; ++h) {
      const auto label = static_cast<std::size_t>(hits.labels[h]);
      const auto after = std::upper_bound(first_descriptor_.begin(), first_descriptor_.end(), label);
      auto& finger = best[static_cast<std::size_t>(after - first_descriptor_.begin()) - 1];
      const auto distance = static_cast<std::uint32_t>(hits.distances[h]);
      finger = std::max(finger, vote_of_pair(probe_bits[p] + bits_[label], distance));
    }
    for (std::size_t f = 0; f < best.size(); ++f) out[f] += best[f];
  }
}

}  // namespace whorl::index
