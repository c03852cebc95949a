#include "bench/training/scarcity_fit.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "base/parallel.h"
#include "base/text.h"
#include "bench/training/damage.h"
#include "datasets/synthetic.h"

namespace whorl::training {
namespace {

using engine::Calibration;
using fingerprint::Scarcity;

constexpr std::size_t kStep = 2;       // of the pairs of one kind one in so many is taken
constexpr std::size_t kWholeStep = 4;  // and of those with whole prints
constexpr std::uint64_t kPartSeed = 7;

struct Kind {
  const char* name;
  double size;  // share of the ridges' distance
  double part;  // share of the width, and of the height
};

constexpr std::array<Kind, 7> kKinds = {{{"as they are", 1, 1},
                                         {"parts, 3/4 wide and high", 1, 0.75},
                                         {"parts, 3/5", 1, 0.6},
                                         {"parts, 9/20", 1, 0.45},
                                         {"ridges 4/5 as far apart", 0.8, 1},
                                         {"ridges 3/5 as far apart", 0.6, 1},
                                         {"parts, 7/10, ridges 7/10", 0.7, 0.7}}};

CorpusSet shown(const CorpusSet& set, const Kind& kind) {
  CorpusSet out = set;
  parallel_each(out.images.size(),
                [&](std::size_t i) {
                  if (kind.part < 1)
                    out.images[i] = part_of(out.images[i], kind.part, datasets::derive_seed(kPartSeed, i));
                  if (kind.size < 1) out.images[i] = smaller(out.images[i], kind.size);
                },
                {});
  return out;
}

// Prints of one kind, each set's with its place in the corpus.
struct Shelves {
  std::vector<std::pair<std::size_t, Prints>> real;
  std::vector<std::pair<std::size_t, Prints>> synthetic;
};

struct Shown {
  std::size_t set = 0;
  const std::string* finger = nullptr;
  const fingerprint::PreparedTemplate* print = nullptr;
};

// Those that could be read, of all sets in one row.
std::vector<Shown> row_of(const std::vector<std::pair<std::size_t, Prints>>& sets) {
  std::vector<Shown> out;
  for (const auto& [place, set] : sets) {
    for (std::size_t i = 0; i < set.samples.size(); ++i) {
      if (set.prepared[i]) out.push_back({place, &set.samples[i].finger, &*set.prepared[i]});
    }
  }
  return out;
}

// Non-mated pairs of one row with the other, or within the row where both are it.
void add_pairs(const std::vector<Shown>& a, const std::vector<Shown>& b, std::size_t step, std::vector<PartPair>& to) {
  std::vector<std::pair<std::size_t, std::size_t>> places;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = &a == &b ? i + 1 : 0; j < b.size(); ++j) {
      const bool mated = a[i].set == b[j].set && *a[i].finger == *b[j].finger;
      if (!mated && (i + j) % step == 0) places.emplace_back(i, j);
    }
  }
  const std::size_t before = to.size();
  to.resize(before + places.size());
  parallel_each(places.size(),
                [&](std::size_t k) {
                  const auto& [i, j] = places[k];
                  to[before + k] = {a[i].set, b[j].set, evidence_of(*a[i].print, *b[j].print, {})};
                },
                {});
}

// By the models without the one set and by those without the other: the higher score, as add_scores() does.
std::vector<double> scores_of(const std::vector<PartPair>& pairs,
                              const std::vector<fingerprint::ScoreModels>& without) {
  std::vector<double> out(pairs.size());
  parallel_each(out.size(),
                [&](std::size_t i) {
                  out[i] = std::max(score_of(pairs[i].evidence, without[pairs[i].set_a], {}),
                                    score_of(pairs[i].evidence, without[pairs[i].set_b], {}));
                },
                {});
  return out;
}

std::vector<double> scores_of(const std::vector<PartPair>& pairs, const fingerprint::ScoreModels& models) {
  std::vector<double> out(pairs.size());
  parallel_each(out.size(), [&](std::size_t i) { out[i] = score_of(pairs[i].evidence, models, {}); }, {});
  return out;
}

std::string parts_row(const std::string& name, const std::vector<double>& scores, const Calibration& calibration) {
  std::string out = "| " + name + " | " + std::to_string(scores.size()) + " |";
  for (const int db : {20, 30, 40}) {
    const auto seen =
        std::count_if(scores.begin(), scores.end(), [&](double score) { return calibration.db(score) >= db; });
    const double expected = static_cast<double>(scores.size()) * std::pow(10.0, -db / 10.0);
    out += " " + std::to_string(seen) + " / " + fixed(expected, 1) + " |";
  }
  return out + "\n";
}

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

// The weights of log(rate) = terms . weights, by Newton's method. The first `heights` of them are free, the others held
// back a little.
Vector poisson_fit(const Matrix& terms, const Vector& events, Eigen::Index heights) {
  constexpr double kHeldBack = 1;
  constexpr double kMost = 30;  // of a logarithm, on the way
  constexpr int kSteps = 100;
  Vector weights = Vector::Zero(terms.cols());
  weights.head(heights).setConstant(std::log(std::max(1.0, events.sum()) / static_cast<double>(events.size())));
  Vector held_back = Vector::Constant(terms.cols(), kHeldBack);
  held_back.head(heights).setZero();
  const auto loss = [&](const Vector& w) {
    const Vector z = terms * w;
    return z.array().min(kMost).exp().sum() - events.dot(z) + held_back.dot(w.cwiseAbs2()) / 2;
  };
  for (int step = 0; step < kSteps; ++step) {
    const Vector rate = (terms * weights).array().min(kMost).exp();
    Matrix curvature = terms.transpose() * rate.asDiagonal() * terms;
    curvature.diagonal() += held_back;
    const Vector move = curvature.ldlt().solve(terms.transpose() * (events - rate) - held_back.cwiseProduct(weights));
    double share = 1;
    while (share > 1e-3 && loss(weights + share * move) > loss(weights)) share /= 2;
    weights += share * move;
    if (share * move.cwiseAbs().maxCoeff() < 1e-9) break;
  }
  return weights;
}

// Which pairs reach a score, and under which terms: a height for real pairs and one for synthetic ones, then those of
// Scarcity past the first.
class Events {
 public:
  enum Source : Eigen::Index { kReal, kSynthetic, kSources };
  static Eigen::Index column(std::size_t term) { return kSources + static_cast<Eigen::Index>(term) - 1; }

  explicit Events(double score) : score_(score) {}

  void add(const std::vector<PartPair>& pairs, const std::vector<double>& scores, Source source, bool whole) {
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if (!pairs[i].evidence.aligned) continue;  // scores 0, whatever is taken off
      if (whole) ++whole_[source].second;
      rows_.push_back({Scarcity::terms(pairs[i].evidence.features), source, scores[i] >= score_});
    }
    if (whole) whole_[source].first = rows_.size() - whole_[source].second;
  }

  [[nodiscard]] Vector fit() const {
    Vector events(static_cast<Eigen::Index>(rows_.size()));
    for (std::size_t r = 0; r < rows_.size(); ++r) events[static_cast<Eigen::Index>(r)] = rows_[r].reached ? 1 : 0;
    return poisson_fit(terms(0, rows_.size()), events, kSources);
  }

  // What the polynomial without a constant gives the whole prints of a source on average, the other way round: what is
  // to be its constant, so that it is about zero for them. Empty where there are none.
  [[nodiscard]] std::optional<double> constant_by(const Vector& weights, Source source) const {
    const auto& [first, n] = whole_[source];
    if (n == 0) return std::nullopt;
    return weights[source] - std::log((terms(first, n) * weights).array().exp().mean());
  }

 private:
  struct Row {
    Scarcity::Terms terms;
    Source source;
    bool reached;
  };

  [[nodiscard]] Matrix terms(std::size_t first, std::size_t n) const {
    Matrix out = Matrix::Zero(static_cast<Eigen::Index>(n), column(Scarcity::kTerms));
    for (std::size_t r = 0; r < n; ++r) {
      const Row& row = rows_[first + r];
      const auto at = static_cast<Eigen::Index>(r);
      out(at, row.source) = 1;
      for (std::size_t t = 1; t < Scarcity::kTerms; ++t) out(at, column(t)) = double{row.terms[t]};
    }
    return out;
  }

  double score_;
  std::vector<Row> rows_;
  std::array<std::pair<std::size_t, std::size_t>, kSources> whole_{};  // first row, how many
};

}  // namespace

std::vector<PartPairs> gather_parts(const std::vector<CorpusSet>& corpus) {
  std::vector<PartPairs> out;
  Shelves whole;
  for (const Kind& kind : kKinds) {
    Shelves shelves;
    for (std::size_t s = 0; s < corpus.size(); ++s) {
      if (is_bent(corpus[s].name)) continue;
      auto& shelf = is_synthetic(corpus[s].name) ? shelves.synthetic : shelves.real;
      shelf.emplace_back(s, prepare(shown(corpus[s], kind), {}, {}));
    }
    PartPairs pairs{kind.name, {}, {}};
    const std::vector<Shown> real = row_of(shelves.real);
    const std::vector<Shown> synthetic = row_of(shelves.synthetic);
    add_pairs(real, real, kStep, pairs.real);
    add_pairs(synthetic, synthetic, kStep, pairs.synthetic);
    if (out.empty()) {
      whole = std::move(shelves);
    } else {
      add_pairs(row_of(whole.real), real, kWholeStep, pairs.real);
      add_pairs(row_of(whole.synthetic), synthetic, kWholeStep, pairs.synthetic);
    }
    out.push_back(std::move(pairs));
  }
  return out;
}

Result<Scarcity> fit_scarcity(const std::vector<PartPairs>& parts, const Models& models,
                              const Calibration& calibration) {
  constexpr double kFit_db = 30;
  constexpr double kSlopeFrom_db = 20;
  constexpr double kSlopeTo_db = 40;
  if (calibration.max_db() < kSlopeTo_db) return invalid_input("the calibration ends below 40 dB", {"calibration"});
  Events events(calibration.score_at(kFit_db));
  for (std::size_t k = 0; k < parts.size(); ++k) {
    const bool whole = k == 0;
    events.add(parts[k].real, scores_of(parts[k].real, models.without), Events::kReal, whole);
    events.add(parts[k].synthetic, scores_of(parts[k].synthetic, models.all), Events::kSynthetic, whole);
  }
  const Vector weights = events.fit();
  const auto by_real = events.constant_by(weights, Events::kReal);
  const auto by_synthetic = events.constant_by(weights, Events::kSynthetic);
  if (!by_real || !by_synthetic) return invalid_input("no whole prints to fit to", {"parts"});
  const double slope =
      (kSlopeTo_db - kSlopeFrom_db) / (calibration.score_at(kSlopeTo_db) - calibration.score_at(kSlopeFrom_db));
  const double log_odds_a_logarithm = 10 / std::log(10.0) / slope;
  Scarcity out;
  out.weight[0] = static_cast<float>(log_odds_a_logarithm * std::max(*by_real, *by_synthetic));
  for (std::size_t t = 1; t < Scarcity::kTerms; ++t) {
    out.weight[t] = static_cast<float>(log_odds_a_logarithm * weights[Events::column(t)]);
  }
  return out;
}

std::string parts_table(const std::vector<PartPairs>& parts, const Models& models, const Calibration& calibration) {
  std::string out = "| seen / expected | non-mated pairs | 20 dB | 30 dB | 40 dB |\n|---|---:|---:|---:|---:|\n";
  for (const PartPairs& kind : parts) {
    out += parts_row(kind.name + ", real", scores_of(kind.real, models.without), calibration);
    out += parts_row(kind.name + ", synthetic", scores_of(kind.synthetic, models.all), calibration);
  }
  return out;
}

}  // namespace whorl::training
