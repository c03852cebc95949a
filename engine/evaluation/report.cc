#include "engine/evaluation/report.h"

#include <algorithm>
#include <boost/json.hpp>

#include "engine/evaluation/text.h"

namespace whorl::evaluation {
namespace {
namespace json = boost::json;

using Row = std::vector<std::string>;

Row row_of(const Rates& r) {
  return {r.name,
          std::to_string(r.fingers),
          std::to_string(r.mated),
          std::to_string(r.non_mated),
          r.eer.text(),
          r.fmr100.text(),
          r.fmr1000.text(),
          r.zero_fmr.text(),
          std::to_string(r.fte.errors) + "/" + std::to_string(r.fte.trials)};
}

// Decibels as JSON, null without a calibration.
json::value db_json(const engine::Calibration* calibration, double score) {
  return calibration == nullptr ? json::value(nullptr) : json::value(rounded(calibration->db(score)));
}

std::string db_csv(const engine::Calibration* calibration, double score) {
  return calibration == nullptr ? std::string() : digits(calibration->db(score));
}

json::object eer_json(const EqualErrorRate& eer) {
  json::object out{{"method", "linear interpolation between neighbouring DET points"},
                   {"interval", "95 % percentile bootstrap over fingers"},
                   {"low", rounded(eer.low)},
                   {"high", rounded(eer.high)},
                   {"threshold", eer.threshold}};
  if (eer.supported) {
    out["value"] = rounded(eer.value);
  } else {
    out["value"] = nullptr;
    out["below"] = rounded(std::min(1.0, 3.0 / static_cast<double>(eer.mated)));
  }
  return out;
}

json::object point_json(const OperatingPoint& point, const engine::Calibration* calibration) {
  if (!point.supported) {
    return {{"target_fmr", point.target_fmr},
            {"supported", false},
            {"reason", "the non-mated pairs support only FMR " + rule_of_three(point.fmr.trials)}};
  }
  return {{"target_fmr", point.target_fmr}, {"supported", true},
          {"threshold", point.threshold},   {"threshold_db", db_json(calibration, point.threshold)},
          {"fmr", rate_json(point.fmr)},    {"fnmr", rate_json(point.fnmr)}};
}

json::object set_json(const Rates& r, const engine::Calibration* calibration) {
  json::array points;
  for (const OperatingPoint& point : r.points) points.push_back(point_json(point, calibration));
  return {{"set", r.name},
          {"protocol", name_of(r.protocol)},
          {"fingers", r.fingers},
          {"genuine", r.mated},
          {"impostor", r.non_mated},
          {"fte", rate_json(r.fte)},
          {"eer", eer_json(r.eer)},
          {"eer_midpoint", rounded(r.midpoint)},
          {"fmr100", point_json(r.fmr100, calibration)},
          {"fmr1000", point_json(r.fmr1000, calibration)},
          {"zero_fmr", point_json(r.zero_fmr, calibration)},
          {"operating_points", std::move(points)}};
}

}  // namespace

std::string table_text(const std::vector<Rates>& sets, const std::string& of, MeanEer mean) {
  std::vector<Row> rows = {{"set", of, "genuine", "impostor", "EER", "FMR100", "FMR1000", "ZeroFMR", "FTE"}};
  for (const Rates& set : sets) rows.push_back(row_of(set));
  if (sets.size() > 1 && mean == MeanEer::kShown) {
    rows.push_back({"mean of " + std::to_string(sets.size()), "", "", "", mean_eer(sets).text(), "", "", "", ""});
  }
  return aligned(rows, 1, 3);
}

std::string points_text(const std::vector<Rates>& sets, const engine::Calibration* calibration) {
  std::vector<Row> rows = {{"set", "FMR at most", "threshold", "dB", "FNMR"}};
  for (const Rates& set : sets) {
    for (const OperatingPoint& p : set.points) {
      rows.push_back({set.name, percent(p.target_fmr), p.supported ? digits(p.threshold) : "",
                      p.supported && calibration != nullptr ? fixed_text(calibration->db(p.threshold)) : "", p.text()});
    }
  }
  return "Thresholds, as raw scores and in decibels of the calibration:\n" + aligned(rows, 1, 3);
}

json::object rates_json(const std::vector<Rates>& sets, MeanEer mean, const engine::Calibration* calibration) {
  json::array list;
  for (const Rates& set : sets) list.push_back(set_json(set, calibration));
  json::object out{{"sets", std::move(list)}};
  if (sets.size() > 1 && mean == MeanEer::kShown) out["mean_eer"] = eer_json(mean_eer(sets));
  return out;
}

std::string det_csv(const std::vector<Trial>& trials, const engine::Calibration* calibration) {
  std::string out = "set,threshold,fmr,fnmr,db\n";
  for (const Trial& trial : trials) {
    for (const DetPoint& p : corners_of(det_of(trial))) {
      out += csv_field(trial.name) + "," + digits(p.threshold) + "," + digits(p.fmr) + "," + digits(p.fnmr) + "," +
             db_csv(calibration, p.threshold) + "\n";
    }
  }
  return out;
}

std::vector<std::size_t> worst_pairs(const Trial& trial, bool mated, std::size_t most) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < trial.pairs.size(); ++i) {
    if (trial.pairs[i].mated == mated) out.push_back(i);
  }
  const auto worse = [&](std::size_t i, std::size_t j) {
    const double a = trial.values[i];
    const double b = trial.values[j];
    return a != b ? (mated ? a < b : a > b) : i < j;
  };
  const auto end = out.begin() + static_cast<std::ptrdiff_t>(std::min(most, out.size()));
  std::partial_sort(out.begin(), end, out.end(), worse);
  out.erase(end, out.end());
  return out;
}

std::string worst_pairs_csv(const std::vector<Trial>& trials, const std::vector<std::vector<Sample>>& samples,
                            const engine::Calibration* calibration) {
  constexpr std::size_t kMost = 20;
  std::string out = "set,mated,rank,a,b,score,db\n";
  for (std::size_t t = 0; t < trials.size(); ++t) {
    for (const bool mated : {false, true}) {
      const std::vector<std::size_t> pairs = worst_pairs(trials[t], mated, kMost);
      for (std::size_t rank = 0; rank < pairs.size(); ++rank) {
        const Pair& pair = trials[t].pairs[pairs[rank]];
        out += csv_field(trials[t].name) + (mated ? ",1," : ",0,") + std::to_string(rank + 1) + "," +
               csv_field(samples[t][pair.a].name) + "," + csv_field(samples[t][pair.b].name) + "," +
               digits(trials[t].values[pairs[rank]]) + "," + db_csv(calibration, trials[t].values[pairs[rank]]) + "\n";
      }
    }
  }
  return out;
}

std::string histogram_csv(const std::vector<Trial>& trials, const engine::Calibration* calibration) {
  std::string out = "set,low,high,genuine,impostor,low_db,high_db\n";
  for (const Trial& trial : trials) {
    const Histogram h = histogram_of(trial);
    for (std::size_t i = 0; i < h.mated.size(); ++i) {
      const double low = h.low + h.width * static_cast<double>(i);
      out += csv_field(trial.name) + "," + digits(low) + "," + digits(low + h.width) + "," +
             std::to_string(h.mated[i]) + "," + std::to_string(h.non_mated[i]) + "," + db_csv(calibration, low) + "," +
             db_csv(calibration, low + h.width) + "\n";
    }
  }
  return out;
}

std::string scores_csv(const std::vector<Trial>& trials, const std::vector<std::vector<Sample>>& samples) {
  std::string out = "set,a,b,genuine,score\n";
  for (std::size_t t = 0; t < trials.size(); ++t) {
    const Trial& trial = trials[t];
    for (std::size_t i = 0; i < trial.pairs.size(); ++i) {
      const Pair& pair = trial.pairs[i];
      out += csv_field(trial.name) + "," + csv_field(samples[t][pair.a].name) + "," +
             csv_field(samples[t][pair.b].name) + (pair.mated ? ",1," : ",0,") + digits(trial.values[i]) + "\n";
    }
  }
  return out;
}

}  // namespace whorl::evaluation
