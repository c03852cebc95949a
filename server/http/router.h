// Which route a request names. The templates of the table are the only paths that logs and metrics ever show.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/route.h"

namespace whorl::server {

struct RouteMatch {
  const Route* route = nullptr;  // null: no such path, or (allow not empty) no such method on it
  bool malformed = false;        // the path is none
  std::string allow;             // the methods that the path has, for a 405
  PathValues path;
  // What metrics and logs call it; "other" for an unknown path.
  [[nodiscard]] std::string_view label() const { return route != nullptr ? route->path : "other"; }
};

// Immutable once made; thread-safe.
class RouteTable {
 public:
  // The rows of several resources, in order: the first that fits answers. The rows live as long as the program.
  RouteTable(std::initializer_list<std::span<const Route>> resources);

  [[nodiscard]] std::span<const Route> rows() const { return rows_; }
  // `target` in origin form: "/v1/persons?transactionId=1". HEAD is answered by the row of GET. Cost O(rows).
  [[nodiscard]] RouteMatch match(std::string_view method, std::string_view target) const;

 private:
  std::vector<Route> rows_;
};

}  // namespace whorl::server
