#include "index/live/space_gate.h"

#include "index/comparator/comparator.h"

namespace whorl::index {

Status check_space(const std::optional<Bytes>& own, const PreparedSample& sample) {
  if (sample.space.empty() || !own) return {};
  return comparator_of(sample.modality).check_space(*own, sample.space);
}

Status SpaceGate::open(const Store& store) {
  Spaces read;
  for (const Comparator& row : comparators()) {
    if (row.check_space == nullptr) continue;
    WHORL_ASSIGN(read[row.modality], store.spaces().get(row.modality));
    if (const auto& space = read[row.modality]; space && row.sample_bytes(*space) == 0) {
      return corruption("the name of the gallery's " + std::string(row_of(row.modality).name) +
                        " network is malformed");
    }
  }
  const std::scoped_lock lock(mutex_);
  spaces_ = std::move(read);
  return {};
}

std::optional<Bytes> SpaceGate::get(Modality modality) const {
  const std::scoped_lock lock(mutex_);
  return spaces_[modality];
}

Status SpaceGate::check(const PreparedSample& sample) const { return check_space(get(sample.modality), sample); }

Status SpaceGate::admit(std::span<const PreparedSample> samples, Store& store) {
  const std::scoped_lock lock(mutex_);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const PreparedSample& sample = samples[i];
    if (sample.space.empty()) continue;
    std::optional<Bytes>& own = spaces_[sample.modality];
    if (const Status suits = check_space(own, sample); !suits.ok()) return suits.error().within({"samples", i});
    if (own) continue;
    WHORL_TRY(store.spaces().put(sample.modality, sample.space));
    own = sample.space;
  }
  return {};
}

}  // namespace whorl::index
