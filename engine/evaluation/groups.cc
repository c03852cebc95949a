#include "engine/evaluation/groups.h"

#include <boost/json.hpp>
#include <map>

#include "engine/evaluation/report.h"
#include "engine/evaluation/text.h"

namespace whorl::evaluation {
namespace {

struct Counts {
  std::uint64_t samples = 0, failures = 0, mated = 0, misses = 0, non_mated = 0, false_matches = 0;
};

std::string shown(const std::string& group) { return group.empty() ? "(none)" : group; }

}  // namespace

Result<GroupStudy> rates_by_group(std::string column, const Trial& trial, const std::vector<Sample>& samples,
                                  const std::vector<std::string>& group_of, double target_fmr) {
  if (group_of.size() != samples.size()) return invalid_input("every sample needs its group", "group");
  GroupStudy out;
  out.column = std::move(column);
  out.at = operating_point(trial, target_fmr);
  std::map<std::string, Counts> counts;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    Counts& c = counts[group_of[i]];
    ++c.samples;
    c.failures += samples[i].extracted ? 0 : 1;
  }
  for (std::size_t i = 0; i < trial.pairs.size(); ++i) {
    const Pair& pair = trial.pairs[i];
    if (pair.a >= samples.size() || pair.b >= samples.size()) return invalid_input("a pair of other samples", "group");
    if (group_of[pair.a] != group_of[pair.b]) continue;
    Counts& c = counts[group_of[pair.a]];
    const bool accepted = trial.values[i] >= out.at.threshold;
    ++(pair.mated ? c.mated : c.non_mated);
    if (pair.mated && !accepted) ++c.misses;
    if (!pair.mated && accepted) ++c.false_matches;
  }
  for (const auto& [group, c] : counts) {
    out.groups.push_back({group, c.samples, rate_of(c.failures, c.samples), rate_of(c.misses, c.mated),
                          rate_of(c.false_matches, c.non_mated)});
  }
  return out;
}

std::string groups_text(const GroupStudy& study) {
  std::string out = "by " + study.column + ", at the threshold of FMR " + percent(study.at.target_fmr) + " over all (" +
                    digits(study.at.threshold) + (study.at.supported ? "" : ", not supported by the sample") + ")\n";
  std::vector<std::vector<std::string>> rows = {{study.column, "samples", "genuine", "impostor", "FNMR", "FMR", "FTE"}};
  for (const GroupRates& g : study.groups) {
    rows.push_back({shown(g.group), std::to_string(g.samples), std::to_string(g.fnmr.trials),
                    std::to_string(g.fmr.trials), g.fnmr.text(), g.fmr.text(),
                    std::to_string(g.fte.errors) + "/" + std::to_string(g.fte.trials)});
  }
  return out + aligned(rows, 1, 3);
}

std::string groups_csv(const std::vector<GroupStudy>& studies) {
  std::string out =
      "column,group,target_fmr,threshold,samples,failures,misses,genuine,fnmr_low,fnmr_high,false_matches,impostor,"
      "fmr_low,fmr_high\n";
  for (const GroupStudy& study : studies) {
    for (const GroupRates& g : study.groups) {
      out += csv_field(study.column) + "," + csv_field(g.group) + "," + digits(study.at.target_fmr) + "," +
             digits(study.at.threshold) + "," + std::to_string(g.samples) + "," + std::to_string(g.fte.errors) + "," +
             std::to_string(g.fnmr.errors) + "," + std::to_string(g.fnmr.trials) + "," + digits(g.fnmr.low) + "," +
             digits(g.fnmr.high) + "," + std::to_string(g.fmr.errors) + "," + std::to_string(g.fmr.trials) + "," +
             digits(g.fmr.low) + "," + digits(g.fmr.high) + "\n";
    }
  }
  return out;
}

boost::json::object groups_json(const GroupStudy& study) {
  boost::json::array groups;
  for (const GroupRates& g : study.groups) {
    groups.push_back({{"group", g.group},
                      {"samples", g.samples},
                      {"fte", rate_json(g.fte)},
                      {"fnmr", rate_json(g.fnmr)},
                      {"fmr", rate_json(g.fmr)}});
  }
  return {{"column", study.column},
          {"target_fmr", study.at.target_fmr},
          {"threshold", study.at.threshold},
          {"supported", study.at.supported},
          {"groups", std::move(groups)}};
}

}  // namespace whorl::evaluation
