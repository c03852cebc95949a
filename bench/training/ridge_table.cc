#include "bench/training/ridge_table.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>

#include "base/parallel.h"
#include "templates/fingerprint/extract/extract.h"
#include "templates/fingerprint/ridges/ridge_walk.h"

namespace whorl::training {

using fingerprint::kRidgeContexts;
using fingerprint::RidgeContextCounts;

std::string ridge_table_text(const std::vector<CorpusSet>& corpora) {
  const auto counts = std::make_unique<RidgeContextCounts>();
  std::mutex mutex;
  for (const CorpusSet& set : corpora) {
    parallel_each(set.images.size(),
                  [&](std::size_t i) {
                    const auto got = fingerprint::extract(set.images[i]);
                    if (!got.ok()) return;
                    const std::scoped_lock lock(mutex);
                    fingerprint::count_ridge_contexts(got->ridges, *counts);
                  },
                  {});
  }
  constexpr double kWhole = 4096;
  constexpr double kUnseen = 0.4;  // Krichevsky and Trofimov's estimator, nearly
  constexpr std::size_t kPerLine = 20;
  std::string out = "// Written by scripts/train; do not edit.\n";
  for (std::size_t c = 0; c < kRidgeContexts; ++c) {
    const auto zeros = static_cast<double>((*counts)[c][0]);
    const auto ones = static_cast<double>((*counts)[c][1]);
    const double share = std::round(kWhole * (ones + kUnseen) / (zeros + ones + 2 * kUnseen));
    out += c % kPerLine == 0 ? "    " : " ";
    out += std::to_string(static_cast<int>(std::clamp(share, 1.0, kWhole - 1))) + ",";
    if (c % kPerLine == kPerLine - 1 || c + 1 == kRidgeContexts) out += "\n";
  }
  return out;
}

}  // namespace whorl::training
