// A face template and what may be compared with what. Plain values; no OpenCV.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace whorl::face {

// Goes up whenever the same image and weights may give another embedding. It is part of every NetworkId.
inline constexpr int kExtractorVersion = 1;
// Goes up whenever the same two templates may give another score.
inline constexpr int kComparatorVersion = 1;

// Which embeddings live in one space: the network's name, for people, and the first bytes of a SHA-256 over its
// weights, its preprocessing and kExtractorVersion, for the comparison (card.h).
struct NetworkId {
  std::string name;  // 1..64 of letters, digits, '.', '_', '-'
  std::array<std::uint8_t, 8> digest{};

  // "mobilefacenet_y1:0123456789abcdef".
  [[nodiscard]] std::string text() const;
  friend bool operator==(const NetworkId&, const NetworkId&) = default;
};

inline constexpr std::size_t kMinDimension = 16;
inline constexpr std::size_t kMaxDimension = 2048;
inline constexpr std::size_t kMaxNameBytes = 64;

// The embedding is kept in whole numbers: the unit vector times 127 over its largest component, rounded. What is stored
// is what is compared, everywhere, so a search and the exact comparison see the same numbers. The loss is measured in
// docs/face.md.
struct FaceTemplate {
  NetworkId network;
  std::uint8_t quality = 0;            // 0..100, quality.h
  std::vector<std::int8_t> embedding;  // -127..127, the largest of magnitude 127
  friend bool operator==(const FaceTemplate&, const FaceTemplate&) = default;
};

// `embedding` need not be a unit vector. Errors: kInvalidInput when its dimension is out of bounds, a component is not
// finite, or all are zero.
Result<FaceTemplate> make_template(NetworkId network, int quality, std::span<const float> embedding);

// Errors: kInvalidInput naming the field that is out of bounds.
Status check_network_name(const std::string& name);
Status check(const FaceTemplate& face);

// The cosine of the angle between two embeddings, -1..1; higher is more alike. Symmetric. Errors: kInvalidInput naming
// both networks when they differ, or when a template breaks its bounds. Thread-safe. Cost: well under a microsecond.
Result<double> compare(const FaceTemplate& a, const FaceTemplate& b);

}  // namespace whorl::face
