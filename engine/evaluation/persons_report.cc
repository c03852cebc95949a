// What study_fusion found, as text, CSV and JSON.
#include <boost/json.hpp>
#include <cmath>

#include "engine/evaluation/persons.h"
#include "engine/evaluation/report.h"
#include "engine/evaluation/text.h"

namespace whorl::evaluation {
namespace {
namespace json = boost::json;

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ";") + part;
  return out;
}

std::string independence_text(const Independence& in) {
  if (in.comparisons == 0) return "";
  return "Two fingers of one pair of different people (" + std::to_string(in.comparisons) +
         " comparisons): correlation of their dB " + fixed_text(in.correlation, 3) + " [" + fixed_text(in.low, 3) +
         ", " + fixed_text(in.high, 3) + "];\nboth reach " + fixed_text(in.tail_db, 0) + " dB in " + percent(in.both) +
         ", and would in " + percent(in.both_if_apart) + " if they were independent.\n";
}

json::value point_json(const OperatingPoint& point) {
  if (!point.supported) return {{"target_fmr", point.target_fmr}, {"supported", false}};
  return {{"target_fmr", point.target_fmr},
          {"supported", true},
          {"threshold_db", point.threshold},
          {"fmr", rate_json(point.fmr)},
          {"fnmr", rate_json(point.fnmr)}};
}

json::value eer_json(const EqualErrorRate& eer) {
  if (eer.supported) return {{"value", rounded(eer.value)}, {"low", rounded(eer.low)}, {"high", rounded(eer.high)}};
  return {{"value", nullptr}, {"below", rounded(std::min(1.0, 3.0 / static_cast<double>(eer.mated)))}};
}

}  // namespace

std::string fusion_text(const FusionStudy& study) {
  std::vector<std::vector<std::string>> rows = {
      {"fingers", "persons", "genuine", "impostor", "EER", "FNMR at FMR 1 %", "at 0.1 %", "at 0.01 %"}};
  for (const FusionRow& r : study.rows) {
    rows.push_back({std::to_string(r.k), std::to_string(r.trial.fingers.size()), std::to_string(r.trial.mated.size()),
                    std::to_string(r.trial.non_mated.size()), r.eer.text(), r.fmr100.text(), r.fmr1000.text(),
                    r.fmr10000.text()});
  }
  std::string out = "Persons of " + study.name + " by so many fingers fused:\n" + aligned(rows, 0, 3) + "\n" +
                    independence_text(study.independence);
  for (const FusionRow& r : study.rows) out += "\n" + claims_text(r.claims);
  return out;
}

std::string fusion_failures_csv(const std::vector<FusionStudy>& studies,
                                const std::vector<std::vector<Sample>>& samples) {
  std::string out = "set,fingers,subject,a,b,finger_db,fused_db,threshold_db,threshold_supported\n";
  for (std::size_t t = 0; t < studies.size(); ++t) {
    for (const FusionRow& row : studies[t].rows) {
      for (const FusionFailure& failure : row.failures) {
        std::vector<std::string> a, b, db;
        for (const auto& [i, j] : failure.samples) {
          a.push_back(samples[t][i].name);
          b.push_back(samples[t][j].name);
        }
        for (const double v : failure.db) db.push_back(fixed_text(v, 2));
        out += csv_field(studies[t].name) + "," + std::to_string(row.k) + "," + csv_field(failure.subject) + "," +
               csv_field(joined(a)) + "," + csv_field(joined(b)) + "," + joined(db) + "," +
               fixed_text(failure.fused_db, 2) + "," + fixed_text(row.fmr10000.threshold, 2) +
               (row.fmr10000.supported ? ",1\n" : ",0\n");
      }
    }
  }
  return out;
}

json::object fusion_json(const FusionStudy& study) {
  json::array rows;
  for (const FusionRow& r : study.rows) {
    rows.push_back({{"fingers", r.k},
                    {"persons", r.trial.fingers.size()},
                    {"genuine", r.trial.mated.size()},
                    {"impostor", r.trial.non_mated.size()},
                    {"eer", eer_json(r.eer)},
                    {"fmr100", point_json(r.fmr100)},
                    {"fmr1000", point_json(r.fmr1000)},
                    {"fmr10000", point_json(r.fmr10000)},
                    {"failures", r.failures.size()},
                    {"claims", claims_json(r.claims)}});
  }
  json::object out{{"set", study.name}, {"rows", std::move(rows)}, {"independence", nullptr}};
  const Independence& in = study.independence;
  if (in.comparisons > 0) {
    out["independence"] = {{"comparisons", in.comparisons},
                           {"correlation", rounded(in.correlation)},
                           {"low", rounded(in.low)},
                           {"high", rounded(in.high)},
                           {"tail_db", in.tail_db},
                           {"both", rounded(in.both)},
                           {"both_if_independent", rounded(in.both_if_apart)}};
  }
  return out;
}

}  // namespace whorl::evaluation
