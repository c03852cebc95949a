// The calibration file: docs/calibration.md.
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>

#include "base/catalogue.h"
#include "base/text.h"
#include "engine/calibration.h"

namespace whorl::engine {
namespace {
namespace json = boost::json;

constexpr std::string_view kFormat = "whorl-calibration";
constexpr std::int64_t kFormatVersion = 1;
constexpr std::size_t kMaxMisses = 256;
constexpr double kMaxDb = 1000.0;
constexpr double kMaxScore = 1e12;

// Nine significant digits, never with an exponent.
std::string digits(double v) {
  char text[32];
  std::string out(text, std::to_chars(text, text + sizeof text, v, std::chars_format::general, 9).ptr);
  return out.find('e') == std::string::npos ? out : plain_number(v, 9);
}

double canonical(double v) {
  const std::string text = digits(v);
  double out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

// One object of the file, read field by field; every failure names its field.
class Fields {
 public:
  explicit Fields(const json::object& object) : object_(object) {}

  Result<const json::value*> get(std::string_view name) const {
    const json::value* v = object_.if_contains(name);
    if (v == nullptr) return invalid_input("is missing from the calibration", std::string(name));
    return v;
  }

  Result<std::string> text(std::string_view name, std::size_t max) const {
    WHORL_ASSIGN(const json::value* v, get(name));
    if (!v->is_string() || v->get_string().size() > max) {
      return invalid_input("must be a text of at most " + std::to_string(max) + " bytes", std::string(name));
    }
    return std::string(v->get_string());
  }

  Result<std::int64_t> whole(std::string_view name, std::int64_t min) const {
    WHORL_ASSIGN(const json::value* v, get(name));
    if (!v->is_int64() || v->get_int64() < min) {
      return invalid_input("must be a whole number of at least " + std::to_string(min), std::string(name));
    }
    return v->get_int64();
  }

  Result<double> number(std::string_view name, double min, double max) const {
    WHORL_ASSIGN(const json::value* v, get(name));
    return number_of(*v, std::string(name), min, max);
  }

  // An array of [number, number].
  Result<std::vector<std::pair<double, double>>> points(std::string_view name, std::size_t max) const {
    WHORL_ASSIGN(const json::value* v, get(name));
    if (!v->is_array() || v->get_array().size() > max) {
      return invalid_input("must be a list of at most " + std::to_string(max) + " pairs", std::string(name));
    }
    std::vector<std::pair<double, double>> out;
    for (const json::value& item : v->get_array()) {
      const std::string field = std::string(name) + "[" + std::to_string(out.size()) + "]";
      if (!item.is_array() || item.get_array().size() != 2) return invalid_input("must be two numbers", field);
      WHORL_ASSIGN(const double x, number_of(item.get_array()[0], field, -kMaxScore, kMaxScore));
      WHORL_ASSIGN(const double y, number_of(item.get_array()[1], field, 0, kMaxDb));
      out.emplace_back(x, y);
    }
    return out;
  }

 private:
  static Result<double> number_of(const json::value& v, const std::string& field, double min, double max) {
    json::error_code failed;
    const double number = v.to_number<double>(failed);
    if (failed || !std::isfinite(number) || number < min || number > max) {
      return invalid_input("must be a number from " + digits(min) + " to " + digits(max), field);
    }
    return canonical(number);
  }

  const json::object& object_;
};

Status check_knots(const std::vector<Calibration::Knot>& knots, double measured_db, double max_db) {
  if (knots.empty()) return invalid_input("must hold at least one pair", "knots");
  if (knots.front().db != 0) return invalid_input("must begin at 0 dB", "knots[0]");
  for (std::size_t i = 1; i < knots.size(); ++i) {
    if (knots[i].score > knots[i - 1].score && knots[i].db >= knots[i - 1].db) continue;
    return invalid_input("scores must rise and dB must not fall", "knots[" + std::to_string(i) + "]");
  }
  if (knots.back().db != max_db) return invalid_input("must be the last knot's dB", "max_db");
  if (measured_db > max_db) return invalid_input("must be at most max_db", "measured_db");
  return {};
}

template <class T>
std::string pairs_text(const std::vector<T>& items, double T::*x, double T::*y) {
  std::string out = "[";
  for (std::size_t i = 0; i < items.size(); ++i) {
    out += i == 0 ? "\n    [" : ",\n    [";
    out += digits(items[i].*x) + ", " + digits(items[i].*y) + "]";
  }
  return out + (items.empty() ? "]" : "\n  ]");
}

}  // namespace

std::string Calibration::to_json() const {
  std::string out = "{\n";
  const auto line = [&](std::string_view name, const std::string& value, bool last = false) {
    out += "  \"" + std::string(name) + "\": " + value + (last ? "\n" : ",\n");
  };
  line("format", json::serialize(json::value(kFormat)));
  line("version", std::to_string(kFormatVersion));
  line("extractor_version", std::to_string(origin_.extractor_version));
  line("comparator_version", std::to_string(origin_.comparator_version));
  if (!origin_.network.empty()) line("network", json::serialize(json::value(origin_.network)));
  line("source", json::serialize(json::value(source_)));
  line("impostors", std::to_string(non_mated_));
  line("genuines", std::to_string(mated_));
  line("measured_db", digits(measured_db_));
  line("max_db", digits(max_db_));
  line("knots", pairs_text(knots_, &Knot::score, &Knot::db));
  line("fnmr_by_db", pairs_text(misses_, &Miss::db, &Miss::fnmr), true);
  return out + "}\n";
}

Result<Calibration> Calibration::parse(std::string_view text) {
  return coded(ErrorCode::kCalibrationMalformed, read(text));
}

Result<Calibration> Calibration::read(std::string_view text) {
  if (text.size() > kMaxJsonBytes) return invalid_input("the calibration file is larger than 1 MiB");
  json::error_code failed;
  json::parse_options options;
  options.max_depth = 4;
  const json::value root = json::parse(text, failed, {}, options);
  if (failed) return invalid_input("the calibration is not JSON: " + failed.message());
  if (!root.is_object()) return invalid_input("the calibration must be a JSON object");
  const Fields fields(root.get_object());
  WHORL_ASSIGN(const std::string format, fields.text("format", 64));
  if (format != kFormat) return invalid_input("must be \"" + std::string(kFormat) + "\"", "format");
  WHORL_ASSIGN(const std::int64_t version, fields.whole("version", 1));
  if (version != kFormatVersion) {
    return invalid_input("this build reads version " + std::to_string(kFormatVersion) + " only", "version");
  }
  Calibration out;
  WHORL_ASSIGN(const std::int64_t extractor, fields.whole("extractor_version", 1));
  WHORL_ASSIGN(const std::int64_t comparator, fields.whole("comparator_version", 1));
  if (extractor > 1'000'000) return invalid_input("is implausible", "extractor_version");
  if (comparator > 1'000'000) return invalid_input("is implausible", "comparator_version");
  out.origin_ = {static_cast<int>(extractor), static_cast<int>(comparator), ""};
  if (root.get_object().contains("network")) {
    WHORL_ASSIGN(out.origin_.network, fields.text("network", kMaxNetworkBytes));
    if (out.origin_.network.empty()) return invalid_input("may be absent, but not empty", "network");
  }
  WHORL_ASSIGN(out.source_, fields.text("source", kMaxSourceBytes));
  WHORL_ASSIGN(const std::int64_t non_mated, fields.whole("impostors", static_cast<std::int64_t>(kMinNonMated)));
  WHORL_ASSIGN(const std::int64_t mated, fields.whole("genuines", 0));
  out.non_mated_ = static_cast<std::uint64_t>(non_mated);
  out.mated_ = static_cast<std::uint64_t>(mated);
  WHORL_ASSIGN(out.measured_db_, fields.number("measured_db", 0, kMaxDb));
  WHORL_ASSIGN(out.max_db_, fields.number("max_db", 0, kMaxDb));
  WHORL_ASSIGN(const auto knots, fields.points("knots", kMaxKnots));
  for (const auto& [score, db] : knots) out.knots_.push_back({score, db});
  WHORL_TRY(check_knots(out.knots_, out.measured_db_, out.max_db_));
  WHORL_ASSIGN(const auto misses, fields.points("fnmr_by_db", kMaxMisses));
  for (const auto& [db, fnmr] : misses) {
    if (fnmr > 1) return invalid_input("a rate must be at most 1", "fnmr_by_db");
    out.misses_.push_back({db, fnmr});
  }
  return out;
}

}  // namespace whorl::engine
