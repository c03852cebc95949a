// The compact form of JWS and JWE, and their headers. Private to crypto/jose.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/jose/jws.h"
#include "crypto/jose/strict_json.h"

namespace whorl::crypto {

// Exactly `n` parts with n - 1 points between them.
template <std::size_t n>
std::optional<std::array<std::string_view, n>> parts_of(std::string_view compact) {
  std::array<std::string_view, n> out;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t point = compact.find('.');
    if ((point == std::string_view::npos) != (i + 1 == n)) return std::nullopt;
    out[i] = compact.substr(0, point);
    compact.remove_prefix(point == std::string_view::npos ? compact.size() : point + 1);
  }
  return out;
}

// The JSON object of an encoded header. Errors: jose_malformed; also for `crit`, `b64` and `zip`, whatever they say.
Result<boost::json::object> read_header(std::string_view encoded, std::size_t most_bytes);
// Its kid, typ and cty.
Result<JoseHeader> common_members(const JoseMembers& members);
// `,"kid":"..."` for each that is not empty. Errors: kInvalidInput for texts that a header could not hold as they are.
Result<std::string> common_text(const JoseHeader& header);

// Whether `typ` is one of the names, without case and without a leading "application/".
bool is_type_of(std::string_view typ, const std::vector<std::string>& names);

}  // namespace whorl::crypto
