#include <boost/json.hpp>
#include <cmath>

#include "base/text.h"
#include "cli/papers/sources.h"
#include "engine/calibration.h"
#include "engine/evaluation/intervals.h"

namespace whorl::cli::papers {
namespace {

namespace json = boost::json;
using Rows = std::vector<std::vector<std::string>>;

const json::value* member(const json::value& of, std::string_view name) {
  const json::object* object = of.if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}

std::span<const json::value> list(const json::value& of, std::string_view name) {
  const json::value* found = member(of, name);
  const json::array* array = found == nullptr ? nullptr : found->if_array();
  return array == nullptr ? std::span<const json::value>() : std::span(array->data(), array->size());
}

std::string text(const json::value& of, std::string_view name) {
  const json::value* found = member(of, name);
  const json::string* string = found == nullptr ? nullptr : found->if_string();
  return string == nullptr ? "?" : escaped(std::string_view(*string).substr(0, kMostFactBytes));
}

std::optional<double> number(const json::value& of, std::string_view name) {
  const json::value* found = member(of, name);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  const auto value = found->to_number<double>();
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::string count(const json::value& of, std::string_view name) {
  const auto value = number(of, name);
  return value && *value >= 0 ? fixed(*value, 0) : "?";
}

// "0.40 % [0.10, 1.02], 4 of 1000".
std::string rate(const json::value& of, std::string_view name) {
  const json::value* found = member(of, name);
  if (found == nullptr) return "?";
  const auto errors = number(*found, "errors");
  const auto trials = number(*found, "trials");
  if (!errors || !trials || *errors < 0 || *trials < *errors || *trials > 1e15) return "?";
  const auto counted = evaluation::rate_of(static_cast<std::uint64_t>(*errors), static_cast<std::uint64_t>(*trials));
  return escaped(counted.text() + ", " + count(*found, "errors") + " of " + count(*found, "trials"));
}

std::string percent(const json::value& of, std::string_view name) {
  const auto value = number(of, name);
  return value ? evaluation::percent(*value) : "?";
}

bool supported(const json::value& point) {
  const json::value* found = member(point, "supported");
  return found != nullptr && found->is_bool() && found->as_bool();
}

std::string comparisons(const json::value& root) {
  Rows rows{{"set", "mated pairs", "non-mated pairs", "FMR at most", "FMR", "FNMR"}};
  for (const json::value& set : list(root, "sets")) {
    for (const json::value& point : list(set, "operating_points")) {
      if (!supported(point)) continue;
      rows.push_back({text(set, "set"), count(set, "genuine"), count(set, "impostor"), percent(point, "target_fmr"),
                      rate(point, "fmr"), rate(point, "fnmr")});
    }
  }
  return rows.size() > 1 ? "Comparisons of two captures:\n\n" + table_text(rows) : std::string();
}

std::string searches(const json::value& root) {
  Rows rows{{"set", "fingers", "searches", "people searched among", "FPIR at most", "FPIR", "FNIR"}};
  for (const json::value& study : list(root, "searches")) {
    for (const json::value& point : list(study, "points")) {
      if (!supported(point)) continue;
      rows.push_back({text(study, "set"), count(study, "fingers"), count(study, "searches"),
                      count(study, "gallery_size"), percent(point, "target_fpir"), rate(point, "fpir"),
                      rate(point, "fnir")});
    }
  }
  return rows.size() > 1 ? "Searches:\n\n" + table_text(rows) : std::string();
}

std::string groups(const json::value& root) {
  Rows rows{{"by", "group", "samples", "no template", "FNMR", "FMR"}};
  for (const json::value& study : list(root, "groups")) {
    for (const json::value& group : list(study, "groups")) {
      rows.push_back({text(study, "column"), text(group, "group"), count(group, "samples"), rate(group, "fte"),
                      rate(group, "fnmr"), rate(group, "fmr")});
    }
  }
  return rows.size() > 1 ? "By groups of people:\n\n" + table_text(rows) : std::string();
}

Status add_rates(const json::value& root, Facts& facts) {
  std::string all;
  for (const std::string& part : {comparisons(root), searches(root), groups(root)}) {
    if (!part.empty()) all += (all.empty() ? "" : "\n\n") + part;
  }
  if (all.empty()) return invalid_input("holds no error rate that its sample supports", "measured");
  std::vector<std::string> sets;
  for (const json::value& set : list(root, "sets")) sets.push_back(text(set, "set"));
  facts["measured.source"] = "whorl evaluate on " + (sets.empty() ? "searches alone" : joined(sets)) +
                             "; intervals of 95 % (Clopper and Pearson)";
  facts["measured.rates"] = all;
  return {};
}

Status add_calibration(const engine::Calibration& calibration, Facts& facts) {
  facts["measured.source"] = "a calibration of extractor " + std::to_string(calibration.extractor_version()) +
                             ", comparator " + std::to_string(calibration.comparator_version()) + ", from " +
                             std::to_string(calibration.non_mated()) + " comparisons of different people and " +
                             std::to_string(calibration.mated()) + " of one: " + escaped(calibration.source());
  Rows rows{{"decibels", "two different people are taken for one", "one person is missed", ""}};
  for (double db = 0; db <= calibration.max_db(); db += 10) {
    const auto row = static_cast<std::size_t>(db / 5);
    const auto& misses = calibration.misses();
    rows.push_back({fixed(db, 0), "1 in " + fixed(std::pow(10.0, db / 10), 0),
                    row < misses.size() ? evaluation::percent(misses[row].fnmr) : "not measured",
                    db > calibration.measured_db() ? "extrapolated" : "counted"});
  }
  facts["measured.rates"] = "Comparisons of two captures:\n\n" + table_text(rows);
  return {};
}

}  // namespace

Status add_measured_facts(std::string_view text, Facts& facts) {
  boost::system::error_code error;
  const json::value root = json::parse(text, error);
  if (error || !root.is_object()) {
    return invalid_input("is neither a calibration of whorl calibrate nor rates.json of whorl evaluate", "measured");
  }
  if (member(root, "format") == nullptr) return add_rates(root, facts);
  WHORL_ASSIGN(const engine::Calibration calibration, engine::Calibration::parse(text));
  return add_calibration(calibration, facts);
}

}  // namespace whorl::cli::papers
