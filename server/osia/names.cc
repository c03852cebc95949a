#include "server/osia/names.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

namespace whorl::server {
namespace {

constexpr std::array<std::string_view, 11> kFingers = {"UNKNOWN",     "RIGHT_THUMB",  "RIGHT_INDEX", "RIGHT_MIDDLE",
                                                       "RIGHT_RING",  "RIGHT_LITTLE", "LEFT_THUMB",  "LEFT_INDEX",
                                                       "LEFT_MIDDLE", "LEFT_RING",    "LEFT_LITTLE"};

constexpr std::string_view kSeveral[] = {"PLAIN_RIGHT_FOUR_FINGERS",
                                         "PLAIN_LEFT_FOUR_FINGERS",
                                         "PLAIN_THUMBS",
                                         "RIGHT_INDEX_AND_MIDDLE",
                                         "RIGHT_MIDDLE_AND_RING",
                                         "RIGHT_RING_AND_LITTLE",
                                         "LEFT_INDEX_AND_MIDDLE",
                                         "LEFT_MIDDLE_AND_RING",
                                         "LEFT_RING_AND_LITTLE",
                                         "RIGHT_INDEX_AND_LEFT_INDEX",
                                         "RIGHT_INDEX_AND_MIDDLE_AND_RING",
                                         "RIGHT_MIDDLE_AND_RING_AND_LITTLE",
                                         "LEFT_INDEX_AND_MIDDLE_AND_RING",
                                         "LEFT_MIDDLE_AND_RING_AND_LITTLE"};

constexpr std::string_view kNotFinger[] = {
    "UNKNOWN_PALM",     "RIGHT_FULL_PALM",    "RIGHT_WRITERS_PALM", "LEFT_FULL_PALM",   "LEFT_WRITERS_PALM",
    "RIGHT_LOWER_PALM", "RIGHT_UPPER_PALM",   "LEFT_LOWER_PALM",    "LEFT_UPPER_PALM",  "RIGHT_OTHER",
    "LEFT_OTHER",       "RIGHT_INTERDIGITAL", "RIGHT_THENAR",       "RIGHT_HYPOTHENAR", "LEFT_INTERDIGITAL",
    "LEFT_THENAR",      "LEFT_HYPOTHENAR",    "EYE_UNDEF",          "EYE_RIGHT",        "EYE_LEFT",
    "EYE_BOTH",         "PORTRAIT",           "LEFT_PROFILE",       "RIGHT_PROFILE"};

struct TypeRow {
  Modality modality;
  std::string_view name;
};
constexpr TypeRow kModalityTypes[] = {{Modality::kFinger, "FINGER"}, {Modality::kFace, "FACE"}};
constexpr std::string_view kCompressions[] = {"NONE", "WSQ", "JPEG", "JPEG2000", "PNG"};
constexpr std::string_view kTypes[] = {"FACE", "FINGER", "IRIS", "SIGNATURE", "UNKNOWN"};
constexpr std::string_view kPresences[] = {"BANDAGED", "AMPUTATED", "DAMAGED"};

}  // namespace

std::string_view osia_name(FingerPosition position) {
  const auto i = static_cast<std::size_t>(position);
  return i < kFingers.size() ? kFingers[i] : kFingers[0];
}

SubType sub_type(std::string_view name) {
  const auto finger = std::find(kFingers.begin(), kFingers.end(), name);
  if (finger != kFingers.end()) {
    return {SubTypeKind::kFinger, static_cast<FingerPosition>(finger - kFingers.begin())};
  }
  if (is_one_of(name, kSeveral)) return {SubTypeKind::kSeveral, {}};
  if (is_one_of(name, kNotFinger)) return {SubTypeKind::kNotFinger, {}};
  return {};
}

std::span<const std::string_view> impression_types() {
  static const auto names = [] {
    std::array<std::string_view, std::size(kImpressionNames)> out;
    std::transform(std::begin(kImpressionNames), std::end(kImpressionNames), out.begin(),
                   [](const ImpressionName& row) { return row.name; });
    return out;
  }();
  return names;
}
std::span<const std::string_view> compression_types() { return kCompressions; }
std::span<const std::string_view> biometric_types() { return kTypes; }
std::span<const std::string_view> presences() { return kPresences; }

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<Modality> modality_named(std::string_view biometric_type) {
  for (const TypeRow& row : kModalityTypes) {
    if (row.name == biometric_type) return row.modality;
  }
  return {};
}

std::string_view type_name(Modality modality) {
  for (const TypeRow& row : kModalityTypes) {
    if (row.modality == modality) return row.name;
  }
  return {};
}

}  // namespace whorl::server
