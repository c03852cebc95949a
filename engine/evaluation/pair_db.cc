#include "engine/evaluation/pair_db.h"

#include <algorithm>

#include "base/catalogue.h"
#include "engine/fusion.h"
#include "engine/known_position.h"

namespace whorl::evaluation {

double PairDb::of(std::uint64_t a, std::uint64_t b) const {
  if (a > b) std::swap(a, b);
  return db[a * samples - a * (a + 1) / 2 + (b - a - 1)];
}

Result<PairDb> pair_db(const Trial& trial, const std::vector<Sample>& samples, const engine::Calibration& calibration) {
  PairDb out;
  out.samples = samples.size();
  const std::uint64_t pairs = out.samples * (out.samples - std::min<std::uint64_t>(1, out.samples)) / 2;
  if (trial.protocol != Protocol::kAllPairs || trial.values.size() != pairs) {
    return failure(ErrorCode::kNeedsAllPairs, "protocol");
  }
  out.db.reserve(pairs);
  for (const double value : trial.values) out.db.push_back(engine::known_position_db(calibration.db(value)));
  return out;
}

double fused_db(const std::vector<double>& db) {
  std::vector<engine::ScoredPair> pairs;
  for (std::uint32_t i = 0; i < db.size(); ++i) pairs.push_back({i, i, db[i]});
  return engine::fuse(pairs).db;
}

}  // namespace whorl::evaluation
