#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "base/catalogue.h"
#include "engine/evaluation/text.h"
#include "engine/evaluation/workload.h"

namespace whorl::evaluation {
namespace {
namespace json = boost::json;

constexpr std::size_t kMaxBytes = std::size_t{64} << 20;
constexpr std::size_t kMaxLevels = 1000;
constexpr const char* kNotOurs = "it is not the JSON that whorl evaluate writes";

Error unusable(const std::string& detail) { return failure(ErrorCode::kReportUnusable, with<"detail">(detail)); }

std::optional<double> number_at(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  return found->to_number<double>();
}

std::optional<Rate> rate_at(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  if (found == nullptr || !found->is_object()) return std::nullopt;
  const auto errors = number_at(found->as_object(), "errors");
  const auto trials = number_at(found->as_object(), "trials");
  constexpr double kMost = 1e15;
  if (!errors || !trials || *errors < 0 || *trials < 1 || *errors > *trials || *trials > kMost) return std::nullopt;
  Rate out = rate_of(static_cast<std::uint64_t>(*errors), static_cast<std::uint64_t>(*trials));
  // The file's interval knows which searches are of one person.
  if (const auto low = number_at(found->as_object(), "low"); low && *low >= 0) out.low = std::min(out.low, *low);
  if (const auto high = number_at(found->as_object(), "high"); high && *high <= 1) out.high = std::max(out.high, *high);
  return out;
}

Result<MeasuredRates> read_study(const json::object& study) {
  MeasuredRates out;
  out.set = study.at("set").as_string();
  out.fingers = static_cast<int>(study.at("fingers").as_int64());
  const json::value* levels = study.if_contains("by_db");
  if (levels == nullptr || !levels->is_array() || levels->as_array().empty()) {
    return unusable("the searches of " + out.set + " are not by decibels");
  }
  if (levels->as_array().size() > kMaxLevels) return unusable("there are too many levels of decibels");
  for (const json::value& level : levels->as_array()) {
    if (!level.is_object()) return unusable("a level of decibels is no object");
    const auto db = number_at(level.as_object(), "db");
    const auto fnir = rate_at(level.as_object(), "fnir");
    const auto fmr = rate_at(level.as_object(), "fmr");
    if (!db || !fnir || !fmr || !(*db >= 0) || *db > 1000) return unusable("a level of decibels lacks its rates");
    if (!out.levels.empty() && *db <= out.levels.back().db) return unusable("the levels of decibels do not rise");
    out.levels.push_back({*db, *fnir, *fmr});
  }
  return out;
}

bool is_study(const json::value& value) {
  if (!value.is_object()) return false;
  const json::value* set = value.as_object().if_contains("set");
  const json::value* fingers = value.as_object().if_contains("fingers");
  return set != nullptr && set->is_string() && fingers != nullptr && fingers->is_int64() && fingers->as_int64() > 0 &&
         fingers->as_int64() <= 10;
}

// "about 12", "0.034": three digits at most.
std::string amount(double v) {
  if (v == 0) return "0";
  const int decimals = std::clamp(2 - static_cast<int>(std::floor(std::log10(std::abs(v)))), 0, 8);
  return fixed_text(v, decimals);
}

std::string one_in(double rate) { return rate > 0 ? "1 in " + amount(1 / rate) : "none"; }

}  // namespace

Result<MeasuredRates> measured_rates(std::string_view text, std::string_view set, int fingers) {
  if (text.size() > kMaxBytes) return unusable("it is longer than 64 MiB");
  boost::system::error_code error;
  const json::value root = json::parse(text, error);
  if (error) return unusable(kNotOurs);
  return measured_rates(root, set, fingers);
}

Result<MeasuredRates> measured_rates(const json::value& root, std::string_view set, int fingers) {
  if (!root.is_object()) return unusable(kNotOurs);
  const json::value* searches = root.as_object().if_contains("searches");
  if (searches == nullptr || !searches->is_array())
    return unusable("it has no \"searches\"; whorl evaluate writes them");
  const json::object* found = nullptr;
  for (const json::value& study : searches->as_array()) {
    if (!is_study(study)) return unusable("its searches lack their set or fingers");
    const json::object& one = study.as_object();
    if (one.at("fingers").as_int64() != fingers || (!set.empty() && one.at("set").as_string() != set)) continue;
    if (found != nullptr && set.empty()) return unusable("it has several sets; name one with --set");
    found = &one;
  }
  if (found == nullptr) return unusable("it has no searches of " + std::to_string(fingers) + " fingers of this set");
  return read_study(*found);
}

std::string day_text(const Workload& w, const MeasuredRates& rates, const Day& day) {
  const std::string from = rates.set.empty() ? "the numbers given"
                                             : rates.set + ", " + std::to_string(rates.fingers) +
                                                   (rates.fingers == 1 ? " finger" : " fingers");
  std::string out = "At " + fixed_text(day.threshold_db) + " dB, review from " +
                    fixed_text(std::max(0.0, day.threshold_db - w.review_band_db)) + " dB, with the rates of " + from +
                    "; " + std::to_string(w.records) + " records in each of " + std::to_string(w.galleries) +
                    (w.galleries == 1 ? " gallery, " : " galleries, ") + amount(w.searches) + " searches a day, " +
                    percent(w.known) + " of them for people who are enrolled. Predicted, a day:\n";
  out += "  false answers  " + amount(day.false_answers) + "  (FPIR " + percent(day.fpir) + ", a comparison " +
         one_in(day.fmr) + ")\n";
  out += "  reviews        " + amount(day.reviews) + "\n";
  out += "  misses         " + amount(day.misses) + "  (95 %: " + amount(day.misses_low) + " to " +
         amount(day.misses_high) + ")\n";
  if (day.fmr_counted)
    out += "More non-mated comparisons reached this than its decibels claim; the counted rate is used.\n";
  if (rates.set.empty()) {
    out += "No comparisons were given: the decibels are taken at their word.\n";
  } else if (day.extrapolated) {
    out += "Extrapolated: too few comparisons were made to count false matches at this threshold; " +
           fixed_text(std::ceil(day.comparisons_needed), 0) + " non-mated comparisons would be needed.\n";
  }
  return out;
}

json::object day_json(const Workload& w, const MeasuredRates& rates, const Day& day) {
  return {{"set", rates.set},
          {"fingers", rates.fingers},
          {"records", w.records},
          {"galleries", w.galleries},
          {"searches_per_day", w.searches},
          {"known", w.known},
          {"review_band_db", w.review_band_db},
          {"threshold_db", day.threshold_db},
          {"fmr", day.fmr},
          {"fmr_counted", day.fmr_counted},
          {"fpir", day.fpir},
          {"false_answers_per_day", day.false_answers},
          {"reviews_per_day", day.reviews},
          {"misses_per_day", day.misses},
          {"misses_per_day_low", day.misses_low},
          {"misses_per_day_high", day.misses_high},
          {"extrapolated", day.extrapolated},
          {"comparisons_needed", std::ceil(day.comparisons_needed)}};
}

}  // namespace whorl::evaluation
