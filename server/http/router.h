// Which route a request names. Routes are a fixed table; their templates are the only paths that logs and
// metrics ever show.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace whorl::server {

enum class RouteId {
  kCreatePerson,
  kCreateEncounter,
  kCreateEncounterWithId,
  kReadEncounters,
  kReadEncounter,
  kDeleteEncounter,
  kDeletePerson,
  kIdentify,
  kVerify,
  kGalleries,
  kLivez,
  kReadyz,
  kMetrics,
};

struct Route {
  RouteId id;
  std::string_view method;
  std::string_view path;  // template: "/v1/persons/{personId}"
};

std::span<const Route> routes();

// The values of the template's braces, percent-decoded; empty where the template has none.
struct PathIds {
  std::string person_id;
  std::string encounter_id;
  std::string gallery_id;
};

struct RouteMatch {
  const Route* route = nullptr;  // null: no such path, or (allow not empty) no such method on it
  std::string allow;             // the methods that the path has, for a 405
  PathIds ids;
  // What metrics and logs call it; "other" for an unknown path.
  [[nodiscard]] std::string_view label() const { return route != nullptr ? route->path : "other"; }
};

// Thread-safe, pure; cost O(routes).
RouteMatch match_route(std::string_view method, std::string_view target);

}  // namespace whorl::server
