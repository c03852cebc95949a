#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {
namespace {

constexpr std::string_view kPositionNames[] = {"unknown",     "right_thumb", "right_index", "right_middle",
                                               "right_ring",  "right_little", "left_thumb", "left_index",
                                               "left_middle", "left_ring",    "left_little"};

}  // namespace

std::string_view name_of(FingerPosition position) {
  const auto i = static_cast<std::size_t>(position);
  return i < std::size(kPositionNames) ? kPositionNames[i] : kPositionNames[0];
}

std::optional<FingerPosition> finger_position(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kPositionNames); ++i) {
    if (kPositionNames[i] == name) return static_cast<FingerPosition>(i);
  }
  return std::nullopt;
}

}  // namespace whorl::fingerprint
