#include <boost/json.hpp>

#include "engine/evaluation/report.h"
#include "engine/evaluation/splits.h"
#include "engine/evaluation/text.h"

namespace whorl::evaluation {
namespace {

std::string shown(const std::string& part) { return part.empty() ? "(none)" : part; }

std::string mark(const SplitPart& part) {
  if (part.differs_fnmr && part.differs_fmr) return "both differ from the rest";
  if (part.differs_fnmr) return "FNMR differs from the rest";
  return part.differs_fmr ? "FMR differs from the rest" : "";
}

std::string too_few(const Rate& rate) { return rate.trials == 0 ? "too few" : rate.text(); }

std::string split_text(const Split& split, const engine::Calibration* calibration) {
  const std::string db = calibration == nullptr ? "" : ", " + fixed_text(calibration->db(split.at.threshold)) + " dB";
  std::vector<std::vector<std::string>> rows = {{split.by, "mated", "non-mated", "FNMR", "FMR", ""}};
  for (const SplitPart& p : split.parts) {
    rows.push_back({shown(p.name), std::to_string(p.fnmr.trials), std::to_string(p.fmr.trials), too_few(p.fnmr),
                    too_few(p.fmr), mark(p)});
  }
  return split.set + " by " + split.by + ", at the threshold of FMR " + percent(split.at.target_fmr) + " over all (" +
         digits(split.at.threshold) + db + (split.at.supported ? "" : ", not supported by the sample") + ")\n" +
         aligned(rows, 1, 2);
}

}  // namespace

std::string caution_text(std::size_t tests) {
  return "Caution: " + std::to_string(tests) + " comparisons of a part with the rest were made. Of so many about " +
         fixed_text(0.05 * static_cast<double>(tests), 0) +
         " would look different by chance at 5 %; a part is marked only where it differs after Bonferroni's "
         "correction. "
         "The test takes comparisons as independent, which those of one person are not: take a mark as a question to "
         "look into, and no mark as no proof that parts are alike.\n";
}

std::string splits_text(const SplitStudy& study, const engine::Calibration* calibration) {
  if (study.splits.empty()) return {};
  std::string out;
  for (const Split& split : study.splits) out += split_text(split, calibration) + "\n";
  return out + caution_text(study.tests);
}

std::string splits_csv(const SplitStudy& study, const engine::Calibration* calibration) {
  std::string out =
      "set,by,part,target_fmr,threshold,db,misses,mated,fnmr_low,fnmr_high,false_matches,non_mated,fmr_low,fmr_high,"
      "p_fnmr,p_fmr,differs\n";
  for (const Split& split : study.splits) {
    const std::string db = calibration == nullptr ? "" : digits(calibration->db(split.at.threshold));
    for (const SplitPart& p : split.parts) {
      out += csv_field(split.set) + "," + csv_field(split.by) + "," + csv_field(p.name) + "," +
             digits(split.at.target_fmr) + "," + digits(split.at.threshold) + "," + db + "," +
             std::to_string(p.fnmr.errors) + "," + std::to_string(p.fnmr.trials) + "," + digits(p.fnmr.low) + "," +
             digits(p.fnmr.high) + "," + std::to_string(p.fmr.errors) + "," + std::to_string(p.fmr.trials) + "," +
             digits(p.fmr.low) + "," + digits(p.fmr.high) + "," + digits(p.p_fnmr) + "," + digits(p.p_fmr) + "," +
             (p.differs_fnmr || p.differs_fmr ? "1" : "0") + "\n";
    }
  }
  return out;
}

boost::json::object splits_json(const SplitStudy& study) {
  boost::json::array splits;
  for (const Split& split : study.splits) {
    boost::json::array parts;
    for (const SplitPart& p : split.parts) {
      parts.push_back({{"part", p.name},
                       {"fnmr", rate_json(p.fnmr)},
                       {"fmr", rate_json(p.fmr)},
                       {"p_fnmr", rounded(p.p_fnmr)},
                       {"p_fmr", rounded(p.p_fmr)},
                       {"fnmr_differs", p.differs_fnmr},
                       {"fmr_differs", p.differs_fmr}});
    }
    splits.push_back({{"set", split.set},
                      {"by", split.by},
                      {"target_fmr", split.at.target_fmr},
                      {"threshold", split.at.threshold},
                      {"supported", split.at.supported},
                      {"parts", std::move(parts)}});
  }
  return {{"tests", study.tests}, {"correction", "Bonferroni, 5 %"}, {"splits", std::move(splits)}};
}

}  // namespace whorl::evaluation
