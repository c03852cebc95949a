#include "server/http/target.h"

#include <algorithm>

#include "server/http/message.h"

namespace whorl::server {
namespace {

constexpr std::string_view kSegmentMarks = "-._~!$&'()*+,;=:@";
constexpr std::string_view kQueryMarks = "-._~!$&'()*+,;=:@/?";

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

// `marks`: what may stand unescaped beside letters and digits.
std::optional<std::string> decoded(std::string_view text, std::string_view marks) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      if (!is_alphanumeric(text[i]) && marks.find(text[i]) == std::string_view::npos) return std::nullopt;
      out += text[i];
      continue;
    }
    const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
    if (!high || !low) return std::nullopt;
    out += static_cast<char>(*high << 4 | *low);
    i += 2;
  }
  return out;
}

}  // namespace

std::optional<Target> read_target(std::string_view target) {
  if (target.starts_with('/')) return Target{std::string(target), std::nullopt};
  const auto colon = target.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = target.substr(0, colon);
  if (!same_ignoring_case(scheme, "http") && !same_ignoring_case(scheme, "https")) return std::nullopt;
  target.remove_prefix(colon + 3);
  const auto end = std::min(target.find_first_of("/?"), target.size());
  const std::string rest(target.substr(end));
  return Target{rest.starts_with('/') ? rest : "/" + rest, std::string(target.substr(0, end))};
}

std::optional<std::vector<std::string>> path_segments(std::string_view target) {
  std::string_view path = target.substr(0, target.find('?'));
  if (!path.starts_with('/')) return std::nullopt;
  std::vector<std::string> out;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    auto segment = decoded(path.substr(0, end), kSegmentMarks);
    if (!segment) return std::nullopt;
    out.push_back(std::move(*segment));
    path.remove_prefix(end);
  }
  return out;
}

std::string_view query_text(std::string_view target) {
  const auto mark = target.find('?');
  return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

std::string without_parameter(std::string_view target, std::string_view name) {
  const auto mark = std::min(target.find('?'), target.size());
  std::string out(target.substr(0, mark));
  char before = '?';
  for (std::string_view rest = query_text(target); !rest.empty();) {
    const auto end = std::min(rest.find('&'), rest.size());
    const std::string_view each = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (decoded_query_text(each.substr(0, each.find('='))) == name) continue;
    (out += before) += each;
    before = '&';
  }
  return out;
}

std::optional<std::string> decoded_query_text(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return decoded(spaced, std::string(kQueryMarks) + " ");
}

}  // namespace whorl::server
