#include "templates/modality.h"

#include <algorithm>
#include <iterator>

#include "base/limits.h"

namespace whorl {
namespace {

constexpr ModalityRow kRows[] = {
    {Modality::kFinger, "finger", limits::kLastFingerPosition, limits::kFingers, limits::kFingerTemplateBytes},
    {Modality::kFace, "face", kFacePortrait, 1, limits::kFaceTemplateBytes},
};

static_assert(std::size(kRows) == kModalities);

}  // namespace

std::span<const ModalityRow> modalities() { return kRows; }

const ModalityRow* find_modality(std::uint8_t number) {
  const auto* const found = std::find_if(std::begin(kRows), std::end(kRows), [number](const ModalityRow& row) {
    return static_cast<std::uint8_t>(row.modality) == number;
  });
  return found == std::end(kRows) ? nullptr : found;
}

const ModalityRow& row_of(Modality modality) { return *find_modality(static_cast<std::uint8_t>(modality)); }

}  // namespace whorl
