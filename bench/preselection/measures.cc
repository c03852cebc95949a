#include "bench/preselection/measures.h"

#include <faiss/IndexBinaryFlat.h>
#include <faiss/IndexBinaryHash.h>
#include <faiss/IndexBinaryIVF.h>
#include <faiss/impl/AuxIndexStructures.h>
#include <time.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>

#include "templates/fingerprint/screening/screening.h"

namespace whorl::bench {
namespace {

using fingerprint::FoldedCylinder;
using fingerprint::PreparedView;
using fingerprint::Preselector;

constexpr int kBits = static_cast<int>(8 * sizeof(FoldedCylinder));
constexpr int kRadius = 30;  // bits; better than 25, 35, 45 and 60 at the shares that matter

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Times what `votes` does.
Timed timed(const std::function<std::vector<float>()>& votes) {
  const double start = processor_seconds();
  Timed out{votes(), 0};
  out.seconds = processor_seconds() - start;
  return out;
}

float rooted(std::size_t minutiae) { return std::sqrt(static_cast<float>(std::max<std::size_t>(minutiae, 10))); }

// Dice's coefficient above one half of each minutia's best, whatever is common: the fixed threshold.
float fixed_votes(const std::vector<FoldedCylinder>& probe, const std::vector<FoldedCylinder>& reference) {
  float sum = 0;
  for (const FoldedCylinder& a : probe) {
    float best = 0;
    for (const FoldedCylinder& b : reference) {
      int common = 0;
      int bits = 0;
      for (std::size_t w = 0; w < a.size(); ++w) {
        common += std::popcount(a[w] & b[w]);
        bits += std::popcount(a[w]) + std::popcount(b[w]);
      }
      if (bits > 0) best = std::max(best, 2 * static_cast<float>(common) / static_cast<float>(bits));
    }
    sum += std::max(0.0F, best - 0.5F);
  }
  return sum / rooted(reference.size());
}

// FAISS takes bits as bytes.
const std::uint8_t* bytes_of(const std::vector<FoldedCylinder>& all) {
  return reinterpret_cast<const std::uint8_t*>(all.data());
}

// Any of FAISS's binary indexes over all descriptors: each pair nearer than kRadius votes with what it is
// nearer.
class Faiss {
 public:
  Faiss(const Prints& prints, std::shared_ptr<faiss::IndexBinary> index) : prints_(prints), index_(std::move(index)) {
    std::vector<FoldedCylinder> all;
    for (std::size_t i = 0; i < prints.descriptors.size(); ++i) {
      all.insert(all.end(), prints.descriptors[i].begin(), prints.descriptors[i].end());
      print_.resize(all.size(), i);
    }
    const auto n = static_cast<faiss::IndexBinary::idx_t>(all.size());
    index_->train(n, bytes_of(all));
    index_->add(n, bytes_of(all));
  }

  [[nodiscard]] std::vector<float> votes(std::size_t probe) const {
    const auto& mine = prints_.descriptors[probe];
    std::vector<float> out(prints_.descriptors.size());
    if (mine.empty()) return out;
    faiss::RangeSearchResult hits(mine.size());
    index_->range_search(static_cast<faiss::IndexBinary::idx_t>(mine.size()), bytes_of(mine), kRadius, &hits);
    std::vector<float> best(out.size());
    for (std::size_t q = 0; q < mine.size(); ++q) {
      std::fill(best.begin(), best.end(), 0.0F);
      for (std::size_t k = hits.lims[q]; k < hits.lims[q + 1]; ++k) {
        float& of_print = best[print_[static_cast<std::size_t>(hits.labels[k])]];
        of_print = std::max(of_print, kRadius - hits.distances[k]);
      }
      for (std::size_t i = 0; i < out.size(); ++i) out[i] += best[i];
    }
    for (std::size_t i = 0; i < out.size(); ++i) out[i] /= rooted(prints_.descriptors[i].size());
    return out;
  }

 private:
  const Prints& prints_;
  std::shared_ptr<faiss::IndexBinary> index_;
  std::vector<std::size_t> print_;  // of each descriptor
};

Measure by_faiss(std::string name, const Prints& prints, std::shared_ptr<faiss::IndexBinary> index) {
  const auto made = std::make_shared<Faiss>(prints, std::move(index));
  return {std::move(name), [made](std::size_t probe) { return timed([&] { return made->votes(probe); }); }};
}

// An IVF over 256 lists that owns its quantiser.
std::shared_ptr<faiss::IndexBinary> ivf(std::size_t probes) {
  auto* quantiser = new faiss::IndexBinaryFlat(kBits);  // owned by the index below
  auto index = std::make_shared<faiss::IndexBinaryIVF>(quantiser, kBits, 256);
  index->own_fields = true;
  index->nprobe = probes;
  return index;
}

Measure by_rarity(const Prints& prints) {
  return {"**rarity among strangers**, best 24 against best 32", [&prints](std::size_t probe) {
            Preselector preselector(prints.prepared[probe]);
            for (std::size_t j = 0; j < prints.prepared.size(); ++j) {
              if (prints.finger[j] != prints.finger[probe])
                preselector.sample_non_mated(fingerprint::ScanRow(prints.prepared[j]));
            }
            preselector.fit_rarity();
            return timed([&] {
              std::vector<float> out;
              for (const PreparedView reference : prints.prepared)
                out.push_back(preselector.votes(fingerprint::ScanRow(reference)));
              return out;
            });
          }};
}

}  // namespace

std::vector<Measure> measures(const Prints& prints) {
  std::vector<Measure> out;
  out.push_back(by_rarity(prints));
  out.push_back({"Dice's coefficient above 1/2", [&prints](std::size_t probe) {
                   return timed([&] {
                     std::vector<float> votes;
                     for (const auto& reference : prints.descriptors) {
                       votes.push_back(fixed_votes(prints.descriptors[probe], reference));
                     }
                     return votes;
                   });
                 }});
  out.push_back(by_faiss("FAISS BinaryFlat, within 30 bits", prints, std::make_shared<faiss::IndexBinaryFlat>(kBits)));
  out.push_back(by_faiss("FAISS BinaryIVF, 16 of 256 lists", prints, ivf(16)));
  out.push_back(by_faiss("FAISS BinaryIVF, 64 of 256 lists", prints, ivf(64)));
  const auto hash = std::make_shared<faiss::IndexBinaryMultiHash>(kBits, 8, 16);
  hash->nflip = 2;
  out.push_back(by_faiss("FAISS BinaryMultiHash, 8 x 16 bits, 2 flipped", prints, hash));
  return out;
}

}  // namespace whorl::bench
