#include "engine/evaluation/persons.h"

#include <algorithm>
#include <functional>

#include "base/catalogue.h"
#include "engine/evaluation/bootstrap.h"
#include "engine/evaluation/pair_db.h"
#include "engine/evaluation/person_pairs.h"
#include "engine/known_position.h"

namespace whorl::evaluation {
namespace {

constexpr std::size_t kMaxFingers = 10;

struct PersonComparison {
  std::uint32_t a = 0;  // person
  std::uint32_t b = 0;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> samples;
  std::vector<double> db;
  const Block* block = nullptr;
};

using VisitBlock = std::function<void(const Block&)>;

// Every block of k positions: of each person with itself, or of every two people.
void each_block(const std::vector<Person>& people, bool mated, std::size_t k, const VisitBlock& visit) {
  for (std::uint32_t a = 0; a < people.size(); ++a) {
    for (std::uint32_t b = mated ? a : a + 1; b < (mated ? a + 1 : people.size()); ++b) {
      for (const Block& block : blocks_of(people, a, b, k)) visit(block);
    }
  }
}

using Visit = std::function<void(const PersonComparison&)>;

// The comparisons of k fingers, or a seeded draw of them.
void each_comparison(const std::vector<Person>& people, const PairDb& scores, bool mated, std::size_t k,
                     const PersonOptions& options, const Visit& visit) {
  std::uint64_t total = 0;
  each_block(people, mated, k, [&](const Block& block) { total += block.size(); });
  Thinning draw(total, options.max_comparisons, options.seed);
  std::uint64_t begin = 0;
  each_block(people, mated, k, [&](const Block& block) {
    for (; draw.next() < begin + block.size(); draw.advance()) {
      const auto [i, j] = block.at(draw.next() - begin);
      PersonComparison one{block.a, block.b, {}, {}, &block};
      for (const std::string& position : block.positions) {
        const std::uint32_t sample_a = people[block.a].fingers.at(position)[i];
        const std::uint32_t sample_b = people[block.b].fingers.at(position)[j];
        one.samples.emplace_back(sample_a, sample_b);
        one.db.push_back(scores.of(sample_a, sample_b));
      }
      visit(one);
    }
    begin += block.size();
  });
}

Result<FusionRow> row_of(const std::string& name, const std::vector<Person>& people, const PairDb& scores, int k,
                         const engine::Calibration& calibration, const PersonOptions& options) {
  FusionRow out;
  out.k = k;
  out.trial.name = name;
  for (const Person& person : people) out.trial.fingers.push_back(person.subject);
  std::vector<FusionFailure> mated;
  const auto wanted = static_cast<std::size_t>(k);
  each_comparison(people, scores, true, wanted, options, [&](const PersonComparison& c) {
    mated.push_back({people[c.a].subject, c.samples, c.db, fused_db(c.db)});
    out.trial.mated.push_back({mated.back().fused_db, c.a, c.b});
  });
  std::vector<double> non_mated;
  each_comparison(people, scores, false, wanted, options, [&](const PersonComparison& c) {
    non_mated.push_back(fused_db(c.db));
    out.trial.non_mated.push_back({non_mated.back(), c.a, c.b});
  });
  if (mated.empty() || non_mated.empty()) {
    return failure(ErrorCode::kNoSharedFingers, "fuse", with<"set">(name), with<"fingers">(k));
  }
  out.eer = equal_error_rate(out.trial, {options.replicates, options.seed});
  out.fmr100 = operating_point(out.trial, 1e-2);
  out.fmr1000 = operating_point(out.trial, 1e-3);
  out.fmr10000 = operating_point(out.trial, 1e-4);
  out.claims = check_claims(name + ", " + std::to_string(k) + (k == 1 ? " finger" : " fingers fused"),
                            std::move(non_mated), engine::known_position_db(calibration.measured_db()),
                            engine::known_position_db(calibration.max_db()));
  const auto fails = [&](const FusionFailure& f) { return f.fused_db < out.fmr10000.threshold; };
  std::copy_if(mated.begin(), mated.end(), std::back_inserter(out.failures), fails);
  return out;
}

// Sums over the comparisons of two people.
struct Sums {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  double n = 0;
  double sum = 0;      // of x + y
  double squares = 0;  // of x^2 + y^2
  double product = 0;  // of x y
};

// Which of the two fingers is x says nothing, so each counts both ways (the correlation within classes).
template <class Weight>
double correlation_of(const std::vector<Sums>& all, Weight weight) {
  double n = 0, sum = 0, squares = 0, product = 0;
  for (const Sums& s : all) {
    const double w = weight(s);
    n += w * s.n;
    sum += w * s.sum;
    squares += w * s.squares;
    product += w * s.product;
  }
  if (n == 0) return 0;
  const double mean = sum / (2 * n);
  const double variance = squares / (2 * n) - mean * mean;
  return variance > 0 ? (product / n - mean * mean) / variance : 0.0;
}

struct PositionMean {
  double n = 0;
  double sum = 0;
  double reached = 0;  // how many reach tail_db
};

Independence independence_of(const std::vector<Person>& people, const PairDb& scores, const PersonOptions& options) {
  Independence out;
  std::map<std::string, PositionMean> means;
  each_comparison(people, scores, false, 2, options, [&](const PersonComparison& c) {
    for (std::size_t f = 0; f < 2; ++f) {
      PositionMean& mean = means[c.block->positions[f]];
      mean.n += 1;
      mean.sum += c.db[f];
      mean.reached += c.db[f] >= out.tail_db ? 1 : 0;
    }
  });
  std::vector<Sums> all;
  each_comparison(people, scores, false, 2, options, [&](const PersonComparison& c) {
    const PositionMean& mean_x = means[c.block->positions[0]];
    const PositionMean& mean_y = means[c.block->positions[1]];
    const double x = c.db[0] - mean_x.sum / mean_x.n;
    const double y = c.db[1] - mean_y.sum / mean_y.n;
    if (all.empty() || all.back().a != c.a || all.back().b != c.b) all.push_back({c.a, c.b});
    Sums& sums = all.back();
    sums.n += 1;
    sums.sum += x + y;
    sums.squares += x * x + y * y;
    sums.product += x * y;
    ++out.comparisons;
    out.both += c.db[0] >= out.tail_db && c.db[1] >= out.tail_db ? 1 : 0;
    out.both_if_apart += mean_x.reached / mean_x.n * mean_y.reached / mean_y.n;
  });
  if (out.comparisons == 0) return out;
  out.both /= static_cast<double>(out.comparisons);
  out.both_if_apart /= static_cast<double>(out.comparisons);
  out.correlation = correlation_of(all, [](const Sums&) { return 1.0; });
  std::vector<double> replicates;
  for (int r = 0; r < options.replicates; ++r) {
    const auto times = draw_with_replacement(people.size(), options.seed + static_cast<std::uint64_t>(r));
    replicates.push_back(correlation_of(all, [&](const Sums& s) { return double(times[s.a]) * times[s.b]; }));
  }
  std::tie(out.low, out.high) = percentile_interval(std::move(replicates), out.correlation);
  return out;
}

}  // namespace

std::size_t fingers_to_fuse(const std::vector<Sample>& samples) {
  std::vector<std::size_t> fingers = {0, 0};
  for (const Person& person : people_of(samples)) fingers.push_back(person.fingers.size());
  std::nth_element(fingers.begin(), fingers.begin() + 1, fingers.end(), std::greater<>());
  return fingers[1];
}

Result<FusionStudy> study_fusion(const Trial& trial, const std::vector<Sample>& samples,
                                 const engine::Calibration& calibration, const std::vector<int>& ks,
                                 const PersonOptions& options) {
  WHORL_ASSIGN(const PairDb scores, pair_db(trial, samples, calibration));
  const std::vector<Person> people = people_of(samples);
  for (const Person& person : people) {
    if (person.fingers.size() <= kMaxFingers) continue;
    return failure(ErrorCode::kSubjectOfManyFingers, "subject", with<"subject">(person.subject),
                   with<"most">(kMaxFingers));
  }
  FusionStudy out;
  out.name = trial.name;
  for (const int k : ks) {
    if (k < 1 || k > static_cast<int>(kMaxFingers))
      return failure(ErrorCode::kIntegerOutOfRange, "fuse", with<"least">(1), with<"most">(kMaxFingers));
    WHORL_ASSIGN(FusionRow row, row_of(trial.name, people, scores, k, calibration, options));
    out.rows.push_back(std::move(row));
  }
  out.independence = independence_of(people, scores, options);
  return out;
}

}  // namespace whorl::evaluation
