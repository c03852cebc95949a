// Bulk insertion: prepare on all cores, one atomic step on disk, one sealed shard.
#include <algorithm>
#include <numeric>
#include <utility>

#include "base/catalogue.h"
#include "index/gallery_impl.h"
#include "index/live/footprint.h"
#include "index/record/refusals.h"
#include "index/shard/sample_preparation.h"

namespace whorl::index {
namespace {

// One record of the batch on its way in.
struct Item {
  EncodedRecord stored;
  IndexEntry index;
  NewEncounter encounter;
  std::optional<Error> refused;
};

// Whether the gallery can take the record at all; asked before the work.
using Check = std::function<Status(const EncounterRecord&)>;

Error comes_twice(const Item& item) {
  return failure(ErrorCode::kEncounterTwice, "encounter_id", with<"encounter">(item.encounter.encounter_id),
                 with<"person">(item.encounter.person_id));
}

// Images do not travel with records: a sample must not name one that is not there. True when one did.
bool forget_images(EncounterRecord& record) {
  bool any = false;
  for (SampleRecord& sample : record.samples) any = std::exchange(sample.image, std::nullopt).has_value() || any;
  return any;
}

Status prepare(Item& item, const Check& check) {
  auto record = parse_record(item.stored.key, item.stored.value);
  if (!record.ok()) return failure(ErrorCode::kEncounterFile, with<"detail">(record.error().message));
  item.encounter.person_id = record->person_id;
  item.encounter.encounter_id = record->encounter_id;
  WHORL_TRY(check(*record));
  if (const bool changed = forget_images(*record); changed || is_of_earlier_version(item.stored.value)) {
    WHORL_ASSIGN(item.stored, encoded(*record));
  }
  const RecordDigest digest = record_digest(item.stored.key, item.stored.value);
  item.index = index_entry(*record, digest);
  auto prepared = prepare_new(*record, digest, Validation::kFast);
  if (!prepared.ok()) return prepared.error();
  item.encounter = std::move(prepared).value();
  drop_all_but_rows(item.encounter.samples);
  return {};
}

std::vector<Item> prepare_all(std::vector<EncodedRecord> batch, const Check& check, const Workers& workers) {
  std::vector<Item> items(batch.size());
  workers.each(batch.size(), 4, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      items[i].stored = std::move(batch[i]);
      if (const Status status = prepare(items[i], check); !status.ok()) items[i].refused = status.error();
    }
  });
  return items;
}

// The items that are not refused, by key; of several with one key all but the first in the batch are refused.
std::vector<Item*> in_order(std::vector<Item>& items) {
  std::vector<Item*> out;
  for (Item& item : items) {
    if (!item.refused) out.push_back(&item);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Item* a, const Item* b) { return as_text(a->stored.key) < as_text(b->stored.key); });
  for (std::size_t i = 1; i < out.size(); ++i) {
    if (out[i]->stored.key == out[i - 1]->stored.key) out[i]->refused = comes_twice(*out[i]);
  }
  std::erase_if(out, [](const Item* item) { return item->refused.has_value(); });
  return out;
}

// Refuses what is enrolled already, and what is one too many of a person's; true when there was something. `items` are
// in order of key, so that a person's come together.
bool refuse_known(std::vector<Item*>& items, const Directory& directory) {
  std::size_t encounters = 0;  // of the item's person
  const Item* last = nullptr;
  for (Item* item : items) {
    const std::string& person = item->encounter.person_id;
    if (last == nullptr || last->encounter.person_id != person) encounters = directory.encounters(person);
    last = item;
    if (directory.contains(person, item->encounter.encounter_id)) {
      item->refused = encounter_exists(item->encounter.person_id, item->encounter.encounter_id);
    } else if (const Status most = refuse_beyond_most(encounters, person); !most.ok()) {
      item->refused = most.error();
    } else {
      ++encounters;
    }
  }
  return std::erase_if(items, [](const Item* item) { return item->refused.has_value(); }) > 0;
}

// Which samples of each modality the gallery holds, or will once the batch is in.
using Spaces = ByModality<std::optional<Bytes>>;

Status suits(const NewEncounter& encounter, Spaces& spaces) {
  for (const PreparedSample& sample : encounter.samples) {
    if (sample.space.empty()) continue;
    if (!spaces[sample.modality]) spaces[sample.modality] = sample.space;
    WHORL_TRY(check_space(spaces[sample.modality], sample));
  }
  return {};
}

// Refuses samples of another space than the gallery's, or where it holds none yet, than the batch's first; true when
// there was one.
bool refuse_foreign(std::vector<Item*>& items, const SpaceGate& gate) {
  Spaces spaces;
  for (const ModalityRow& row : modalities()) spaces[row.modality] = gate.get(row.modality);
  for (Item* item : items) {
    if (const Status status = suits(item->encounter, spaces); !status.ok()) item->refused = status.error();
  }
  return std::erase_if(items, [](const Item* item) { return item->refused.has_value(); }) > 0;
}

LoadOutcome outcome_of(const std::vector<Item*>& taken, const std::vector<Item>& items) {
  LoadOutcome out;
  out.encounters = taken.size();
  for (const Item* item : taken) {
    for (const PreparedSample& sample : item->encounter.samples) ++out.samples[sample.modality];
  }
  for (const Item& item : items) {
    if (item.refused) out.refused.push_back({item.encounter.person_id, item.encounter.encounter_id, *item.refused});
  }
  return out;
}

Result<std::shared_ptr<SealedShard>> shard_of(const std::vector<Item*>& items) {
  if (items.empty()) return std::shared_ptr<SealedShard>();
  return SealedShard::make(lay_out_shard(items.size(), [&](std::size_t i) { return items[i]->encounter.entry(); }));
}

Result<std::unique_ptr<BulkTable::Staged>> stage(BulkTable& bulk, const std::vector<Item*>& items,
                                                 const std::string& mark_name, ByteView mark) {
  std::vector<const EncodedRecord*> records;
  std::vector<const IndexEntry*> entries;
  for (const Item* item : items) {
    records.push_back(&item->stored);
    entries.push_back(&item->index);
  }
  return bulk.stage(records, entries, mark_name, mark);
}

std::uint64_t bytes_of(const std::vector<Item*>& items) {
  std::uint64_t bytes = 0;
  for (const Item* item : items) bytes += item->encounter.bytes() + kMarkBytesOfEncounter;
  return bytes;
}

}  // namespace

Result<LoadOutcome> Gallery::Parts::load(std::vector<EncodedRecord> batch, const std::string& mark_name, ByteView mark,
                                         const audit::Asked& asked) {
  WHORL_TRY(ensure_store());
  const auto check = [this](const EncounterRecord& record) -> Status {
    WHORL_TRY(check_new_ids(record));
    WHORL_TRY(check_galleries(record.galleries));
    if (!live.directory().contains(record.person_id, record.encounter_id)) return {};
    return encounter_exists(record.person_id, record.encounter_id);
  };
  auto items = prepare_all(std::move(batch), check, workers);
  std::vector<Item*> taken = in_order(items);
  refuse_known(taken, live.directory());
  refuse_foreign(taken, spaces);
  WHORL_TRY(refuse_beyond_memory(bytes_of(taken)));
  for (;;) {
    WHORL_ASSIGN(auto shard, shard_of(taken));
    WHORL_ASSIGN(const auto staged, stage(store->bulk(), taken, mark_name, mark));
    compaction.settle();  // at most one batch waits for its snapshot
    const auto lock = locks.everybody();
    // Somebody may have enrolled one of them since.
    if (refuse_known(taken, live.directory())) continue;
    if (refuse_foreign(taken, spaces)) continue;
    for (const Item* item : taken) WHORL_TRY(spaces.admit(item->encounter.samples, *store));
    WHORL_ASSIGN(const bool taken_in, store->bulk().commit(*staged, asked));
    if (!taken_in) continue;  // the gallery's keys were changed meanwhile
    if (shard) live.insert(std::move(shard), std::vector<std::uint8_t>(taken.size(), 1));
    break;
  }
  compaction.wake();
  return outcome_of(taken, items);
}

Result<LoadOutcome> Gallery::load(std::vector<EncodedRecord> batch, const std::string& mark_name, ByteView mark,
                                  const audit::Asked& asked) {
  try {
    return parts_->load(std::move(batch), mark_name, mark, asked);
  } catch (const std::bad_alloc&) {
    return failure(ErrorCode::kOutOfMemory, with<"detail">("not enough memory for the load"));
  } catch (const std::exception& e) {
    return internal_error(std::string("loading: ") + e.what());
  }
}

std::size_t Gallery::load_batch_fingers() const {
  return ShardCompaction::largest_fingers(parts_->options.shard_fingers) / 2;
}

Result<std::optional<Bytes>> Gallery::load_mark(const std::string& mark_name) const {
  return parts_->store->bulk().mark(mark_name);
}

Status Gallery::put_load_mark(const std::string& mark_name, ByteView mark) {
  WHORL_TRY(parts_->ensure_store());
  return parts_->store->bulk().put_mark(mark_name, mark);
}

Status Gallery::drop_load_mark(const std::string& mark_name) {
  WHORL_TRY(parts_->ensure_store());
  return parts_->store->bulk().drop_mark(mark_name);
}

}  // namespace whorl::index
