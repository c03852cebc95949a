#include "engine/evaluation/identification/study.h"

#include <boost/json.hpp>

#include "engine/evaluation/report.h"
#include "engine/evaluation/text.h"

namespace whorl::evaluation {
namespace {
namespace json = boost::json;

using Table = std::vector<std::vector<std::string>>;

std::string interval_csv(const Rate& rate) {
  return digits(rate.value()) + "," + digits(rate.low) + "," + digits(rate.high);
}

// The rate of the searches that `rate` does not count.
Rate complement(const Rate& rate) { return {rate.trials - rate.errors, rate.trials, 1 - rate.high, 1 - rate.low}; }

std::string point_csv(const std::string& head, const SearchPoint& p, bool on_curve) {
  const std::string target = on_curve ? "" : digits(p.target_fpir);
  if (!p.supported) return head + target + ",0,,,," + std::to_string(p.fpir.trials) + ",,,,,,,,,,,\n";
  return head + target + ",1," + digits(p.threshold) + "," + (p.db ? digits(*p.db) : "") + "," +
         std::to_string(p.fpir.errors) + "," + std::to_string(p.fpir.trials) + "," + interval_csv(p.fpir) + "," +
         std::to_string(p.fnir.errors) + "," + interval_csv(p.fnir) + "," + std::to_string(p.missed_first.errors) +
         "," + interval_csv(complement(p.missed_first)) + "\n";
}

std::string head_of(const Identification& rates) {
  return csv_field(rates.name) + "," + std::to_string(rates.fingers) + ",";
}

std::string points_text(const SearchStudy& study) {
  Table rows = {{"FPIR at most", "FNIR", "DIR at rank 1", "threshold", "dB", "FPIR counted", ""}};
  for (const SearchPoint& p : study.rates.points) {
    if (!p.supported) {
      rows.push_back({percent(p.target_fpir), p.text(), "", "", "", "", ""});
      continue;
    }
    rows.push_back({percent(p.target_fpir), p.text(), complement(p.missed_first).text(), digits(p.threshold),
                    db_text(p.db), p.fpir.text(),
                    p.few() ? "false positives counted: " + std::to_string(p.fpir.errors) : ""});
  }
  return aligned(rows, 0, 0);
}

std::string ranks_text(const Identification& rates) {
  std::string out = "mate among the first:";
  for (const std::size_t rank : {1, 5, 10, 20}) {
    if (rank > rates.ranks.size()) break;
    out += (rank == 1 ? " " : "; ") + std::to_string(rank) + " in " + rates.ranks[rank - 1].hit.text();
  }
  return out + "\n";
}

std::string sizes_text(const GallerySizes& sizes) {
  if (sizes.curves.empty()) return {};
  const SizeCurve& curve = sizes.curves.back();
  Table rows = {{"gallery", "FPIR", "95 %", "1-(1-FMR)^N", "FNIR at FPIR " + percent(sizes.target_fpir), "dB needed"}};
  for (std::size_t i = 0; i < curve.points.size(); ++i) {
    const SizePoint& p = curve.points[i];
    const bool cost = i < sizes.costs.size();
    rows.push_back({std::to_string(p.size), percent(p.fpir), "[" + percent(p.low) + ", " + percent(p.high) + "]",
                    percent(p.formula), cost ? sizes.costs[i].fnir.text() : "",
                    cost ? db_text(sizes.costs[i].db) : ""});
  }
  return "by gallery size, at the threshold " + digits(curve.threshold) + " (FMR " + curve.fmr.text() + "):\n" +
         aligned(rows, 0, 0);
}

json::object point_json(const SearchPoint& p, bool on_curve) {
  json::object out;
  if (!on_curve) out["target_fpir"] = p.target_fpir;
  if (!on_curve) out["supported"] = p.supported;
  if (!p.supported) {
    out["reason"] = "the searches support only FPIR " + rule_of_three(p.fpir.trials);
    return out;
  }
  out["threshold"] = p.threshold;
  out["threshold_db"] = p.db ? json::value(rounded(*p.db)) : json::value(nullptr);
  out["fpir"] = rate_json(p.fpir);
  out["fnir"] = rate_json(p.fnir);
  out["dir"] = rate_json(complement(p.missed_first));
  return out;
}

json::array levels_json(const Identification& rates) {
  json::array out;
  for (const LevelPoint& p : rates.levels) {
    out.push_back({{"db", p.db}, {"fmr", rate_json(p.fmr)}, {"fpir", rate_json(p.fpir)}, {"fnir", rate_json(p.fnir)}});
  }
  return out;
}

json::object sizes_json(const GallerySizes& sizes) {
  json::array curves;
  for (const SizeCurve& curve : sizes.curves) {
    json::array points;
    for (const SizePoint& p : curve.points) {
      points.push_back({{"size", p.size},
                        {"fpir", rounded(p.fpir)},
                        {"low", rounded(p.low)},
                        {"high", rounded(p.high)},
                        {"formula", rounded(p.formula)}});
    }
    curves.push_back({{"threshold", curve.threshold},
                      {"threshold_db", curve.db ? json::value(rounded(*curve.db)) : json::value(nullptr)},
                      {"fmr", rate_json(curve.fmr)},
                      {"points", std::move(points)}});
  }
  json::array costs;
  for (const SizeCost& c : sizes.costs) {
    costs.push_back({{"size", c.size},
                     {"threshold", c.threshold},
                     {"threshold_db", c.db ? json::value(rounded(*c.db)) : json::value(nullptr)},
                     {"fnir", rate_json(c.fnir)}});
  }
  return {{"curves", std::move(curves)}, {"fnir_at_fpir", sizes.target_fpir}, {"fnir_by_size", std::move(costs)}};
}

json::object study_json(const SearchStudy& study) {
  const Identification& rates = study.rates;
  json::array points;
  for (const SearchPoint& p : rates.points) points.push_back(point_json(p, false));
  json::array curve;
  for (const SearchPoint& p : rates.curve) curve.push_back(point_json(p, true));
  json::array ranks;
  for (const RankPoint& p : rates.ranks) ranks.push_back({{"rank", p.rank}, {"hit", rate_json(p.hit)}});
  return {{"set", rates.name},
          {"fingers", rates.fingers},
          {"persons", rates.persons},
          {"references", rates.references},
          {"searches", rates.searches},
          {"gallery_size", rates.gallery_size},
          {"interval", "95 %, the wider of Clopper-Pearson and a percentile bootstrap over persons"},
          {"points", std::move(points)},
          {"curve", std::move(curve)},
          {"cmc", std::move(ranks)},
          {"by_db", levels_json(rates)},
          {"by_size", sizes_json(study.sizes)}};
}

}  // namespace

SearchStudy study_of(const SearchSet& set, const engine::Calibration* calibration,
                     const IdentificationOptions& options) {
  return {identification_of(set, calibration, options), gallery_sizes(set, calibration, options.bootstrap)};
}

std::string fingers_text(int fingers) {
  return std::to_string(fingers) + (fingers == 1 ? " finger" : " fingers fused");
}

std::string db_text(const std::optional<double>& db) { return db ? fixed_text(*db) : ""; }

std::string searches_text(const std::vector<SearchStudy>& studies) {
  std::string out;
  for (const SearchStudy& study : studies) {
    const Identification& r = study.rates;
    out += "Searches, " + r.name + ", " + fingers_text(r.fingers) + ": " + std::to_string(r.searches) + " probes of " +
           std::to_string(r.persons) + " persons, " + std::to_string(r.references) + " references, " +
           std::to_string(r.gallery_size) + " of other people\n" + points_text(study) + ranks_text(r) +
           sizes_text(study.sizes) + "\n";
  }
  return out;
}

std::string searches_csv(const std::vector<SearchStudy>& studies) {
  std::string out =
      "set,fingers,target_fpir,supported,threshold,db,false_positives,searches,fpir,fpir_low,fpir_high,misses,fnir,"
      "fnir_low,fnir_high,missed_first,dir,dir_low,dir_high\n";
  for (const SearchStudy& study : studies) {
    for (const SearchPoint& p : study.rates.points) out += point_csv(head_of(study.rates), p, false);
    for (const SearchPoint& p : study.rates.curve) out += point_csv(head_of(study.rates), p, true);
  }
  return out;
}

std::string ranks_csv(const std::vector<SearchStudy>& studies) {
  std::string out = "set,fingers,rank,hits,searches,rate,low,high\n";
  for (const SearchStudy& study : studies) {
    for (const RankPoint& p : study.rates.ranks) {
      out += head_of(study.rates) + std::to_string(p.rank) + "," + std::to_string(p.hit.errors) + "," +
             std::to_string(p.hit.trials) + "," + interval_csv(p.hit) + "\n";
    }
  }
  return out;
}

std::string sizes_csv(const std::vector<SearchStudy>& studies) {
  std::string out = "set,fingers,threshold,db,size,fpir,low,high,formula\n";
  for (const SearchStudy& study : studies) {
    for (const SizeCurve& curve : study.sizes.curves) {
      for (const SizePoint& p : curve.points) {
        out += head_of(study.rates) + digits(curve.threshold) + "," + (curve.db ? digits(*curve.db) : "") + "," +
               std::to_string(p.size) + "," + digits(p.fpir) + "," + digits(p.low) + "," + digits(p.high) + "," +
               digits(p.formula) + "\n";
      }
    }
  }
  return out;
}

json::array searches_json(const std::vector<SearchStudy>& studies) {
  json::array out;
  for (const SearchStudy& study : studies) out.push_back(study_json(study));
  return out;
}

}  // namespace whorl::evaluation
