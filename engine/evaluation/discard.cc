#include "engine/evaluation/discard.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <numeric>
#include <random>

#include "engine/evaluation/rates.h"
#include "engine/evaluation/report.h"
#include "engine/evaluation/text.h"

namespace whorl::evaluation {
namespace {
namespace json = boost::json;

constexpr int kStep_percent = 5;
constexpr int kMost_percent = 50;
constexpr std::uint64_t kTieSeed = 20071001;

// The samples of all trials, numbered through; first[t] is the number of trial t's first.
struct Numbered {
  std::vector<std::size_t> first;
  std::vector<double> quality;
  std::vector<std::size_t> rank;  // in the order of leaving: 0 goes first
};

Numbered numbered(const std::vector<std::vector<Sample>>& samples) {
  Numbered out;
  for (const auto& list : samples) {
    out.first.push_back(out.quality.size());
    for (const Sample& s : list) out.quality.push_back(s.extracted ? s.quality.value_or(0) : 0.0);
  }
  std::vector<std::size_t> order(out.quality.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::mt19937_64 random(kTieSeed);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return out.quality[a] < out.quality[b]; });
  out.rank.resize(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) out.rank[order[i]] = i;
  return out;
}

// A pair leaves with the first of its samples to leave.
struct Leaving {
  std::size_t rank;
  bool accepted;
  bool mated;
};

std::vector<Leaving> pairs_by_rank(const std::vector<Trial>& trials, const Numbered& all, double threshold) {
  std::vector<Leaving> out;
  for (std::size_t t = 0; t < trials.size(); ++t) {
    for (std::size_t i = 0; i < trials[t].pairs.size(); ++i) {
      const Pair& pair = trials[t].pairs[i];
      const std::size_t rank = std::min(all.rank[all.first[t] + pair.a], all.rank[all.first[t] + pair.b]);
      out.push_back({rank, trials[t].values[i] >= threshold, pair.mated});
    }
  }
  return out;
}

DiscardPoint point_at(double asked, const Numbered& all, const std::vector<Leaving>& pairs) {
  DiscardPoint out;
  out.asked = asked;
  out.left_out = static_cast<std::uint64_t>(std::llround(asked * static_cast<double>(all.rank.size())));
  std::uint64_t count[2][2] = {};  // [mated][accepted]
  for (const Leaving& pair : pairs) {
    if (pair.rank >= out.left_out) ++count[pair.mated][pair.accepted];
  }
  out.fnmr = rate_of(count[1][0], count[1][0] + count[1][1]);
  out.fmr = rate_of(count[0][1], count[0][0] + count[0][1]);
  out.least_quality = 100;
  for (std::size_t s = 0; s < all.rank.size(); ++s) {
    if (all.rank[s] >= out.left_out) out.least_quality = std::min(out.least_quality, all.quality[s]);
  }
  return out;
}

}  // namespace

DiscardCurve discard_curve(std::string name, const std::vector<Trial>& trials,
                           const std::vector<std::vector<Sample>>& samples, double target_fmr) {
  DiscardCurve out;
  out.name = std::move(name);
  out.target_fmr = target_fmr;
  const OperatingPoint at = operating_point(trials.size() == 1 ? trials.front() : pooled(trials, out.name), target_fmr);
  out.supported = at.supported;
  out.threshold = at.threshold;
  const Numbered all = numbered(samples);
  out.samples = all.rank.size();
  const auto pairs = pairs_by_rank(trials, all, out.threshold);
  for (int percent = 0; percent <= kMost_percent; percent += kStep_percent) {
    out.points.push_back(point_at(percent / 100.0, all, pairs));
  }
  return out;
}

std::string discard_text(const std::vector<DiscardCurve>& curves) {
  std::vector<std::vector<std::string>> rows = {{"set", "at FMR", "0 %", "5 %", "10 %", "20 %"}};
  for (const DiscardCurve& curve : curves) {
    std::vector<std::string> row = {curve.name, percent(curve.target_fmr)};
    for (const std::size_t p : {0u, 1u, 2u, 4u}) {
      row.push_back(curve.supported ? curve.points[p].fnmr.text() : p == 0 ? "not supported" : "");
    }
    rows.push_back(row);
  }
  return "FNMR when the samples of the worst quality are left out, at the threshold of all:\n" + aligned(rows, 1, 1);
}

std::string discard_csv(const std::vector<DiscardCurve>& curves) {
  std::string out =
      "set,target_fmr,threshold,asked,left_out,samples,least_quality,misses,genuine,fnmr,low,high,false_"
      "matches,"
      "impostor\n";
  for (const DiscardCurve& curve : curves) {
    if (!curve.supported) continue;
    for (const DiscardPoint& p : curve.points) {
      out += csv_field(curve.name) + "," + digits(curve.target_fmr) + "," + digits(curve.threshold) + "," +
             digits(p.asked) + "," + std::to_string(p.left_out) + "," + std::to_string(curve.samples) + "," +
             digits(p.least_quality) + "," + std::to_string(p.fnmr.errors) + "," + std::to_string(p.fnmr.trials) + "," +
             digits(p.fnmr.value()) + "," + digits(p.fnmr.low) + "," + digits(p.fnmr.high) + "," +
             std::to_string(p.fmr.errors) + "," + std::to_string(p.fmr.trials) + "\n";
    }
  }
  return out;
}

json::array discard_json(const std::vector<DiscardCurve>& curves) {
  json::array out;
  for (const DiscardCurve& curve : curves) {
    json::object one{{"set", curve.name}, {"target_fmr", curve.target_fmr}, {"supported", curve.supported}};
    json::array points;
    for (const DiscardPoint& p : curve.points) {
      points.push_back({{"asked", p.asked},
                        {"left_out", p.left_out},
                        {"least_quality", p.least_quality},
                        {"fnmr", rate_json(p.fnmr)},
                        {"fmr", rate_json(p.fmr)}});
    }
    if (curve.supported) {
      one["threshold"] = curve.threshold;
      one["points"] = std::move(points);
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace whorl::evaluation
