#include "index/live/live_set.h"

#include <algorithm>

namespace whorl::index {
namespace {

bool in_gallery(const Shard& shard, std::uint32_t index, std::uint32_t gallery) {
  const auto local = shard.galleries(index);
  return std::any_of(local.begin(), local.end(),
                     [&](std::uint16_t number) { return shard.global_gallery(number) == gallery; });
}

// Counts an encounter in (1) or out (-1); `person`: and its person.
void add(Counts& counts, const Shard& shard, std::uint32_t index, int sign, bool person) {
  const auto step = static_cast<std::uint64_t>(std::int64_t{sign});
  counts.persons += person ? step : 0;
  counts.encounters += step;
  for (const ModalityRow& row : modalities()) counts.samples[row.modality] += step * shard.count(index, row.modality);
}

}  // namespace

std::vector<std::string_view> Snapshot::gallery_names() const {
  std::vector<std::string_view> out(galleries.size());
  for (const auto& [name, number] : *names) out[number] = name;
  return out;
}

Counts Snapshot::counts_of(const std::string& name) const {
  const auto it = names->find(name);
  return it == names->end() ? Counts() : galleries[it->second];
}

LiveSet::LiveSet(std::size_t shard_fingers)
    : shard_fingers_(shard_fingers), snapshot_(std::make_shared<const Snapshot>()) {}

void LiveSet::publish(std::shared_ptr<Snapshot> next) {
  next->ordinals = directory_.ordinals();
  snapshot_.set(std::move(next));
}

std::uint32_t LiveSet::gallery_index(std::string_view name, Snapshot& next) {
  if (const auto it = next.names->find(std::string(name)); it != next.names->end()) return it->second;
  auto names = std::make_shared<GalleryNames>(*next.names);
  const auto index = static_cast<std::uint32_t>(next.galleries.size());
  names->emplace(name, index);
  next.names = std::move(names);
  next.galleries.emplace_back();
  next.inactive_names.push_back(name.starts_with(kInactiveMark) ? 1 : 0);
  return index;
}

void LiveSet::name_galleries(SealedShard& shard, Snapshot& next) {
  std::vector<std::uint32_t> global;
  for (const std::string_view name : shard.layout().names()) global.push_back(gallery_index(name, next));
  shard.set_galleries(std::move(global));
}

// Counts one encounter that is in the directory in or out of everything that it belongs to.
void LiveSet::count(const Shard& shard, std::uint32_t index, int sign, Snapshot& next) const {
  std::vector<std::pair<const Shard*, std::uint32_t>> others;
  directory_.each(shard.person(index), [&](const Shard& other, std::uint32_t at) {
    if (&other != &shard || at != index) others.emplace_back(&other, at);
  });
  const auto is_active = [&](const Shard& of, std::uint32_t at) {
    return next.inactive_names[of.global_gallery(of.galleries(at).front())] == 0;
  };
  if (is_active(shard, index)) {
    const bool known =
        std::any_of(others.begin(), others.end(), [&](const auto& o) { return is_active(*o.first, o.second); });
    add(next.all, shard, index, sign, !known);
  } else {
    next.inactive += static_cast<std::uint64_t>(std::int64_t{sign});
  }
  for (const std::uint16_t local : shard.galleries(index)) {
    const std::uint32_t gallery = shard.global_gallery(local);
    const bool known = std::any_of(others.begin(), others.end(),
                                   [&](const auto& other) { return in_gallery(*other.first, other.second, gallery); });
    add(next.galleries[gallery], shard, index, sign, !known);
  }
}

std::size_t LiveSet::growth_bytes(std::size_t samples, std::size_t encounters) const {
  const std::scoped_lock lock(change_);
  const bool fits = head_ && head_->has_room(samples);
  return directory_.growth_bytes(encounters) + (fits ? 0 : HeadShard::bytes_of_room(shard_fingers_));
}

Snapshot::View& LiveSet::head_view(std::size_t samples, Snapshot& next) {
  const auto is_head = [&](const Snapshot::View& view) { return view.growing; };
  auto it = std::find_if(next.shards.begin(), next.shards.end(), is_head);
  if (head_ && head_->has_room(samples)) return *it;
  if (head_) it->growing = false;
  head_ = std::make_shared<HeadShard>(shard_fingers_);
  return next.shards.emplace_back(Snapshot::View{head_, nullptr, 0, 0, true});
}

void LiveSet::append(NewEncounter encounter, Snapshot& next, std::pair<Shard*, std::uint32_t> in_place_of) {
  const std::size_t samples = encounter.samples.size();
  std::vector<std::uint16_t> galleries;
  for (const auto& name : encounter.galleries) {
    galleries.push_back(static_cast<std::uint16_t>(gallery_index(name, next)));
  }
  Snapshot::View& view = head_view(samples, next);
  head_->append(std::move(encounter), std::move(galleries));
  const auto index = static_cast<std::uint32_t>(view.encounters);
  ++view.encounters;
  view.samples += samples;
  if (const auto [old, at] = in_place_of; old != nullptr) {
    count(*old, at, -1, next);
    head_->set_person(index, old->person(at));
    head_->set_slot(index, old->slot(at));
    directory_.move({{old->slot(at), head_.get(), index}});
    old->set_slot(at, Shard::kNoSlot);
  } else {
    directory_.add(*head_, index);
  }
  count(*head_, index, 1, next);
}

void LiveSet::insert(std::vector<NewEncounter> batch) noexcept {
  const std::scoped_lock lock(change_);
  auto next = std::make_shared<Snapshot>(*snapshot_.get());
  ++next->version;
  for (NewEncounter& encounter : batch) append(std::move(encounter), *next);
  publish(std::move(next));
}

void LiveSet::insert(std::shared_ptr<SealedShard> shard, const std::vector<std::uint8_t>& alive) noexcept {
  const std::scoped_lock lock(change_);
  auto next = std::make_shared<Snapshot>(*snapshot_.get());
  ++next->version;
  name_galleries(*shard, *next);
  const auto living =
      static_cast<std::size_t>(std::count_if(alive.begin(), alive.end(), [](auto a) { return a != 0; }));
  directory_.reserve(living, living);
  for (std::uint32_t i = 0; i < shard->size(); ++i) {
    if (alive[i] == 0) {
      shard->set_erased_at(i, Shard::kAlways);
      shard->count_dead(i);
      continue;
    }
    directory_.add(*shard, i);
    count(*shard, i, 1, *next);
  }
  const auto size = shard->size();
  const auto samples = shard->samples();
  next->shards.push_back({shard, std::move(shard), size, samples, false});
  publish(std::move(next));
}

void LiveSet::erase(const std::string& person_id, const std::vector<std::string>& encounter_ids) noexcept {
  const std::scoped_lock lock(change_);
  auto next = std::make_shared<Snapshot>(*snapshot_.get());
  ++next->version;
  for (const std::string& encounter_id : encounter_ids) {
    const auto [shard, index] = directory_.find(person_id, encounter_id);
    if (shard == nullptr) continue;
    count(*shard, index, -1, *next);
    directory_.remove(*shard, index);
    shard->set_erased_at(index, next->version);
    shard->count_dead(index);
  }
  publish(std::move(next));
}

void LiveSet::exchange(const std::vector<Ids>& before, std::vector<NewEncounter> after) noexcept {
  const std::scoped_lock lock(change_);
  ++exchanges_;
  auto next = std::make_shared<Snapshot>(*snapshot_.get());
  ++next->version;
  std::vector<std::pair<Shard*, std::uint32_t>> gone;
  for (const Ids& ids : before) gone.push_back(directory_.find(ids.person_id, ids.encounter_id));
  std::vector<bool> same(before.size(), false);
  for (NewEncounter& encounter : after) {
    std::pair<Shard*, std::uint32_t> old{nullptr, 0};
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (before[i].person_id != encounter.person_id || before[i].encounter_id != encounter.encounter_id) continue;
      same[i] = true;
      old = gone[i];
    }
    append(std::move(encounter), *next, old);
  }
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto [shard, index] = gone[i];
    if (shard == nullptr) continue;
    if (!same[i]) {
      count(*shard, index, -1, *next);
      directory_.remove(*shard, index);
    }
    shard->set_erased_at(index, next->version);
    shard->count_dead(index);
  }
  publish(std::move(next));
  ++exchanges_;
}

void LiveSet::replace(const std::vector<std::shared_ptr<const Shard>>& sources,
                      const std::shared_ptr<SealedShard>& fresh, const Origin& origin) noexcept {
  const std::scoped_lock lock(change_);
  auto next = std::make_shared<Snapshot>(*snapshot_.get());
  if (fresh) name_galleries(*fresh, *next);
  std::vector<Directory::Move> moves;
  for (std::uint32_t k = 0; k < origin.size(); ++k) {
    const Shard& source = *sources[origin[k].first];
    const std::uint32_t index = origin[k].second;
    fresh->set_person(k, source.person(index));
    if (const std::uint64_t version = source.erased_at(index); version != Shard::kNever) {
      fresh->set_erased_at(k, version);
      fresh->count_dead(k);
      continue;
    }
    fresh->set_slot(k, source.slot(index));
    moves.push_back({source.slot(index), fresh.get(), k});
  }
  directory_.move(moves);
  const auto replaced = [&](const Snapshot::View& view) {
    return std::find(sources.begin(), sources.end(), view.shard) != sources.end();
  };
  const auto at = std::find_if(next->shards.begin(), next->shards.end(), replaced) - next->shards.begin();
  std::erase_if(next->shards, replaced);
  if (fresh) {
    next->shards.insert(next->shards.begin() + std::min(at, std::ssize(next->shards)),
                        {fresh, fresh, fresh->size(), fresh->samples(), false});
  }
  publish(std::move(next));
}

}  // namespace whorl::index
