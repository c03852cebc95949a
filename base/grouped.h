// Numbers for people to read.
#pragma once

#include <cstdint>
#include <string>

namespace whorl {

// "4,000"
std::string grouped(std::uint64_t value);

}  // namespace whorl
