#include "cluster/slices.h"

#include <charconv>

#include "base/sha256.h"

namespace whorl::cluster {
namespace {

constexpr std::uint16_t kNobody = UINT16_MAX;

// Nothing for what is no number of a slice to its end.
std::optional<std::size_t> slice_named(std::string_view text) {
  std::size_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size() || out >= kSlices) return {};
  return out;
}

}  // namespace

std::size_t slice_of(std::string_view person_id) {
  const Sha256 digest = sha256_of({as_bytes(person_id)});
  return (std::size_t{digest[0]} << 4) | (digest[1] >> 4);
}

Result<SliceRange> parse_slices(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = slice_named(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : slice_named(text.substr(dash + 1));
  if (!first || !last || *first > *last) {
    return invalid_input("slices are named \"7\" or \"0-1023\", from 0 to " + std::to_string(kSlices - 1), "slices");
  }
  return SliceRange{*first, *last};
}

Result<SliceMap> SliceMap::make(const std::vector<std::vector<SliceRange>>& by_part) {
  if (by_part.empty() || by_part.size() > kMostParts) {
    return invalid_input("a cluster has 1 to " + std::to_string(kMostParts) + " parts", "parts");
  }
  SliceMap out;
  out.part_.fill(kNobody);
  for (std::size_t part = 0; part < by_part.size(); ++part) {
    for (const SliceRange& range : by_part[part]) {
      for (std::size_t slice = range.first; slice <= range.last && slice < kSlices; ++slice) {
        if (out.part_[slice] != kNobody) {
          return invalid_input("slice " + std::to_string(slice) + " belongs to two parts", "parts");
        }
        out.part_[slice] = static_cast<std::uint16_t>(part);
      }
    }
  }
  for (std::size_t slice = 0; slice < kSlices; ++slice) {
    if (out.part_[slice] == kNobody) {
      return invalid_input("slice " + std::to_string(slice) + " belongs to no part", "parts");
    }
  }
  return out;
}

}  // namespace whorl::cluster
