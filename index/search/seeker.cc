#include "index/search/seeker.h"

#include <algorithm>

namespace whorl::index {

Result<std::vector<Seeker>> make_seekers(std::span<const ProbeSample> probe, const SpaceGate& spaces) {
  std::vector<Seeker> out;
  for (std::uint32_t p = 0; p < probe.size(); ++p) {
    const PreparedSample& prepared = *probe[p].prepared;
    if (!prepared.space.empty()) {
      const auto own = spaces.get(prepared.modality);
      if (!own) continue;
      if (const Status suits = check_space(own, prepared); !suits.ok()) return suits.error().within({"probe", p});
    }
    out.push_back({p, probe[p], comparator_of(prepared.modality).comparer(prepared.bytes)});
  }
  return out;
}

std::vector<Modality> modalities_of(std::span<const Seeker> seekers) {
  std::vector<Modality> out;
  for (const ModalityRow& row : modalities()) {
    const auto has = [&](const Seeker& seeker) { return seeker.sample.modality() == row.modality; };
    if (std::any_of(seekers.begin(), seekers.end(), has)) out.push_back(row.modality);
  }
  return out;
}

std::vector<ProbeSample> samples_of(std::span<const Seeker> seekers, Modality modality) {
  std::vector<ProbeSample> out;
  for (const Seeker& seeker : seekers) {
    if (seeker.sample.modality() == modality) out.push_back(seeker.sample);
  }
  return out;
}

}  // namespace whorl::index
