#include "server/http/accept.h"

#include <algorithm>
#include <optional>

#include "server/http/message.h"

namespace whorl::server {
namespace {

// The first part before a separator that stands in no quoted text; it is taken off, with the separator.
std::string_view taken(std::string_view& text, char separator) {
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size() && (quoted || text[i] != separator); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted && text[i] == '\\') ++i;
  }
  const std::string_view out = text.substr(0, std::min(i, text.size()));
  text.remove_prefix(std::min(i + 1, text.size()));
  return trimmed(out);
}

// "0.125" is 125: 0 or 1, and at most three digits behind a point.
std::optional<int> weight(std::string_view text) {
  constexpr std::size_t kDigits = 3;
  constexpr int kOne = 1000;
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return {};
  int out = text[0] == '1' ? kOne : 0;
  text.remove_prefix(1);
  if (text.empty()) return out;
  if (text[0] != '.' || text.size() > kDigits + 1) return {};
  int step = kOne;
  for (const char digit : text.substr(1)) {
    if (digit < '0' || digit > '9') return {};
    out += (step /= 10) * (digit - '0');
  }
  return out <= kOne ? std::optional(out) : std::nullopt;
}

struct Range {
  std::string_view type;
  bool has_parameters = false;
  int quality = 1000;
};

// Nothing of one that is not well formed. `item` is a range with what follows it.
std::optional<Range> range_of(std::string_view item) {
  Range out;
  out.type = taken(item, ';');
  while (!item.empty()) {
    const std::string_view parameter = taken(item, ';');
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) {
      if (parameter.empty()) continue;
      return {};
    }
    if (!same_ignoring_case(parameter.substr(0, equals), "q")) {
      out.has_parameters = true;
      continue;
    }
    const auto quality = weight(parameter.substr(equals + 1));
    if (!quality) return {};
    out.quality = *quality;
    break;  // what follows the weight is of no account
  }
  return out;
}

// How exactly the range names the type; nothing where it does not.
enum class Fit { kNot, kAll, kKind, kWithParameters, kItself };

Fit fit_of(const Range& range, std::string_view type) {
  if (range.type == "*/*") return Fit::kAll;
  if (same_ignoring_case(range.type, type)) return range.has_parameters ? Fit::kWithParameters : Fit::kItself;
  const std::size_t slash = type.find('/');
  const bool of_kind = range.type.ends_with("/*") &&
                       same_ignoring_case(range.type.substr(0, range.type.size() - 2), type.substr(0, slash));
  return of_kind ? Fit::kKind : Fit::kNot;
}

struct Found {
  Fit fit = Fit::kNot;
  int quality = 0;
};

Found found_in(std::string_view accept, std::string_view type) {
  Found out;
  while (!accept.empty()) {
    const auto range = range_of(taken(accept, ','));
    if (!range) continue;
    const Fit fit = fit_of(*range, type);
    if (fit == Fit::kNot || fit < out.fit) continue;
    out.quality = fit > out.fit ? range->quality : std::max(out.quality, range->quality);
    out.fit = fit;
  }
  return out;
}

bool is_named(Fit fit) { return fit == Fit::kItself || fit == Fit::kWithParameters; }

}  // namespace

int quality_of(std::string_view accept, std::string_view type) {
  constexpr int kWhole = 1000;
  return trimmed(accept).empty() ? kWhole : found_in(accept, type).quality;
}

bool prefers(std::string_view accept, std::string_view special, std::string_view usual) {
  const Found wanted = found_in(accept, special);
  if (wanted.quality == 0) return false;
  const int other = found_in(accept, usual).quality;
  return wanted.quality > other || (wanted.quality == other && is_named(wanted.fit));
}

}  // namespace whorl::server
