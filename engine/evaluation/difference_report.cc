#include <boost/json.hpp>

#include "engine/evaluation/difference.h"
#include "engine/evaluation/report.h"
#include "engine/evaluation/text.h"

namespace whorl::evaluation {

std::string differences_text(const std::vector<RunDifference>& runs) {
  std::string out;
  std::vector<std::vector<std::string>> rows = {{"set", "figure", "this run", "other run", "difference", "95 %", ""}};
  for (const RunDifference& run : runs) {
    for (const Difference& d : run.rows) {
      rows.push_back({d.set, d.measure, percent(d.here), percent(d.other), percent(d.value()),
                      "[" + percent(d.low) + ", " + percent(d.high) + "]", d.verdict()});
    }
    if (run.only_here > 0) {
      out += run.set + ": " + std::to_string(run.only_here) + " pairs are not in the other run and are left out\n";
    }
  }
  return "Against the other run, on the same pairs:\n" + aligned(rows, 2, 4) + out;
}

boost::json::array differences_json(const std::vector<RunDifference>& runs) {
  boost::json::array out;
  for (const RunDifference& run : runs) {
    boost::json::array rows;
    for (const Difference& d : run.rows) {
      rows.push_back({{"measure", d.measure},
                      {"here", rounded(d.here)},
                      {"other", rounded(d.other)},
                      {"difference", rounded(d.value())},
                      {"low", rounded(d.low)},
                      {"high", rounded(d.high)},
                      {"verdict", d.verdict()}});
    }
    out.push_back({{"set", run.set}, {"pairs", run.pairs}, {"only_here", run.only_here}, {"figures", std::move(rows)}});
  }
  return out;
}

std::string differences_csv(const std::vector<RunDifference>& runs) {
  std::string out = "set,measure,here,other,difference,low,high,verdict\n";
  for (const RunDifference& run : runs) {
    for (const Difference& d : run.rows) {
      out += csv_field(d.set) + "," + csv_field(d.measure) + "," + digits(d.here) + "," + digits(d.other) + "," +
             digits(d.value()) + "," + digits(d.low) + "," + digits(d.high) + "," + d.verdict() + "\n";
    }
  }
  return out;
}

}  // namespace whorl::evaluation
