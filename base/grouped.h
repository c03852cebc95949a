// Numbers for people to read.
#pragma once

#include <cstdint>
#include <string>

namespace whorl {

// "4,000"
std::string grouped(std::uint64_t value);

// A rate above 0 and up to 1 as odds, with two digits that count: rounded_odds(0.0000139) is "1 in 72,000". Pure.
std::string rounded_odds(double rate);

}  // namespace whorl
