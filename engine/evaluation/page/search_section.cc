#include "engine/evaluation/page/html.h"
#include "engine/evaluation/page/sections.h"
#include "engine/evaluation/text.h"

namespace whorl::evaluation::page {
namespace {

using html::figure, html::table;
using Rows = std::vector<html::Row>;

Rate complement(const Rate& rate) { return {rate.trials - rate.errors, rate.trials, 1 - rate.high, 1 - rate.low}; }

std::string name_of(const Identification& rates) { return rates.name + ", " + fingers_text(rates.fingers); }

html::Row point_row(const Identification& rates, const SearchPoint& p, const std::string& fpir) {
  if (!p.supported) return {name_of(rates), fpir, "", "", p.text(), "", ""};
  return {name_of(rates),
          fpir,
          digits(p.threshold),
          db_text(p.db),
          p.fnir.text(),
          complement(p.missed_first).text(),
          p.few() ? "false positives counted: " + std::to_string(p.fpir.errors) : ""};
}

std::string points_table(const std::vector<SearchStudy>& studies) {
  Rows rows = {{"set", "FPIR at most", "threshold", "dB", "FNIR", "found first (DIR)", ""}};
  for (const SearchStudy& study : studies) {
    for (const SearchPoint& p : study.rates.points) rows.push_back(point_row(study.rates, p, percent(p.target_fpir)));
  }
  return table("Searches: what a threshold gives", rows);
}

std::string curve_table(const std::vector<SearchStudy>& studies) {
  Rows rows = {{"set", "FPIR", "threshold", "dB", "FNIR", "found first (DIR)", ""}};
  for (const SearchStudy& study : studies) {
    for (const SearchPoint& p : study.rates.curve) rows.push_back(point_row(study.rates, p, percent(p.fpir.value())));
  }
  return "<details><summary>The curves as a table</summary>" + table("Searches: the points of both curves", rows) +
         "</details>\n";
}

std::string rank_table(const std::vector<SearchStudy>& studies) {
  Rows rows = {{"set", "first", "first 5", "first 10", "first 20"}};
  for (const SearchStudy& study : studies) {
    html::Row row = {name_of(study.rates)};
    for (const std::size_t rank : {1, 5, 10, 20}) {
      row.push_back(rank <= study.rates.ranks.size() ? study.rates.ranks[rank - 1].hit.text() : "");
    }
    rows.push_back(std::move(row));
  }
  return table("The mate is among the ...", rows);
}

std::string size_table(const std::vector<SearchStudy>& studies) {
  Rows rows = {{"set", "threshold", "dB", "gallery", "FPIR measured", "95 %", "1-(1-FMR)^N"}};
  for (const SearchStudy& study : studies) {
    for (const SizeCurve& curve : study.sizes.curves) {
      for (const SizePoint& p : curve.points) {
        rows.push_back({name_of(study.rates), digits(curve.threshold), db_text(curve.db), std::to_string(p.size),
                        percent(p.fpir), "[" + percent(p.low) + ", " + percent(p.high) + "]", percent(p.formula)});
      }
    }
  }
  return table("False positives by gallery size", rows);
}

std::string cost_table(const std::vector<SearchStudy>& studies) {
  Rows rows = {{"set", "gallery", "threshold", "dB", "FNIR"}};
  for (const SearchStudy& study : studies) {
    for (const SizeCost& c : study.sizes.costs) {
      rows.push_back({name_of(study.rates), std::to_string(c.size), digits(c.threshold), db_text(c.db), c.fnir.text()});
    }
  }
  return table("FNIR at FPIR 1 %: a larger gallery needs a higher threshold", rows);
}

}  // namespace

std::string searches(const PageContent& content) {
  const std::vector<SearchStudy>& studies = content.searches;
  if (studies.empty()) return {};
  return points_table(studies) +
         figure(
             content.plots.iet,
             "The identification error trade-off. Further right more people who are not enrolled are given as somebody "
             "(detained or refused for another's record); further up more people who are enrolled are missed. A "
             "triangle "
             "is a limit: no miss was counted.") +
         figure(content.plots.dir, "Found first and above the threshold, over the FPIR.") + curve_table(studies) +
         figure(content.plots.cmc,
                "How far down the list a reviewer must look, where no threshold is used. It says nothing of people who "
                "are not enrolled.") +
         rank_table(studies) +
         figure(content.plots.sizes,
                "A larger gallery gives more false positives at the same threshold. Where the measured line lies below "
                "the "
                "dashed one, false matches sit with few probes, and predictions by the formula are cautious.") +
         size_table(studies) + cost_table(studies);
}

}  // namespace whorl::evaluation::page
