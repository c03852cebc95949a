#include "index/live_set.h"

#include <algorithm>

namespace whorl::index {
namespace {

bool in_gallery(const Encounter& encounter, std::uint32_t gallery) {
  return std::find(encounter.galleries.begin(), encounter.galleries.end(), gallery) != encounter.galleries.end();
}

bool any_in_gallery(const EncounterList& encounters, std::uint32_t gallery) {
  return std::any_of(encounters.begin(), encounters.end(),
                     [&](const auto& encounter) { return in_gallery(*encounter, gallery); });
}

void add(Counts& counts, std::int64_t persons, std::int64_t encounters, std::int64_t fingers) {
  counts.persons += static_cast<std::uint64_t>(persons);
  counts.encounters += static_cast<std::uint64_t>(encounters);
  counts.fingers += static_cast<std::uint64_t>(fingers);
}

std::size_t visible_fingers(const Snapshot::View& view, std::uint64_t version) {
  std::size_t fingers = 0;
  for (std::size_t i = 0; i < view.encounters; ++i) {
    const Encounter& encounter = *view.shard->encounter(i);
    if (encounter.visible_at(version)) fingers += encounter.fingers.size();
  }
  return fingers;
}

}  // namespace

LiveSet::LiveSet(std::size_t shard_fingers)
    : shard_fingers_(shard_fingers), snapshot_(std::make_shared<const Snapshot>()) {}

LiveSet::~LiveSet() {
  // Persons and encounters point at one another; letting go of the lists lets go of both.
  for (auto& [id, person] : directory_) person->encounters.set(std::make_shared<const EncounterList>());
}

std::shared_ptr<const Person> LiveSet::find(std::string_view person_id) const {
  const std::shared_lock lock(directory_mutex_);
  const auto it = directory_.find(std::string(person_id));
  return it == directory_.end() ? nullptr : it->second;
}

std::shared_ptr<Person> LiveSet::person_of(const std::string& id, Snapshot& next) {
  const std::unique_lock lock(directory_mutex_);
  auto& person = directory_[id];
  if (!person) person = std::make_shared<Person>(id, next.ordinals++);
  return person;
}

std::uint32_t LiveSet::gallery_index(const std::string& name, Snapshot& next) {
  if (const auto it = next.names->find(name); it != next.names->end()) return it->second;
  auto names = std::make_shared<GalleryNames>(*next.names);
  const auto index = static_cast<std::uint32_t>(next.galleries.size());
  names->emplace(name, index);
  next.names = std::move(names);
  next.galleries.emplace_back();
  return index;
}

void LiveSet::count(const Encounter& encounter, const EncounterList& others, int sign, Snapshot& next) const {
  const std::int64_t fingers = sign * static_cast<std::int64_t>(encounter.fingers.size());
  add(next.all, others.empty() ? sign : 0, sign, fingers);
  for (const std::uint32_t gallery : encounter.galleries) {
    add(next.galleries[gallery], any_in_gallery(others, gallery) ? 0 : sign, sign, fingers);
  }
}

void LiveSet::new_head(Snapshot& next) {
  head_ = std::make_shared<HeadShard>(shard_fingers_);
  next.shards.push_back({head_, nullptr, 0});
}

void LiveSet::seal_head(Snapshot& next) {
  const auto sealed = std::make_shared<const SealedShard>(*head_, head_->size(), next.version);
  next.shards.pop_back();
  if (sealed->size() > 0) next.shards.push_back({sealed, sealed.get(), sealed->size()});
}

void LiveSet::append(ShardEntry entry, Snapshot& next) {
  const std::size_t fingers = entry.encounter->fingers.size();
  if (head_ && !head_->has_room(fingers)) {
    seal_head(next);
    head_.reset();
  }
  if (!head_) new_head(next);
  head_->append(std::move(entry));
  next.shards.back().encounters = head_->size();
}

void LiveSet::insert(std::vector<NewEncounter> batch) noexcept {
  const std::scoped_lock lock(change_);
  auto next = std::make_shared<Snapshot>(*snapshot_.get());
  ++next->version;
  for (NewEncounter& source : batch) {
    auto encounter = std::make_shared<Encounter>();
    const auto person = person_of(source.person_id, *next);
    encounter->person = person;
    encounter->id = std::move(source.encounter_id);
    for (const auto& name : source.galleries) encounter->galleries.push_back(gallery_index(name, *next));
    encounter->fingers = std::move(source.fingers);
    const auto others = person->encounters.get();
    count(*encounter, *others, 1, *next);
    auto list = std::make_shared<EncounterList>(*others);
    list->push_back(encounter);
    person->encounters.set(std::move(list));
    append({encounter, std::move(source.descriptors)}, *next);
  }
  snapshot_.set(std::move(next));
}

void LiveSet::erase(const std::string& person_id, const EncounterList& encounters) noexcept {
  const std::scoped_lock lock(change_);
  std::shared_ptr<Person> person;
  {
    const std::unique_lock directory_lock(directory_mutex_);
    const auto it = directory_.find(person_id);
    if (it == directory_.end()) return;
    person = it->second;
    if (person->encounters.get()->size() == encounters.size()) directory_.erase(it);
  }
  auto next = std::make_shared<Snapshot>(*snapshot_.get());
  ++next->version;
  auto left = std::make_shared<EncounterList>(*person->encounters.get());
  for (const auto& encounter : encounters) {
    std::erase(*left, encounter);
    count(*encounter, *left, -1, *next);
    encounter->erased_at.store(next->version, std::memory_order_relaxed);
  }
  person->encounters.set(std::move(left));
  for (const auto& encounter : encounters) compact(encounter->home, *next);
  snapshot_.set(std::move(next));
}

// A sealed shard that has lost a quarter of its fingers is copied without the erased.
void LiveSet::compact(const Shard* touched, Snapshot& next) const {
  const auto it = std::find_if(next.shards.begin(), next.shards.end(),
                               [&](const auto& view) { return view.shard.get() == touched; });
  if (it == next.shards.end() || it->sealed == nullptr) return;
  const std::size_t dead = it->sealed->fingers() - visible_fingers(*it, next.version);
  if (dead * 4 < it->sealed->fingers()) return;
  const auto sealed = std::make_shared<const SealedShard>(*it->shard, it->encounters, next.version);
  if (sealed->size() == 0) {
    next.shards.erase(it);
  } else {
    *it = {sealed, sealed.get(), sealed->size()};
  }
}

}  // namespace whorl::index
