#include "server/http/router.h"

#include <algorithm>
#include <boost/url/decode_view.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <optional>
#include <stdexcept>

namespace whorl::server {
namespace {

namespace urls = boost::urls;

// The segments after the leading slash, percent-decoded; empty when the target is malformed.
std::optional<std::vector<std::string>> decoded_segments(std::string_view target) {
  const auto url = urls::parse_origin_form(target);
  if (!url) return std::nullopt;
  std::vector<std::string> out;
  for (const auto segment : url->encoded_segments()) {
    const urls::decode_view decoded(segment);
    out.emplace_back(decoded.begin(), decoded.end());
  }
  return out;
}

std::vector<std::string_view> template_segments(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    out.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return out;
}

// The values of the template's braces; empty when the path is another.
std::optional<PathValues> values_of(std::string_view path, const std::vector<std::string>& segments) {
  const auto wanted = template_segments(path);
  if (wanted.size() != segments.size()) return std::nullopt;
  std::vector<std::pair<std::string_view, std::string>> out;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      out.emplace_back(wanted[i].substr(1, wanted[i].size() - 2), segments[i]);
    } else if (wanted[i] != segments[i]) {
      return std::nullopt;
    }
  }
  return PathValues(std::move(out));
}

}  // namespace

const std::string& PathValues::at(std::string_view name) const {
  const auto found =
      std::find_if(values_.begin(), values_.end(), [&](const auto& value) { return value.first == name; });
  if (found == values_.end()) throw std::out_of_range("the path has no {" + std::string(name) + "}");
  return found->second;
}

RouteTable::RouteTable(std::initializer_list<std::span<const Route>> resources) {
  for (const auto rows : resources) rows_.insert(rows_.end(), rows.begin(), rows.end());
}

RouteMatch RouteTable::match(std::string_view method, std::string_view target) const {
  RouteMatch match;
  const auto segments = decoded_segments(target);
  if (!segments) return match;
  for (const Route& route : rows_) {
    auto values = values_of(route.path, *segments);
    if (!values) continue;
    if (route.method == method) return {&route, {}, std::move(*values)};
    match.allow += (match.allow.empty() ? "" : ", ") + std::string(route.method);
  }
  return match;
}

}  // namespace whorl::server
