// The kinds of biometric characteristic that Whorl knows: a row each.
//
// The numbers stand in records (docs/gallery-format.md) and never change their meaning. Pure; thread-safe.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace whorl {

// ISO/IEC 2382-37: biometric mode.
enum class Modality : std::uint8_t { kFinger = 1, kFace = 2 };

// Positions of a face.
inline constexpr std::uint8_t kFaceUnstated = 0;
inline constexpr std::uint8_t kFacePortrait = 1;

struct ModalityRow {
  Modality modality{};
  std::string_view name;  // "finger": in paths of fields, figures and messages
  // Positions run from 0 (unknown, or the only one) to this.
  std::uint8_t last_position = 0;
  // Of one encounter, of one probe.
  std::size_t most_samples = 0;
  // Of one template, in any format.
  std::size_t most_template_bytes = 0;
};

// Numbers run from 1 to this.
inline constexpr std::size_t kModalities = 2;

// Every modality, in order of number.
std::span<const ModalityRow> modalities();

// Nothing for a number that is none's.
const ModalityRow* find_modality(std::uint8_t number);

// Precondition: one of the enum's values.
const ModalityRow& row_of(Modality modality);

// The first of `all`, which have a modality each, that is of this one; null where none is.
template <class Of>
const Of* first_of(const std::vector<Of>& all, Modality modality) {
  const auto at = std::find_if(all.begin(), all.end(), [=](const Of& each) { return each.modality == modality; });
  return at == all.end() ? nullptr : &*at;
}

// Those of `all` that are of one modality, in their order. Borrows them.
template <class Of>
std::vector<const Of*> of_modality(const std::vector<Of>& all, Modality modality) {
  std::vector<const Of*> out;
  for (const Of& each : all) {
    if (each.modality() == modality) out.push_back(&each);
  }
  return out;
}

// A value of each modality; an aggregate, in order of number.
template <class T>
struct ByModality {
  std::array<T, kModalities> values{};

  [[nodiscard]] constexpr T& operator[](Modality modality) { return values[static_cast<std::size_t>(modality) - 1]; }
  [[nodiscard]] constexpr const T& operator[](Modality modality) const {
    return values[static_cast<std::size_t>(modality) - 1];
  }

  friend bool operator==(const ByModality&, const ByModality&) = default;
};

}  // namespace whorl
