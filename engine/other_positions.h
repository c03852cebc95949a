// Fingers under a wrong name: hands that were exchanged, a neighbouring finger. Before an answer rules anybody out, the
// probe's fingers are compared with kept ones of other positions than those stated. Private to this room.
//
// Who fits there goes to a person; nobody is matched so. A person's score pays for the number of their fingers tried
// (fusion.h), ten positions 10 dB, so that the threshold of the search holds for it too. Cost: docs/index.md.
// Pure functions; thread-safe.
#pragma once

#include <optional>

#include "engine/part.h"

namespace whorl::engine {

// A search looks with so many fingers at most, those of best quality: two that fit are enough.
inline constexpr std::size_t kFingersLookedFor = 2;

// The probe's fingers of stated position, to be compared with other positions than theirs; the best `most` of them.
// The first alone is decisive: screening chooses by it whom to compare, so that a look costs what a search for one
// finger costs. Without the face. Nothing where no finger has a stated position.
std::optional<Probe> at_other_positions(const Probe& probe, std::size_t most);

// The same finger of the other hand; kUnknown of kUnknown.
FingerPosition mirrored(FingerPosition position);

}  // namespace whorl::engine
