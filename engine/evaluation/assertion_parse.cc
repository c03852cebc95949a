#include <charconv>
#include <cmath>
#include <optional>

#include "base/catalogue.h"
#include "engine/evaluation/assertion.h"

namespace whorl::evaluation {
namespace {

constexpr std::size_t kMaxBytes = 200;

Error malformed(const std::string& detail) { return failure(ErrorCode::kAssertionMalformed, with<"detail">(detail)); }

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

struct Known {
  std::string_view measure;
  std::string_view key;  // of its number; empty: it has none
  double least;
  double most;
};
constexpr Known kKnown[] = {{"eer", "", 0, 0},           {"fte", "", 0, 0},          {"fnmr", "fmr", 1e-9, 0.5},
                            {"fnir", "fpir", 1e-9, 0.5}, {"dir", "fpir", 1e-9, 0.5}, {"cmc", "rank", 1, 20}};

// Reads "fpir=0.01" or "fingers=2".
Status read_part(std::string_view part, const Known& known, bool& has_at, Assertion& out) {
  const std::size_t equals = part.find('=');
  const std::optional<double> value = equals == std::string_view::npos ? std::nullopt : number(part.substr(equals + 1));
  if (!value) return malformed("\"" + std::string(part) + "\" has no number");
  const std::string_view key = part.substr(0, equals);
  if (key == "fingers" && (known.key == "fpir" || known.key == "rank")) {
    if (*value < 1 || *value > 10 || *value != std::floor(*value)) return malformed("fingers are 1 to 10");
    out.fingers = static_cast<int>(*value);
    return {};
  }
  if (key != known.key || known.key.empty()) return malformed("\"" + std::string(key) + "\" does not go with it");
  if (*value < known.least || *value > known.most) return malformed(std::string(key) + " is out of range");
  if (key == "rank" && *value != std::floor(*value)) return malformed("a rank is a whole number");
  out.at = *value;
  has_at = true;
  return {};
}

Status read_measure(std::string_view text, Assertion& out) {
  const std::size_t sign = text.find('@');
  const std::string_view name = text.substr(0, sign);
  for (const Known& known : kKnown) {
    if (known.measure != name) continue;
    bool has_at = known.key.empty();
    std::string_view rest = sign == std::string_view::npos ? std::string_view() : text.substr(sign + 1);
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      WHORL_TRY(read_part(rest.substr(0, comma), known, has_at, out));
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
    if (!has_at) return malformed(std::string(name) + " needs @" + std::string(known.key) + "=NUMBER");
    out.measure = std::string(name) + (known.key.empty() ? "" : "@" + std::string(known.key));
    return {};
  }
  return malformed("there is no measure \"" + std::string(name.substr(0, 40)) +
                   "\"; there are eer, fte, fnmr@fmr, fnir@fpir, dir@fpir and cmc@rank");
}

}  // namespace

Result<Assertion> parse_assertion(std::string_view text) {
  if (text.size() > kMaxBytes) return malformed("it is too long");
  std::string plain;
  for (const char c : text) {
    if (c < 0x20 || c > 0x7e) return malformed("it has other characters than ASCII");
    if (c != ' ') plain += c;
  }
  const std::size_t less = plain.find("<=");
  const std::size_t more = plain.find(">=");
  const std::size_t sign = std::min(less, more);
  if (sign == std::string::npos) return malformed("there is no <= or >=");
  Assertion out;
  out.text = plain;
  out.at_most = sign == less;
  const std::optional<double> limit = number(std::string_view(plain).substr(sign + 2));
  if (!limit || *limit < 0 || *limit > 1) return malformed("the limit is a share from 0 to 1");
  out.limit = *limit;
  WHORL_TRY(read_measure(std::string_view(plain).substr(0, sign), out));
  return out;
}

}  // namespace whorl::evaluation
