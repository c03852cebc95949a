// What a search does with the samples that a shard keeps, for tests that give it any bytes.
#pragma once

#include <cstring>
#include <span>

#include "index/comparator/comparator.h"
#include "templates/fingerprint/screening/second_look.h"
#include "tests/support/random_prints.h"

namespace whorl::tests {

// Precondition: the modality's comparator has checked them. Gives how alike they are to something.
inline double look_at(Modality modality, std::span<const std::byte> kept) {
  if (modality == Modality::kFace) return index::comparator_of(modality).comparer(kept)->score(kept);
  static const fingerprint::PreparedTemplate probe(random_finger(77));
  static const fingerprint::Preselector screen = [] {
    fingerprint::Preselector out(probe);
    out.fit_rarity();
    return out;
  }();
  fingerprint::ScanRow row;
  std::memcpy(&row, kept.data(), sizeof row);
  return screen.votes(row) + fingerprint::SecondLook(probe, screen).score(row);
}

}  // namespace whorl::tests
