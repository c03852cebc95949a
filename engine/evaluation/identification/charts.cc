#include "engine/evaluation/identification/charts.h"

#include <algorithm>
#include <cmath>

#include "engine/evaluation/chart.h"

namespace whorl::evaluation {
namespace {

double limit_of(std::uint64_t trials) { return trials == 0 ? 1.0 : std::min(1.0, 3.0 / static_cast<double>(trials)); }

// A rate that has no errors is its limit: zero has no place on a logarithmic axis, and no support in the sample.
ChartPoint point_of(double x, const Rate& rate) {
  if (rate.errors == 0) return {x, limit_of(rate.trials), 0, rate.high, true};
  return {x, rate.value(), rate.low, rate.high, false};
}

// The same for the share that `missed` does not count.
ChartPoint complement_of(double x, const Rate& missed) {
  return {x, 1 - missed.value(), 1 - missed.high, 1 - missed.low, false};
}

std::string label_of(const Identification& r) {
  return r.name + ", " + fingers_text(r.fingers) + ", " + std::to_string(r.references) + " references";
}

// The most searches that any study has: below 3/n of them no study says anything.
std::uint64_t most_searches(const std::vector<SearchStudy>& studies) {
  std::uint64_t out = 0;
  for (const SearchStudy& study : studies) out = std::max(out, study.rates.searches);
  return out;
}

double least_y(const std::vector<ChartLine>& lines) {
  double out = 1;
  for (const ChartLine& line : lines) {
    for (const ChartPoint& p : line.points) out = std::min(out, p.y);
  }
  return out;
}

// The start of a linear axis of rates near one.
double rate_floor(const std::vector<ChartLine>& lines) {
  double low = 1;
  for (const ChartLine& line : lines) {
    for (const ChartPoint& p : line.points) low = std::min(low, p.low);
  }
  return std::clamp(std::floor(20 * low) / 20, 0.0, 0.95);
}

template <class Make>
std::vector<ChartLine> fpir_lines(const std::vector<SearchStudy>& studies, Make make) {
  std::vector<ChartLine> out;
  for (const SearchStudy& study : studies) {
    ChartLine line{label_of(study.rates), {}, out.size(), false, true, true};
    for (const SearchPoint& p : study.rates.curve) line.points.push_back(make(p));
    out.push_back(std::move(line));
  }
  return out;
}

}  // namespace

std::string iet_svg(const std::vector<SearchStudy>& studies, const std::string& title) {
  Chart chart{title,
              "False negative identification rate over false positive identification rate; lower is better.",
              {"false positive identification rate (FPIR)"},
              {"false negative identification rate (FNIR)"},
              fpir_lines(studies, [](const SearchPoint& p) { return point_of(p.fpir.value(), p.fnir); }),
              limit_of(most_searches(studies)),
              limit_of(most_searches(studies))};
  chart.x.low = axis_below(1.0 / static_cast<double>(std::max<std::uint64_t>(10, most_searches(studies))));
  chart.y.low = axis_below(least_y(chart.lines));
  return chart_svg(chart);
}

std::string dir_svg(const std::vector<SearchStudy>& studies, const std::string& title) {
  Chart chart{title,
              "Share of enrolled people who are found first and above the threshold, over the FPIR; higher is better.",
              {"false positive identification rate (FPIR)"},
              {"detection and identification rate, rank 1", Scale::kRate},
              fpir_lines(studies, [](const SearchPoint& p) { return complement_of(p.fpir.value(), p.missed_first); }),
              limit_of(most_searches(studies)),
              {}};
  chart.x.low = axis_below(1.0 / static_cast<double>(std::max<std::uint64_t>(10, most_searches(studies))));
  chart.y.low = rate_floor(chart.lines);
  return chart_svg(chart);
}

std::string cmc_svg(const std::vector<SearchStudy>& studies, const std::string& title) {
  Chart chart{title,
              "Share of enrolled people who are among the first r candidates, whatever the threshold.",
              {"rank r", Scale::kLinear, 1, 20},
              {"mate among the first r", Scale::kRate},
              {},
              {},
              {}};
  for (const SearchStudy& study : studies) {
    ChartLine line{label_of(study.rates), {}, chart.lines.size(), false, true, false};
    for (const RankPoint& p : study.rates.ranks) {
      line.points.push_back({static_cast<double>(p.rank), p.hit.value(), p.hit.low, p.hit.high, false});
    }
    chart.lines.push_back(std::move(line));
  }
  chart.y.low = rate_floor(chart.lines);
  return chart_svg(chart);
}

std::string sizes_svg(const SearchStudy& study, const std::string& title) {
  Chart chart{title,
              "False positive identification rate over the size of the gallery: measured on sub-galleries, and as "
              "independent comparisons would give it.",
              {"references of other people in the gallery", Scale::kLog, 1, 10},
              {"false positive identification rate (FPIR)"},
              {},
              {},
              limit_of(study.rates.searches)};
  for (const SizeCurve& curve : study.sizes.curves) {
    const std::string at =
        "threshold " + (curve.db ? db_text(curve.db) + " dB" : "of FPIR " + percent(curve.target_fpir));
    ChartLine measured{"measured, " + at, {}, chart.lines.size() / 2, false, true, false};
    ChartLine formula{"1-(1-FMR)^N, " + at, {}, chart.lines.size() / 2, true, false, false};
    for (const SizePoint& p : curve.points) {
      const auto size = static_cast<double>(p.size);
      measured.points.push_back({size, p.fpir, p.low, p.high, false});
      formula.points.push_back({size, p.formula, p.formula, p.formula, false});
      chart.x.high = std::max(chart.x.high, size);
    }
    chart.lines.push_back(std::move(measured));
    chart.lines.push_back(std::move(formula));
  }
  chart.y.low = axis_below(std::max(1e-6, least_y(chart.lines)));
  return chart_svg(chart);
}

}  // namespace whorl::evaluation
