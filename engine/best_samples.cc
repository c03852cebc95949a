#include "engine/best_samples.h"

#include <algorithm>

namespace whorl::engine {

std::vector<Sample> best_samples(const std::vector<index::EncounterRecord>& records) {
  std::vector<const index::SampleRecord*> all;
  for (const auto& record : records) {
    for (const auto& sample : record.samples) all.push_back(&sample);
  }
  std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->quality > b->quality; });
  std::vector<Sample> out;
  for (const index::SampleRecord* sample : all) {
    const auto same = [&](const Sample& other) { return other.modality == sample->modality; };
    const auto taken = [&](const Sample& other) { return same(other) && other.position == sample->position; };
    const ModalityRow& row = row_of(sample->modality);
    const bool several = row.most_samples > 1 && sample->position == 0;
    if (static_cast<std::size_t>(std::count_if(out.begin(), out.end(), same)) == row.most_samples) continue;
    if (!several && std::any_of(out.begin(), out.end(), taken)) continue;
    Sample& fresh = out.emplace_back();
    fresh.modality = sample->modality;
    fresh.position = sample->position;
    fresh.format = static_cast<Format>(sample->format);
    fresh.bytes = sample->template_bytes;
  }
  return out;
}

}  // namespace whorl::engine
