// What a copy of another gallery brings: encounters as they are there, whatever is here.
#include <algorithm>

#include "index/copied_record.h"
#include "index/gallery_impl.h"
#include "index/record/digest.h"
#include "index/record/record_key.h"

namespace whorl::index {
namespace {

constexpr const char* kMark = "copied";
constexpr const char* kWhy = "copied";
constexpr const char* kHandedOver = "moved to another part";
// Of one batch on disk.
constexpr std::size_t kMostOfBatch = 4096;

}  // namespace

Result<Moment::Named> name_of_copied(const EncodedRecord& record) {
  const auto ids = ids_of(record.key);
  if (!ids) return corruption("a copied record's key names nobody");
  return Moment::Named{ids->person_id, ids->encounter_id, record_digest(record.key, record.value)};
}

// An encounter that is here and is another one goes first.
Result<bool> Gallery::Parts::make_way(const EncounterIds& ids, const RecordDigest& digest, const audit::Asked& asked) {
  if (!live.directory().contains(ids.person_id, ids.encounter_id)) return true;
  WHORL_ASSIGN(const IndexEntry entry, store->records().entry(encounter_key(ids.person_id, ids.encounter_id)));
  if (entry.digest == digest) return false;
  const auto lock = locks.one(ids.person_id);
  WHORL_TRY(erase(ids.person_id, {ids.encounter_id}, asked, erases(ids.person_id, 1), kWhy));
  return true;
}

Result<std::size_t> Gallery::put_copied(std::vector<CopiedEncounter> copied, const audit::Asked& asked) {
  WHORL_TRY(parts_->ensure_store());
  std::vector<EncodedRecord> plain;
  std::size_t put = 0;
  for (CopiedEncounter& each : copied) {
    WHORL_ASSIGN(const Moment::Named named, name_of_copied(each.record));
    WHORL_ASSIGN(const bool wanted, parts_->make_way({named.person_id, named.encounter_id}, named.digest, asked));
    if (!wanted) continue;
    ++put;
    if (each.images.empty()) {
      plain.push_back(std::move(each.record));
      continue;
    }
    WHORL_ASSIGN(const EncounterRecord record, parse_record(each.record.key, each.record.value));
    const auto images_of = images_named(record);
    if (images_of.size() != each.images.size())
      return corruption("a copied record names other images than came with it");
    std::vector<ImageToKeep> images;
    for (std::size_t i = 0; i < images_of.size(); ++i) {
      images.push_back({images_of[i], each.images[i].reading, each.images[i].bytes});
    }
    WHORL_TRY(add(record, PersonRule::kEither, {}, images, asked));
  }
  if (plain.empty()) return put;
  WHORL_ASSIGN(const LoadOutcome loaded, load(std::move(plain), kMark, {}, asked));
  WHORL_TRY(drop_load_mark(kMark));
  if (!loaded.refused.empty()) return loaded.refused.front().error;
  return put;
}

Result<bool> Gallery::is_alike(const Moment::Named& there) const {
  if (!parts_->live.directory().contains(there.person_id, there.encounter_id)) return false;
  const auto entry = parts_->store->records().entry(encounter_key(there.person_id, there.encounter_id));
  if (entry.ok()) return entry->digest == there.digest;
  if (entry.error().kind == ErrorKind::kNotFound) return false;
  return entry.error();
}

Status Gallery::erase_copied(const std::string& person_id, const std::string& encounter_id, const audit::Asked& asked) {
  WHORL_TRY(parts_->ensure_store());
  const auto lock = parts_->locks.one(person_id);
  if (!parts_->live.directory().contains(person_id, encounter_id)) return {};
  return parts_->erase(person_id, {encounter_id}, asked, parts_->erases(person_id, 1), kWhy);
}

Status Gallery::put_copied_answers(std::span<const KeptAnswer> answers) {
  WHORL_TRY(parts_->ensure_store());
  return parts_->store->answers().put_all(answers);
}

Result<std::vector<Moment::Named>> Gallery::named_of(const std::string& person_id) const {
  std::vector<Moment::Named> out;
  for (const auto& place : parts_->live.directory().places(person_id)) {
    std::string encounter_id(place.shard->encounter_id(place.index));
    const auto entry = parts_->store->records().entry(encounter_key(person_id, encounter_id));
    if (!entry.ok() && entry.error().kind == ErrorKind::kNotFound) continue;  // erased meanwhile
    if (!entry.ok()) return entry.error();
    out.push_back({person_id, std::move(encounter_id), entry->digest});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.encounter_id < b.encounter_id; });
  return out;
}

Result<bool> Gallery::hand_over(std::span<const Moment::Named> all, bool again, const std::function<Status()>& before,
                                const audit::Asked& asked) {
  WHORL_TRY(parts_->ensure_store());
  const std::scoped_lock nothing_due(parts_->sweeping);
  std::vector<EncounterIds> here;
  std::vector<LiveSet::Ids> seen;
  for (const Moment::Named& named : all) {
    const bool live = parts_->live.directory().contains(named.person_id, named.encounter_id);
    const auto entry = parts_->store->records().entry(encounter_key(named.person_id, named.encounter_id));
    if (!entry.ok() && entry.error().kind != ErrorKind::kNotFound) return entry.error();
    const bool alike = live && entry.ok() && entry->digest == named.digest;
    if (!alike && !again) return false;
    // An attempt that failed between two batches has left in memory whom the disk has no more.
    if (!live) continue;
    seen.push_back({named.person_id, named.encounter_id});
    if (entry.ok()) here.push_back({named.person_id, named.encounter_id});
  }
  WHORL_TRY(before());
  const auto lock = parts_->locks.everybody();
  std::vector<PersonChange> leave;
  for (const LiveSet::Ids& ids : seen) leave.push_back({std::string(ids.person_id), {}, true, {}, asked.task});
  const auto people = parts_->store->tasks().people().change(leave);
  for (std::size_t at = 0; at < here.size(); at += kMostOfBatch) {
    const auto some = std::span(here).subspan(at, std::min(kMostOfBatch, here.size() - at));
    WHORL_TRY(parts_->store->records().erase_all(some, parts_->now_ms(), asked, kHandedOver));
  }
  std::vector<RecordDigest> forgotten;
  for (const LiveSet::Ids& ids : seen) {
    for (const auto& place : parts_->live.directory().places(ids.person_id)) {
      forgotten.push_back(place.shard->digest(place.index));
    }
  }
  parts_->live.exchange(seen, {});
  for (const RecordDigest& digest : forgotten) parts_->whole_samples.forget(digest);
  parts_->compaction.wake();
  return true;
}

Result<std::unique_ptr<Moment>> Gallery::moment() const { return parts_->store->moment(); }

}  // namespace whorl::index
