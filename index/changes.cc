// Changes of encounters that are there: one batch on the disk, then one step in what is searched.
#include <algorithm>

#include "index/gallery_impl.h"
#include "index/live/footprint.h"
#include "index/record/record_key.h"
#include "index/record/refusals.h"
#include "index/shard/sample_preparation.h"

namespace whorl::index {
namespace {

// Fields of the index that this build does not know stay.
Result<IndexEntry> changed_entry(const RecordTable& records, ByteView key, const EncounterRecord& record,
                                 const RecordDigest& digest) {
  WHORL_ASSIGN(IndexEntry before, records.entry(key));
  IndexEntry out = index_entry(record, digest);
  for (Extension& each : before.extensions) {
    const auto same = [&](const Extension& own) { return own.tag == each.tag; };
    if (std::none_of(out.extensions.begin(), out.extensions.end(), same)) out.extensions.push_back(std::move(each));
  }
  std::sort(out.extensions.begin(), out.extensions.end(), [](const auto& a, const auto& b) { return a.tag < b.tag; });
  return out;
}

// A record, its bytes, and what searches need of it.
struct Ready {
  EncodedRecord stored;
  RecordDigest digest{};
  NewEncounter fresh;
};

Result<Ready> made_ready(const EncounterRecord& record, Validation validation) {
  Ready out;
  WHORL_ASSIGN(out.stored, encoded(record));
  out.digest = record_digest(out.stored.key, out.stored.value);
  WHORL_ASSIGN(out.fresh, prepare_new(record, out.digest, validation));
  return out;
}

Status require_encounter(const Directory& directory, const std::string& person_id, const std::string& encounter_id) {
  if (!directory.contains(person_id)) return unknown_person(person_id);
  if (!directory.contains(person_id, encounter_id)) return unknown_encounter(person_id, encounter_id);
  return {};
}

std::vector<NewEncounter> alone(NewEncounter fresh) {
  std::vector<NewEncounter> out;
  out.push_back(std::move(fresh));
  return out;
}

}  // namespace

Result<std::uint64_t> Gallery::Parts::put_changed(EncounterRecord record, const audit::Asked& asked,
                                                  const std::string& change) {
  record.updated_ms = now_ms();
  WHORL_ASSIGN(Ready ready, made_ready(record, Validation::kFast));
  WHORL_TRY(refuse_beyond_memory(ready.fresh.bytes() + kMarkBytesOfEncounter +
                                 live.growth_bytes(ready.fresh.samples.size())));
  WHORL_ASSIGN(const IndexEntry entry, changed_entry(store->records(), ready.stored.key, record, ready.digest));
  WHORL_ASSIGN(const std::uint64_t leaf, store->records().put(ready.stored, entry, asked, nullptr, {}, change));
  live.exchange({{record.person_id, record.encounter_id}}, alone(std::move(ready.fresh)));
  compaction.wake();
  return leaf;
}

Result<std::uint64_t> Gallery::replace(KeptEncounter encounter, std::span<const ImageToKeep> images,
                                       const audit::Asked& asked) {
  EncounterRecord& record = encounter.record;
  WHORL_TRY(parts_->ensure_store());
  WHORL_TRY(parts_->check_galleries(record.galleries));
  WHORL_TRY(parts_->check_images(record, images));
  const auto lock = parts_->locks.one(record.person_id);
  WHORL_TRY(require_encounter(parts_->live.directory(), record.person_id, record.encounter_id));
  RecordTable& records = parts_->store->records();
  WHORL_ASSIGN(const EncounterRecord before, records.get(record.person_id, record.encounter_id));
  record.created_ms = before.created_ms;
  record.updated_ms = parts_->now_ms();
  record.retention_due_ms = before.retention_due_ms;
  record.hold = before.hold;
  record.subject_class = before.subject_class;
  record.extensions = before.extensions;
  WHORL_ASSIGN(Ready ready, made_ready(record, Validation::kWhole));
  WHORL_TRY(parts_->refuse_beyond_memory(ready.fresh.bytes() + kMarkBytesOfEncounter +
                                         parts_->live.growth_bytes(ready.fresh.samples.size())));
  WHORL_TRY(parts_->spaces.admit(ready.fresh.samples, *parts_->store));
  WHORL_ASSIGN(const IndexEntry entry, changed_entry(records, ready.stored.key, record, ready.digest));
  WHORL_ASSIGN(const std::uint64_t leaf, records.replace(ready.stored, entry, images, parts_->now_ms(), asked));
  const auto places = parts_->live.directory().places(record.person_id);
  parts_->live.exchange({{record.person_id, record.encounter_id}}, alone(std::move(ready.fresh)));
  for (const auto& place : places) {
    if (place.shard->encounter_id(place.index) == record.encounter_id) {
      parts_->whole_samples.forget(place.shard->digest(place.index));
    }
  }
  parts_->compaction.wake();
  return leaf;
}

Result<std::uint64_t> Gallery::set_status(const std::string& person_id, const std::string& encounter_id,
                                          EncounterStatus status, const audit::Asked& asked) {
  WHORL_TRY(parts_->ensure_store());
  const auto lock = parts_->locks.one(person_id);
  WHORL_TRY(require_encounter(parts_->live.directory(), person_id, encounter_id));
  WHORL_ASSIGN(EncounterRecord record, parts_->store->records().get(person_id, encounter_id));
  record.status = status;
  const bool active = status == EncounterStatus::kActive;
  return parts_->put_changed(std::move(record), asked, active ? "activated" : "deactivated");
}

Result<std::uint64_t> Gallery::set_galleries(const std::string& person_id, const std::string& encounter_id,
                                             std::vector<std::string> galleries, const audit::Asked& asked) {
  WHORL_TRY(parts_->ensure_store());
  WHORL_TRY(parts_->check_galleries(galleries));
  const auto lock = parts_->locks.one(person_id);
  WHORL_TRY(require_encounter(parts_->live.directory(), person_id, encounter_id));
  WHORL_ASSIGN(EncounterRecord record, parts_->store->records().get(person_id, encounter_id));
  record.galleries = std::move(galleries);
  WHORL_TRY(check_record(record));
  return parts_->put_changed(std::move(record), asked, "galleries");
}

namespace {

std::uint64_t image_bytes(const EncounterRecord& record) {
  std::uint64_t out = 0;
  for (const SampleRecord& sample : record.samples) out += sample.image ? sample.image->size : 0;
  return out;
}

// The record under its new person, with its images as they were kept.
struct Moving {
  RecordTable::Moved moved;
  std::vector<KeptImage> images;  // which `moved` borrows
  NewEncounter fresh;
};

Result<Moving> moving(const Store& store, EncounterRecord record, const std::string& to, std::uint64_t now_ms) {
  Moving out;
  const std::string from = record.person_id;
  out.moved.from = encounter_key(from, record.encounter_id);
  const std::vector<ImageReference> named = images_named(record);
  for (const ImageReference& each : named) {
    WHORL_ASSIGN(KeptImage image, store.images().get(from, record.encounter_id, each));
    out.images.push_back(std::move(image));
  }
  for (std::size_t i = 0; i < named.size(); ++i) {
    out.moved.images.push_back({named[i], out.images[i].reading, out.images[i].bytes});
  }
  record.person_id = to;
  record.updated_ms = now_ms;
  WHORL_ASSIGN(Ready ready, made_ready(record, Validation::kFast));
  WHORL_ASSIGN(out.moved.entry, changed_entry(store.records(), out.moved.from, record, ready.digest));
  out.moved.record = std::move(ready.stored);
  out.fresh = std::move(ready.fresh);
  return out;
}

}  // namespace

Result<std::uint64_t> Gallery::move(const std::string& from, const std::string& to,
                                    const std::optional<std::string>& encounter_id, bool may_be_new,
                                    const audit::Asked& asked, const BesideMove& beside) {
  if (from == to) return failure(ErrorCode::kSamePerson, "person_id");
  WHORL_TRY(parts_->ensure_store());
  if (may_be_new && !is_new_id(to)) return failure(ErrorCode::kIdentifierMalformed, "person_id");
  const auto lock = parts_->locks.two(from, to);
  const Directory& directory = parts_->live.directory();
  if (!directory.contains(from)) return unknown_person(from);
  if (!may_be_new && !directory.contains(to)) return unknown_person(to);
  std::vector<std::string> ids;
  for (const auto& place : directory.places(from)) ids.emplace_back(place.shard->encounter_id(place.index));
  const bool whole = !encounter_id || ids.size() == 1;
  if (encounter_id) {
    if (std::find(ids.begin(), ids.end(), *encounter_id) == ids.end()) return unknown_encounter(from, *encounter_id);
    ids = {*encounter_id};
  }
  std::sort(ids.begin(), ids.end());
  for (const std::string& id : ids) {
    if (directory.contains(to, id)) return encounter_exists(to, id);
  }
  WHORL_TRY(refuse_beyond_most(directory.encounters(to) + ids.size() - 1, to));
  std::vector<Moving> all;
  all.reserve(ids.size());
  std::vector<LiveSet::Ids> before;
  std::uint64_t bytes = 0;
  std::uint64_t images = 0;
  std::size_t samples = 0;
  for (const std::string& id : ids) {
    WHORL_ASSIGN(EncounterRecord record, parts_->store->records().get(from, id));
    images += image_bytes(record);
    if (ids.size() > 1 && images > kMostImageBytesOfMove) {
      return failure(ErrorCode::kTooManyImagesToMove, "person_id", with<"most_bytes">(kMostImageBytesOfMove));
    }
    WHORL_ASSIGN(Moving one, moving(*parts_->store, std::move(record), to, parts_->now_ms()));
    bytes += one.fresh.bytes() + kMarkBytesOfEncounter;
    samples += one.fresh.samples.size();
    all.push_back(std::move(one));
    before.push_back({from, id});
  }
  WHORL_TRY(parts_->refuse_beyond_memory(bytes + parts_->live.growth_bytes(samples)));
  std::vector<RecordTable::Moved> moved;
  std::vector<NewEncounter> after;
  for (Moving& one : all) {
    moved.push_back(std::move(one.moved));
    after.push_back(std::move(one.fresh));
  }
  std::optional<NotedHead> noted;
  if (beside) {
    WHORL_ASSIGN(noted, beside());
  }
  const PersonChange change{from, ids, whole, to, asked.task};
  const auto people = parts_->store->tasks().people().change(std::span(&change, 1));
  WHORL_ASSIGN(const std::uint64_t leaf, parts_->store->records().move(moved, asked, whole, noted ? &*noted : nullptr));
  parts_->live.exchange(before, std::move(after));
  parts_->compaction.wake();
  return leaf;
}

Result<std::vector<std::string>> Gallery::galleries_of(const std::string& person_id,
                                                       const std::string& encounter_id) const {
  WHORL_ASSIGN(IndexEntry entry, parts_->store->records().entry(encounter_key(person_id, encounter_id)));
  return std::move(entry.galleries);
}

namespace {

using Named = std::pair<std::string_view, std::string_view>;

// Brings what would stand at [begin, end) of the sorted list there, in order, and sorts nothing else.
void sort_page(std::vector<Named>& all, std::size_t begin, std::size_t end) {
  const auto at = [&](std::size_t i) { return all.begin() + static_cast<std::ptrdiff_t>(i); };
  if (begin > 0 && begin < all.size()) std::nth_element(all.begin(), at(begin), all.end());
  if (end < all.size()) std::nth_element(at(begin), at(end), all.end());
  std::sort(at(begin), at(end));
}

}  // namespace

Result<GalleryPage> Gallery::content(const std::string& gallery_id, std::size_t offset, std::size_t limit,
                                     const std::function<bool()>& expired) const {
  constexpr std::size_t kAskEvery = 4096;
  const auto snapshot = parts_->live.snapshot();
  const bool everybody = gallery_id == kAllGalleries;
  const Counts active = snapshot->counts_of(gallery_id);
  const Counts inactive = snapshot->counts_of(kInactiveMark + gallery_id);
  if (!everybody && gallery_id != kDefaultGallery && active.encounters + inactive.encounters == 0) {
    return failure(ErrorCode::kUnknownGallery, "gallery_id", with<"gallery">(gallery_id));
  }
  const auto number = [&](const std::string& name) {
    const auto it = snapshot->names->find(name);
    return it == snapshot->names->end() ? Shard::kNoGallery : it->second;
  };
  const std::uint32_t own = number(gallery_id);
  const std::uint32_t marked = number(kInactiveMark + gallery_id);
  std::vector<Named> found;
  std::size_t looked = 0;
  for (const Snapshot::View& view : snapshot->shards) {
    const Shard& shard = *view.shard;
    for (std::size_t i = 0; i < view.encounters; ++i) {
      if (++looked % kAskEvery == 0 && expired && expired()) {
        return failure(ErrorCode::kDeadlinePassed, with<"before">(PhraseCode::kListMade));
      }
      if (!shard.visible_at(i, snapshot->version)) continue;
      const auto galleries = shard.galleries(i);
      const bool in = everybody || std::any_of(galleries.begin(), galleries.end(), [&](std::uint16_t local) {
                        const std::uint32_t global = shard.global_gallery(local);
                        return global == own || global == marked;
                      });
      if (in) found.emplace_back(shard.person_id(i), shard.encounter_id(i));
    }
  }
  GalleryPage out;
  out.total = found.size();
  const std::size_t begin = std::min(offset, found.size());
  const std::size_t end = begin + std::min(limit, found.size() - begin);
  sort_page(found, begin, end);
  for (std::size_t i = begin; i < end; ++i) {
    out.entries.push_back({std::string(found[i].first), std::string(found[i].second)});
  }
  return out;
}

}  // namespace whorl::index
