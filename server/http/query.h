// The query parameters of one request: known names only, each once, typed and bounded.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace whorl::server {

class Query {
 public:
  // Reads the query of `target`. Every error is kInvalidInput and names the parameter: malformed
  // percent-encoding, a name not among `known` (a mistyped threshold must not be ignored), a name given
  // twice.
  static Result<Query> parse(std::string_view target, std::span<const std::string_view> known);

  [[nodiscard]] const std::string* find(std::string_view name) const;
  // Empty when absent; an error naming the parameter when it is not of the type or outside [low, high].
  [[nodiscard]] Result<std::optional<std::int64_t>> integer(std::string_view name, std::int64_t low,
                                                            std::int64_t high) const;
  [[nodiscard]] Result<std::optional<double>> number(std::string_view name, double low, double high) const;
  [[nodiscard]] Result<std::optional<bool>> boolean(std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

// What every OSIA route asks for: transactionId present, 1..256 bytes; no callback (answers are given at
// once); priority, when given, 0..9.
Status check_common_query(const Query& query);

}  // namespace whorl::server
