#include "server/http/router.h"

#include <boost/url/decode_view.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/pct_string_view.hpp>
#include <boost/url/url_view.hpp>
#include <optional>
#include <vector>

namespace whorl::server {
namespace {

namespace urls = boost::urls;

constexpr Route kRoutes[] = {
    {RouteId::kCreatePerson, "POST", "/v1/persons"},
    {RouteId::kDeletePerson, "DELETE", "/v1/persons/{personId}"},
    {RouteId::kReadEncounters, "GET", "/v1/persons/{personId}/encounters"},
    {RouteId::kCreateEncounter, "POST", "/v1/persons/{personId}/encounters"},
    {RouteId::kReadEncounter, "GET", "/v1/persons/{personId}/encounters/{encounterId}"},
    {RouteId::kCreateEncounterWithId, "POST", "/v1/persons/{personId}/encounters/{encounterId}"},
    {RouteId::kDeleteEncounter, "DELETE", "/v1/persons/{personId}/encounters/{encounterId}"},
    {RouteId::kIdentify, "POST", "/v1/identify/{galleryId}"},
    {RouteId::kVerify, "POST", "/v1/verify/{galleryId}/{personId}"},
    {RouteId::kGalleries, "GET", "/v1/galleries"},
    {RouteId::kLivez, "GET", "/livez"},
    {RouteId::kReadyz, "GET", "/readyz"},
    {RouteId::kMetrics, "GET", "/metrics"},
};

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

bool fits(std::string_view path, const std::vector<std::string>& segments, PathIds& ids) {
  const auto wanted = template_segments(path);
  if (wanted.size() != segments.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "{personId}") {
      ids.person_id = segments[i];
    } else if (wanted[i] == "{encounterId}") {
      ids.encounter_id = segments[i];
    } else if (wanted[i] == "{galleryId}") {
      ids.gallery_id = segments[i];
    } else if (wanted[i] != segments[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

RouteMatch match_route(std::string_view method, std::string_view target) {
  RouteMatch match;
  const auto segments = decoded_segments(target);
  if (!segments) return match;
  for (const Route& route : kRoutes) {
    PathIds ids;
    if (!fits(route.path, *segments, ids)) continue;
    if (route.method == method) return {&route, {}, std::move(ids)};
    match.allow += (match.allow.empty() ? "" : ", ") + std::string(route.method);
  }
  return match;
}

}  // namespace whorl::server
