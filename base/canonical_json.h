// A JSON value as the one text that everybody writes of it: the JSON Canonicalization Scheme (RFC 8785). For digests.
//
// Pure and thread-safe. Cost: O(bytes), and the sorting of each object's names.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstddef>
#include <string>

#include "base/result.h"

namespace whorl {

// Arrays and objects within each other, at most.
inline constexpr std::size_t kMostCanonicalDepth = 128;

// Errors: kInvalidInput (not_canonical): a whole number beyond 2^53, which not every reader
// holds exactly, a number that is not finite, and a value that is nested deeper than kMostCanonicalDepth.
// Precondition: texts are UTF-8, as every parser of this project sees to.
Result<std::string> canonical_json(const boost::json::value& value);

}  // namespace whorl
