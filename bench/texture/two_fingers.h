// Pictures of two fingers in one, made of real prints: how many are refused, and whether both people match the others.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>

#include "base/result.h"

namespace whorl::bench {

// Of one way to put two prints in one picture.
struct TwoFingers {
  std::size_t pictures = 0;
  std::size_t refused = 0;
  std::size_t both_at_30 = 0;  // of those taken: another print of each of the two fingers is at 30 dB or more
};

// Takes `a_set` pairs of neighbouring fingers of each set of the manifest, their first prints, and puts the two in one
// picture in each way; the second prints are compared with it. Every finger has two prints that show one finger.
// Errors: as read_manifest and load_image; kInvalidInput where no set has two fingers with two prints each.
Result<std::map<std::string, TwoFingers>> try_two_fingers(const std::filesystem::path& manifest, std::size_t a_set);

}  // namespace whorl::bench
