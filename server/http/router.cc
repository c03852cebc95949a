#include "server/http/router.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "server/http/target.h"

namespace whorl::server {
namespace {

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
  const auto segments = path_segments(target);
  match.malformed = !segments;
  if (!segments) return match;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Route& route : rows_) {
    auto values = values_of(route.path, *segments);
    if (!values) continue;
    if (route.method == wanted) return {&route, false, {}, std::move(*values)};
    match.allow += (match.allow.empty() ? "" : ", ") + std::string(route.method == "GET" ? "GET, HEAD" : route.method);
  }
  return match;
}

}  // namespace whorl::server
