// Whether pixels are square, as all that compares them takes them to be. Private to this room.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>

namespace whorl::interchange {

inline constexpr double kCentimetresAnInch = 2.54;

// The sides of a pixel may differ by 1 % (ISO/IEC 19794-4, "pixel aspect ratio"; ANSI/NIST-ITL has the same for each
// resolution).
inline bool are_square(double across, double down) {
  constexpr double kTolerance = 0.01;
  return std::abs(across - down) <= kTolerance * std::max(across, down);
}

// Why such a picture is not used.
inline std::string not_square(double across_ppi, double down_ppi) {
  return std::to_string(std::lround(across_ppi)) + " pixels an inch across and " +
         std::to_string(std::lround(down_ppi)) + " down: pixels that are not square are not read";
}

}  // namespace whorl::interchange
