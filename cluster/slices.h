// Which part a person lies in: a person's identifier falls into one of 4,096 slices for good, and each slice belongs to
// one part. Pure values; thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace whorl::cluster {

inline constexpr std::size_t kSlices = 4096;
inline constexpr std::size_t kMostParts = 256;

// The first 12 bits of the identifier's SHA-256.
std::size_t slice_of(std::string_view person_id);

struct SliceRange {
  std::size_t first = 0;
  std::size_t last = 0;  // included

  friend bool operator==(const SliceRange&, const SliceRange&) = default;
};
// "0-1023", "7". Errors: kInvalidInput.
Result<SliceRange> parse_slices(std::string_view text);

class SliceMap {
 public:
  // Of each part what it has. Errors: kInvalidInput: a slice that nobody has, or two; no part, or too many.
  static Result<SliceMap> make(const std::vector<std::vector<SliceRange>>& by_part);

  // The part's place in the list that it was made of.
  [[nodiscard]] std::size_t part_of(std::string_view person_id) const { return part_[slice_of(person_id)]; }
  [[nodiscard]] const std::array<std::uint16_t, kSlices>& parts() const { return part_; }

 private:
  std::array<std::uint16_t, kSlices> part_{};
};

}  // namespace whorl::cluster
