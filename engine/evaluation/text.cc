#include "engine/evaluation/text.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cstdio>

#include "base/text.h"
#include "engine/evaluation/report.h"

namespace whorl::evaluation {

std::string digits(double v) {
  constexpr int kDigits = 10;
  char text[32];
  std::string out(text, std::to_chars(text, text + sizeof text, v, std::chars_format::general, kDigits).ptr);
  if (out.find('e') == std::string::npos) return out;
  out = plain_number(v, kDigits);
  return out.ends_with(".0") ? out.substr(0, out.size() - 2) : out;
}

double rounded(double rate) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, rate, std::chars_format::general, 6).ptr;
  double out = rate;
  std::from_chars(text, end, out);
  return out;
}

std::string fixed_text(double v, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, v);
  return text;
}

std::string aligned(const std::vector<std::vector<std::string>>& rows, std::size_t first_right,
                    std::size_t last_right) {
  std::vector<std::size_t> width(rows.empty() ? 0 : rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) width[c] = std::max(width[c], row[c].size());
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const bool right = c >= first_right && c <= last_right;
      const std::string gap(width[c] - row[c].size(), ' ');
      line += (c == 0 ? "" : "  ") + (right ? gap + row[c] : row[c] + gap);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

boost::json::object rate_json(const Rate& rate) {
  boost::json::object out{
      {"errors", rate.errors}, {"trials", rate.trials}, {"low", rounded(rate.low)}, {"high", rounded(rate.high)}};
  if (rate.supported()) {
    out["value"] = rounded(rate.value());
  } else {
    out["value"] = nullptr;
    if (rate.trials > 0) out["below"] = rounded(std::min(1.0, 3.0 / static_cast<double>(rate.trials)));
  }
  return out;
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace whorl::evaluation
