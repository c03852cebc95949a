// Pictures that are no fingerprint, drawn from a seed: what gets in front of a sensor, or into a file, by mistake.
//
// Each picture is a pure function of its kind and seed. Sizes, resolutions, scales, contrasts and turns are drawn too;
// the scale of the pattern lies about the scale of ridges more often than chance would have it. Thread-safe.
#pragma once

#include <cstdint>
#include <string_view>

#include "templates/image/image.h"

namespace whorl::tests {

enum class TextureKind { kNoise, kHalftone, kClouds, kText, kBricks, kCloth, kHair, kBrushedMetal, kPlaten, kFace };
inline constexpr TextureKind kTextureKinds[] = {
    TextureKind::kNoise, TextureKind::kHalftone, TextureKind::kClouds,       TextureKind::kText,   TextureKind::kBricks,
    TextureKind::kCloth, TextureKind::kHair,     TextureKind::kBrushedMetal, TextureKind::kPlaten, TextureKind::kFace};
std::string_view name_of(TextureKind kind);  // "noise", "halftone", ...

// 250 to 1000 ppi, sides of 160 to 1600 px. Cost: 5 to 100 ms.
image::GreyImage draw_texture(TextureKind kind, std::uint64_t seed);

}  // namespace whorl::tests
