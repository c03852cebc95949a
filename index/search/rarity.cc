#include "index/search/rarity.h"

#include <algorithm>
#include <cstring>
#include <mutex>

#include "index/comparator/finger_comparator.h"
#include "index/search/comparable.h"

namespace whorl::index {

std::vector<PersonEncounter> sample_non_mated(const Scope& scope, std::span<const Range> ranges, double share,
                                              const Workers& workers) {
  constexpr double kSample = 1500;
  constexpr double kFewest = 600;
  const double wanted = std::max(kFewest, kSample * std::min(share, 1.0));
  const double encounters = static_cast<double>(std::max<std::uint64_t>(scope.counts.encounters, 1));
  const auto below = static_cast<std::uint32_t>(std::min(1.0, wanted / encounters) * 0xFFFFFFFFU);
  std::mutex mutex;
  std::vector<PersonEncounter> sample;
  workers.each(ranges.size(), 1, [&](std::size_t begin, std::size_t end) {
    std::vector<PersonEncounter> found;
    for (std::size_t r = begin; r < end; ++r) {
      const Shard& shard = *scope.snapshot->shards[ranges[r].shard].shard;
      for (std::uint32_t i = ranges[r].begin; i < ranges[r].end; ++i) {
        std::uint32_t start = 0;
        std::memcpy(&start, shard.digest(i).data(), sizeof start);
        if (start <= below && scope.holds(shard, i)) found.push_back({shard.person(i), i, &shard});
      }
    }
    const std::scoped_lock lock(mutex);
    sample.insert(sample.end(), found.begin(), found.end());
  });
  return sample;
}

std::vector<fingerprint::Preselector> fit_rarity(std::span<const ProbeSample> probe,
                                                 const std::vector<PersonEncounter>& sample, const Workers& workers) {
  std::vector<fingerprint::Preselector> out;
  for (const ProbeSample& finger : probe) out.emplace_back(finger_view(finger.prepared->bytes));
  workers.each(probe.size(), 1, [&](std::size_t begin, std::size_t end) {
    fingerprint::ScanRow scratch;
    for (std::size_t p = begin; p < end; ++p) {
      for (const PersonEncounter& one : sample) {
        const auto positions = one.shard->positions(one.index, Modality::kFinger);
        for (std::size_t f = 0; f < positions.size(); ++f) {
          if (!comparable(probe[p], positions[f])) continue;
          out[p].sample_non_mated(one.shard->scan_row(one.index, f, scratch));
        }
      }
      out[p].fit_rarity();
    }
  });
  return out;
}

}  // namespace whorl::index
