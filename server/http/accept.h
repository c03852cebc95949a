// What a request's Accept says of two media types (RFC 9110, 12.5.1), or its Accept-Encoding of a coding. Pure;
// thread-safe.
#pragma once

#include <string_view>

namespace whorl::server {

// Of one that is not acceptable, 0; else 1 to 1000, thousandths of the weight. The most specific range that fits
// counts: the type itself, the type with parameters (no answer here has any, so they ask for nothing), "type/*", "*/*";
// of several as specific the heaviest. An absent or empty field accepts everything. A range that is not well formed
// says nothing.
int quality_of(std::string_view accept, std::string_view type);

// Whether the answer is to be of `special`, which has more in it, and not of the `usual` type: where it is the heavier
// one, or as heavy and named. Where neither is acceptable the answer is of the usual type all the same, as RFC 9110
// allows.
bool prefers(std::string_view accept, std::string_view special, std::string_view usual);

}  // namespace whorl::server
