#include "bench/training/mining.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "base/parallel.h"
#include "templates/fingerprint/compare/print.h"
#include "templates/fingerprint/compare/ridge_match.h"
#include "templates/fingerprint/compare/score_model.h"

namespace whorl::training {
namespace {

using fingerprint::PreparedTemplate;
using fingerprint::ScoreModels;

// Beyond the ridge gate, so that the ridge maps of a pair near it are known to every fold's models.
constexpr double kGateMargin = 0.5;

// One pair's evidence into `out`: kept, or counted.
void take(const PreparedTemplate& first, const PreparedTemplate& second, bool mated, const ScoreModels& models,
          const MiningParameters& p, MinedPairs& out) {
  ++(mated ? out.mated : out.non_mated);
  const auto [a, b, swapped] = fingerprint::spread_pair(first, second);
  std::optional<fingerprint::Evidence> got = fingerprint::gather_evidence(a, b, p.compare);
  if (!got) {
    if (!mated) out.others.add(0);
    return;
  }
  const float by_minutiae = models.minutiae.log_odds(got->features);
  float odds = by_minutiae;
  bool ridges = false;
  if (static_cast<double>(by_minutiae) >= p.compare.ridge_gate_log_odds - kGateMargin) {
    ridges = fingerprint::add_ridge_evidence(a, b, *got);
    if (ridges && fingerprint::asks_ridges(by_minutiae, p.compare)) {
      odds = models.full.log_odds(got->features);
    }
  }
  if (static_cast<double>(std::max(odds, by_minutiae)) > p.keep_log_odds) {
    out.alike.push_back({got->features, ridges, mated});
  } else if (!mated) {
    out.others.add(fingerprint::raw_score(odds));
  }
}

}  // namespace

double score_of(const AlikePair& pair, const fingerprint::ScoreModels& models,
                const fingerprint::CompareParameters& compare) {
  return fingerprint::raw_score(log_odds_of(pair.features, pair.has_ridges, models, compare));
}

void ScoreCounts::add(double score, std::uint64_t count) {
  const auto bin = static_cast<std::size_t>(std::ceil(std::max(0.0, score) / kScoreBin));
  if (bin >= bins_.size()) bins_.resize(bin + 1);
  bins_[bin] += count;
}

void ScoreCounts::add(const ScoreCounts& other) {
  bins_.resize(std::max(bins_.size(), other.bins_.size()));
  for (std::size_t i = 0; i < other.bins_.size(); ++i) bins_[i] += other.bins_[i];
}

std::vector<std::pair<double, std::uint64_t>> ScoreCounts::items() const {
  std::vector<std::pair<double, std::uint64_t>> out;
  for (std::size_t i = 0; i < bins_.size(); ++i) {
    if (bins_[i] > 0) out.emplace_back(static_cast<double>(i) * kScoreBin, bins_[i]);
  }
  return out;
}

MinedPairs mine(const Prints& a, const Prints& b, const ScoreModels& first, const MiningParameters& p,
                const ProgressCallback& progress) {
  const bool within = &a == &b;
  MinedPairs out;
  std::mutex mutex;
  std::vector<std::vector<AlikePair>> rows(a.prepared.size());
  parallel_each(
      rows.size(),
      [&](std::size_t i) {
        if (!a.prepared[i]) return;
        MinedPairs row;
        for (std::size_t j = within ? i + 1 : 0; j < b.prepared.size(); ++j) {
          if (!b.prepared[j]) continue;
          take(*a.prepared[i], *b.prepared[j], within && a.samples[i].finger == b.samples[j].finger, first, p, row);
        }
        rows[i] = std::move(row.alike);
        const std::scoped_lock lock(mutex);
        out.non_mated += row.non_mated;
        out.mated += row.mated;
        out.others.add(row.others);
      },
      progress);
  for (auto& row : rows) {
    out.alike.insert(out.alike.end(), row.begin(), row.end());
    row = {};
  }
  return out;
}

}  // namespace whorl::training
