#include "engine/evaluation/run_table.h"

#include <boost/json.hpp>
#include <string_view>

#include "base/json_text.h"
#include "engine/evaluation/report.h"

namespace whorl::evaluation {
namespace {

namespace json = boost::json;

std::string cell(const json::value* value) {
  if (value == nullptr || value->is_null() || value->is_structured()) return {};
  if (!value->is_string()) return json_text(*value);
  std::string text(value->get_string());
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) text.insert(0, "'");
  return csv_field(text);
}

std::string cell(const json::object& of, std::string_view name) { return cell(of.if_contains(name)); }

class Table {
 public:
  // `of`: what says set, fingers and threshold.
  void add(const json::object& set, const char* measure, const json::object& at, std::string_view at_name,
           const json::object& from, std::string_view rate_name) {
    const json::value* rate = from.if_contains(rate_name);
    if (rate == nullptr || !rate->is_object()) return;
    const json::object& r = rate->get_object();
    const std::string value = cell(r, "value");
    const std::string below = cell(r, "below");
    if (value.empty() && below.empty()) return;
    out_ += cell(set, "set") + "," + cell(set, "fingers") + "," + measure + "," + cell(at, at_name) + "," + value +
            "," + below + "," + cell(r, "low") + "," + cell(r, "high") + "," + cell(r, "errors") + "," +
            cell(r, "trials") + "," + cell(at, "threshold_db") + "\n";
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_ = "set,fingers,measure,at,value,below,low,high,errors,trials,threshold_db\n";
};

template <class Each>
void each_object(const json::object& of, std::string_view name, const Each& each) {
  const json::value* found = of.if_contains(name);
  if (found == nullptr || !found->is_array()) return;
  for (const json::value& one : found->get_array()) {
    if (one.is_object()) each(one.get_object());
  }
}

// The sample does not support it: there is no threshold, and no rate.
bool is_supported(const json::object& point) {
  const json::value* supported = point.if_contains("supported");
  return supported == nullptr || !supported->is_bool() || supported->get_bool();
}

}  // namespace

std::string run_table(const json::object& figures) {
  Table table;
  const json::object nothing;
  each_object(figures, "sets", [&](const json::object& set) {
    table.add(set, "EER", nothing, "", set, "eer");
    table.add(set, "FTE", nothing, "", set, "fte");
    each_object(set, "operating_points", [&](const json::object& point) {
      if (is_supported(point)) table.add(set, "FNMR at FMR", point, "target_fmr", point, "fnmr");
    });
  });
  each_object(figures, "searches", [&](const json::object& study) {
    each_object(study, "points", [&](const json::object& point) {
      if (!is_supported(point)) return;
      table.add(study, "FNIR at FPIR", point, "target_fpir", point, "fnir");
      table.add(study, "DIR at FPIR", point, "target_fpir", point, "dir");
    });
    each_object(study, "cmc",
                [&](const json::object& rank) { table.add(study, "CMC at rank", rank, "rank", rank, "hit"); });
  });
  return table.take();
}

}  // namespace whorl::evaluation
