// Finding and checking weights.
#pragma once

#include <filesystem>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/face/card.h"

namespace whorl::face {

// Where scripts/fetch-models puts weights: $WHORL_MODELS, else $XDG_DATA_HOME/whorl/models, else
// ~/.local/share/whorl/models, else ./models.
std::filesystem::path default_models_directory();

inline constexpr std::uintmax_t kMaxWeightsBytes = std::uintmax_t{512} << 20;

// The file that `card` names in `directory`, whole, its digest equal to the card's. Errors: kInvalidInput for a card
// without a digest (saying how to pin one); kNotFound saying which command fetches it; kCorruption for another digest
// (naming both); kInvalidInput for a file that is too large. Cost: a read and about 1 ns a byte.
Result<Bytes> read_weights(const ModelCard& card, const std::filesystem::path& directory);

}  // namespace whorl::face
