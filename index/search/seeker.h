// What a search looks for, made ready: the samples of the probe that anybody in the gallery can be compared with, each
// with its comparer. Private to this room.
//
// Thread-safety: immutable.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "index/comparator/comparator.h"
#include "index/live/space_gate.h"
#include "index/search/search_types.h"

namespace whorl::index {

struct Seeker {
  std::uint32_t number = 0;  // in the probe
  ProbeSample sample;
  std::unique_ptr<Comparer> comparer;
};

// In the order of the probe. Samples of a space that the gallery has none of yet are left out. Errors: as
// check_space, "probe[i]" named.
Result<std::vector<Seeker>> make_seekers(std::span<const ProbeSample> probe, const SpaceGate& spaces);

// Modalities that the seekers have, in order of number.
std::vector<Modality> modalities_of(std::span<const Seeker> seekers);
// The seekers of one modality, as the probe's samples.
std::vector<ProbeSample> samples_of(std::span<const Seeker> seekers, Modality modality);

}  // namespace whorl::index
