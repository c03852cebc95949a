// OSIA's words and ours.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "engine/types.h"

namespace whorl::server {

using engine::FingerPosition;

// "UNKNOWN", "RIGHT_THUMB" .. "LEFT_LITTLE".
std::string_view osia_name(FingerPosition position);

// What an OSIA BiometricSubType is to a fingerprint engine.
enum class SubTypeKind {
  kFinger,     // one of the eleven finger positions
  kSeveral,    // several fingers on one image (slaps, pairs)
  kNotFinger,  // palm, eye, face
  kUnheard,    // no BiometricSubType at all
};
struct SubType {
  SubTypeKind kind = SubTypeKind::kUnheard;
  FingerPosition position = FingerPosition::kUnknown;  // meaningful for kFinger alone
};
SubType sub_type(std::string_view name);

// The closed lists of the interface.
std::span<const std::string_view> impression_types();
std::span<const std::string_view> compression_types();
std::span<const std::string_view> biometric_types();
std::span<const std::string_view> presences();
// The modality of a BiometricType; nothing of one that is not supported.
std::optional<Modality> modality_named(std::string_view biometric_type);
// "FINGER"
std::string_view type_name(Modality modality);
bool is_one_of(std::string_view name, std::span<const std::string_view> names);

// The qualityFormat of docs/template-format.md's quality value.
inline constexpr std::string_view kQualityFormat = "WHORL";
// The BiometricSubType of a face from the front.
inline constexpr std::string_view kPortrait = "PORTRAIT";

}  // namespace whorl::server
