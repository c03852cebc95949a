#include "engine/evaluation/run_json.h"

#include <cmath>
#include <initializer_list>
#include <string_view>

#include "engine/evaluation/workload.h"

namespace whorl::evaluation {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostTextBytes = 512;
constexpr std::size_t kMostItems = 64;
constexpr std::size_t kMostRanks = 20;
const json::object kNothing;

// A number, true or false, or a short text; else null.
json::value scalar(const json::object& from, std::string_view name) {
  const json::value* found = from.if_contains(name);
  if (found == nullptr) return nullptr;
  if (found->is_bool() || found->is_int64() || found->is_uint64()) return *found;
  if (found->is_double() && std::isfinite(found->get_double())) return *found;
  if (found->is_string() && found->get_string().size() <= kMostTextBytes) return *found;
  return nullptr;
}

json::object scalars(const json::object& from, std::initializer_list<std::string_view> names) {
  json::object out;
  for (const std::string_view name : names) out[name] = scalar(from, name);
  return out;
}

const json::object& object_in(const json::object& from, std::string_view name) {
  const json::value* found = from.if_contains(name);
  return found != nullptr && found->is_object() ? found->get_object() : kNothing;
}

json::object rate(const json::object& from, std::string_view name) {
  return scalars(object_in(from, name), {"errors", "trials", "low", "high", "value", "below"});
}

// Of the objects of an array at most so many, evenly chosen, the first and the last among them.
template <class Each>
json::array objects(const json::object& from, std::string_view name, std::size_t most, const Each& each) {
  json::array out;
  const json::value* found = from.if_contains(name);
  if (found == nullptr || !found->is_array()) return out;
  const json::array& all = found->get_array();
  const std::size_t count = std::min(all.size(), most);
  for (std::size_t i = 0; i < count; ++i) {
    const json::value& one = all[count < 2 ? 0 : i * (all.size() - 1) / (count - 1)];
    if (one.is_object()) out.push_back(each(one.get_object()));
  }
  return out;
}

template <class Each>
json::array first_objects(const json::object& from, std::string_view name, std::size_t most, const Each& each) {
  json::array out;
  const json::value* found = from.if_contains(name);
  if (found == nullptr || !found->is_array()) return out;
  for (const json::value& one : found->get_array()) {
    if (out.size() < most && one.is_object()) out.push_back(each(one.get_object()));
  }
  return out;
}

json::object with_rates(const json::object& from, std::initializer_list<std::string_view> plain,
                        std::initializer_list<std::string_view> rates) {
  json::object out = scalars(from, plain);
  for (const std::string_view name : rates) out[name] = rate(from, name);
  return out;
}

json::object set_out(const json::object& set) {
  json::object out = scalars(set, {"set", "protocol", "fingers", "genuine", "impostor"});
  out["fte"] = rate(set, "fte");
  out["eer"] = scalars(object_in(set, "eer"), {"low", "high", "value", "below", "interval"});
  out["operating_points"] = first_objects(set, "operating_points", kMostItems, [](const json::object& p) {
    return with_rates(p, {"target_fmr", "supported", "threshold_db"}, {"fmr", "fnmr"});
  });
  return out;
}

json::object study_out(const json::object& study, std::size_t most_points) {
  json::object out =
      scalars(study, {"set", "fingers", "persons", "references", "searches", "gallery_size", "interval"});
  out["points"] = first_objects(study, "points", kMostItems, [](const json::object& p) {
    return with_rates(p, {"target_fpir", "supported", "threshold_db"}, {"fpir", "fnir", "dir"});
  });
  out["curve"] = objects(study, "curve", most_points, [](const json::object& p) {
    return with_rates(p, {"threshold_db"}, {"fpir", "fnir", "dir"});
  });
  out["cmc"] =
      first_objects(study, "cmc", kMostRanks, [](const json::object& p) { return with_rates(p, {"rank"}, {"hit"}); });
  out["by_db"] = objects(study, "by_db", most_points, [](const json::object& p) {
    return with_rates(p, {"db"}, {"fmr", "fpir", "fnir"});
  });
  return out;
}

// Up to where a study's false matches were counted; null where it is not by decibels.
json::value supported_of(const json::object& rates, const json::object& study) {
  const json::value set = scalar(study, "set");
  const json::value fingers = scalar(study, "fingers");
  if (!set.is_string() || !fingers.is_int64()) return nullptr;
  const auto measured =
      measured_rates(rates, std::string_view(set.get_string()), static_cast<int>(fingers.get_int64()));
  return measured.ok() ? json::value(supported_db(*measured)) : json::value(nullptr);
}

}  // namespace

json::object run_provenance(const json::object& provenance) {
  json::object out = scalars(provenance, {"whorl", "command", "date", "seed"});
  out["data"] = first_objects(provenance, "data", kMostItems, [](const json::object& p) {
    return scalars(p, {"name", "sha256"});
  });
  out["calibration"] = scalars(object_in(provenance, "calibration"), {"name", "sha256"});
  out["models"] = scalars(object_in(provenance, "models"), {"extractor_version", "comparator_version", "network"});
  return out;
}

json::object run_figures(const json::object& rates, std::size_t most_points) {
  json::object out;
  out["provenance"] = run_provenance(object_in(rates, "provenance"));
  out["sets"] = first_objects(rates, "sets", kMostItems, set_out);
  out["det"] = first_objects(rates, "det", kMostItems, [&](const json::object& det) {
    json::object each = scalars(det, {"set"});
    each["points"] = objects(det, "points", most_points, [](const json::object& p) {
      return scalars(p, {"fmr", "fnmr", "low", "high", "threshold_db"});
    });
    return each;
  });
  out["searches"] = first_objects(rates, "searches", kMostItems, [&](const json::object& study) {
    json::object each = study_out(study, most_points);
    each["supported_db"] = supported_of(rates, study);
    return each;
  });
  out["calibration"] = first_objects(rates, "calibration", kMostItems, [&](const json::object& check) {
    json::object each = scalars(check, {"set", "impostors", "measured_db"});
    each["levels"] = objects(check, "levels", most_points, [](const json::object& p) {
      return with_rates(p, {"db", "claimed_fmr", "extrapolated", "verdict"}, {"observed"});
    });
    return each;
  });
  out["comparison"] = first_objects(rates, "comparison", kMostItems, [](const json::object& run) {
    json::object each = scalars(run, {"set", "pairs", "only_here"});
    each["figures"] = first_objects(run, "figures", kMostItems, [](const json::object& p) {
      return scalars(p, {"measure", "here", "other", "difference", "low", "high", "verdict"});
    });
    return each;
  });
  return out;
}

}  // namespace whorl::evaluation
