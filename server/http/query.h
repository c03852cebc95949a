// The query parameters of one request: those that its route declares, each once, of its type and within its bounds.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "server/http/route.h"

namespace whorl::server {

using QueryValue = std::variant<std::string, std::int64_t, double, bool>;

class Query {
 public:
  // Reads the query of `target` by what the route declares. Every error is kInvalidInput and names the parameter:
  // malformed percent-encoding, a name that is not declared (a mistyped threshold must not be ignored), a name given
  // twice, a value of another type or out of bounds, a required one that is missing.
  static Result<Query> parse(std::string_view target, std::span<const Parameter> declared);

  // Empty when absent. Precondition: the parameter is declared of this type; otherwise throws.
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;  // of TextValue, OneOfValue
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;
  [[nodiscard]] std::optional<double> number(std::string_view name) const;
  [[nodiscard]] std::optional<bool> boolean(std::string_view name) const;

 private:
  Status add(std::string_view pair, std::span<const Parameter> declared);
  template <class T>
  std::optional<T> get(std::string_view name) const;
  std::map<std::string_view, QueryValue> values_;  // names point into the table of routes
};

}  // namespace whorl::server
