#include "index/search/rarity.h"

#include <algorithm>
#include <cstring>
#include <mutex>

#include "index/comparator/finger_comparator.h"
#include "index/search/comparable.h"

namespace whorl::index {

namespace {

constexpr double kSample = 1500;
constexpr double kFewest = 600;

std::uint32_t start_of_digest(const PersonEncounter& one) {
  std::uint32_t start = 0;
  std::memcpy(&start, one.shard->digest(one.index).data(), sizeof start);
  return start;
}

}  // namespace

bool is_its_own_sample(const Scope& scope) { return static_cast<double>(scope.counts.encounters) <= kSample; }

std::vector<PersonEncounter> sample_non_mated(const Scope& scope, std::span<const Range> ranges, double share,
                                              const Workers& workers) {
  const double encounters = static_cast<double>(std::max<std::uint64_t>(scope.counts.encounters, 1));
  const auto below = static_cast<std::uint32_t>(std::min(1.0, kSample / encounters) * 0xFFFFFFFFU);
  std::mutex mutex;
  std::vector<PersonEncounter> sample;
  workers.each(ranges.size(), 1, [&](std::size_t begin, std::size_t end) {
    std::vector<PersonEncounter> found;
    for (std::size_t r = begin; r < end; ++r) {
      const Shard& shard = *scope.snapshot->shards[ranges[r].shard].shard;
      for (std::uint32_t i = ranges[r].begin; i < ranges[r].end; ++i) {
        const PersonEncounter one{shard.person(i), i, &shard};
        if (start_of_digest(one) <= below && scope.holds(shard, i)) found.push_back(one);
      }
    }
    const std::scoped_lock lock(mutex);
    sample.insert(sample.end(), found.begin(), found.end());
  });
  if (share >= 1) return sample;
  std::sort(sample.begin(), sample.end(), [](const PersonEncounter& a, const PersonEncounter& b) {
    return a.shard->digest(a.index) < b.shard->digest(b.index);
  });
  return sample;
}

std::vector<fingerprint::Preselector> fit_rarity(std::span<const ProbeSample> probe,
                                                 const std::vector<PersonEncounter>& sample, double share,
                                                 const Workers& workers) {
  const auto wanted = share >= 1 ? SIZE_MAX : static_cast<std::size_t>(std::max(kFewest, kSample * share));
  std::vector<fingerprint::Preselector> out;
  for (const ProbeSample& finger : probe) out.emplace_back(finger_view(finger.prepared->bytes));
  workers.each(probe.size(), 1, [&](std::size_t begin, std::size_t end) {
    fingerprint::ScanRow scratch;
    for (std::size_t p = begin; p < end; ++p) {
      std::size_t met = 0;
      for (const PersonEncounter& one : sample) {
        if (met >= wanted) break;
        const auto positions = one.shard->positions(one.index, Modality::kFinger);
        for (std::size_t f = 0; f < positions.size(); ++f) {
          if (!comparable(probe[p], positions[f])) continue;
          out[p].sample_non_mated(one.shard->scan_row(one.index, f, scratch));
          ++met;
        }
      }
      out[p].fit_rarity();
    }
  });
  return out;
}

}  // namespace whorl::index
