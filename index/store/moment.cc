#include "index/moment.h"

#include <rocksdb/iterator.h>

#include <algorithm>
#include <map>
#include <utility>

#include "index/record/digest.h"
#include "index/record/index_entry.h"
#include "index/record/record_key.h"
#include "index/record/refusals.h"
#include "index/store/answer_table.h"
#include "index/store/image_table.h"
#include "index/store/long_hold.h"
#include "index/store/sealed_encounter.h"
#include "index/store/store.h"

namespace whorl::index {

struct Moment::Parts {
  Parts(const RocksDatabase& from, std::shared_ptr<LongHold> at)
      : database(from), hold(std::move(at)), keys(from.sealer().keys()) {}

  static rocksdb::ReadOptions options(const LongHold::Look& look) {
    rocksdb::ReadOptions out;
    out.fill_cache = false;
    out.snapshot = look.at();
    return out;
  }
  // Nothing where there is none.
  [[nodiscard]] Result<std::optional<Bytes>> get(Family family, ByteView row) const {
    WHORL_ASSIGN(const auto look, hold->look());
    OpenDatabase& db = look->db();
    if (!db.has(family)) return std::optional<Bytes>();
    [[maybe_unused]] const auto turn = db.turn();
    rocksdb::PinnableSlice value;
    const rocksdb::Status status = db->Get(options(*look), db.family(family), slice(row), &value);
    if (status.IsNotFound()) return std::optional<Bytes>();
    if (!status.ok()) return error_of(status, "reading the gallery");
    return std::optional(Bytes(view(value).begin(), view(value).end()));
  }
  // Rows of a family with this first byte, from one on, until `take` has enough. Gives the row after the last taken.
  template <class Take>
  [[nodiscard]] Result<Bytes> each(Family family, std::uint8_t prefix, ByteView from, const Take& take) const {
    WHORL_ASSIGN(const auto look, hold->look());
    OpenDatabase& db = look->db();
    [[maybe_unused]] const auto turn = db.turn();
    rocksdb::ReadOptions read = options(*look);
    read.readahead_size = 2U << 20;
    const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(read, db.family(family)));
    const Bytes first{prefix};
    for (it->Seek(slice(from.empty() ? ByteView(first) : from)); it->Valid(); it->Next()) {
      const ByteView row = view(it->key());
      if (row.empty() || row[0] != prefix) break;
      WHORL_ASSIGN(const bool more, take(row, view(it->value())));
      if (!more) return Bytes(row.begin(), row.end());
    }
    if (!it->status().ok()) return error_of(it->status(), "reading the gallery");
    return Bytes();
  }
  [[nodiscard]] Result<OpenedEntry> entry_of(const std::string& person_id, const std::string& encounter_id,
                                             const Bytes& row) const {
    WHORL_ASSIGN(const auto stored, get(Family::kIndex, row));
    if (!stored) return unknown_encounter(person_id, encounter_id);
    return open_entry(keys, row, *stored);
  }
  // Whose a row of the index is, and what it says.
  [[nodiscard]] Result<std::pair<EncounterIds, IndexEntry>> index_of(ByteView row, ByteView stored) const {
    WHORL_ASSIGN(const OpenedEntry opened, open_entry(keys, row, stored));
    auto ids = ids_of(opened.record_key);
    if (!ids) return corruption("index entry: malformed key");
    WHORL_ASSIGN(IndexEntry entry, parse_index(opened.entry));
    return std::pair(std::move(*ids), std::move(entry));
  }
  [[nodiscard]] Bytes row_of(const std::string& person_id, const std::string& encounter_id) const {
    return database.sealer().record_row(encounter_key(person_id, encounter_id));
  }

  const RocksDatabase& database;
  const std::shared_ptr<LongHold> hold;
  const std::optional<crypto::Vault> keys;
};

Moment::Moment(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Moment::~Moment() = default;

bool Moment::ended() const { return parts_->hold->ended(); }

Result<Moment::Names> Moment::names(ByteView from, std::size_t most) const {
  Names out;
  WHORL_ASSIGN(
      out.next,
      parts_->each(Family::kIndex, parts_->database.sealer().record_prefix(), from,
                   [&](ByteView row, ByteView stored) -> Result<bool> {
                     if (out.encounters.size() >= most) return false;
                     WHORL_ASSIGN(auto found, parts_->index_of(row, stored));
                     auto& [ids, entry] = found;
                     out.encounters.push_back({std::move(ids.person_id), std::move(ids.encounter_id), entry.digest});
                     return true;
                   }));
  return out;
}

Result<EncodedRecord> Moment::record(const std::string& person_id, const std::string& encounter_id) const {
  const Bytes row = parts_->row_of(person_id, encounter_id);
  WHORL_ASSIGN(const OpenedEntry entry, parts_->entry_of(person_id, encounter_id, row));
  WHORL_ASSIGN(const auto stored, parts_->get(Family::kRecords, row));
  if (!stored) return corruption("gallery record " + person_id + "/" + encounter_id + ": is missing");
  WHORL_ASSIGN(Bytes value, open_record(entry, row, *stored));
  return EncodedRecord{entry.record_key, std::move(value)};
}

Result<KeptImage> Moment::image(const std::string& person_id, const std::string& encounter_id,
                                const ImageReference& named) const {
  const Bytes row = parts_->row_of(person_id, encounter_id);
  WHORL_ASSIGN(const OpenedEntry entry, parts_->entry_of(person_id, encounter_id, row));
  const Bytes key = image_key(row, named.number);
  WHORL_ASSIGN(const auto stored, parts_->get(Family::kImages, key));
  if (!stored) return corruption("gallery record " + person_id + "/" + encounter_id + ": a kept image is missing");
  return ImageTable::opened(entry, key, *stored, named);
}

Result<Moment::Answers> Moment::answers(ByteView from, std::size_t most) const {
  Answers out;
  WHORL_ASSIGN(out.next,
               parts_->each(Family::kMarks, kAnswerKeyPrefix, from, [&](ByteView row, ByteView stored) -> Result<bool> {
                 if (out.answers.size() >= most) return false;
                 WHORL_ASSIGN(KeptAnswer answer, AnswerTable::opened(parts_->keys, row, stored));
                 out.answers.push_back(std::move(answer));
                 return true;
               }));
  return out;
}

namespace {

// One gallery's, while its encounters come person by person.
struct Sum {
  std::uint64_t persons = 0;
  std::uint64_t encounters = 0;
  std::string last;  // person
  SetDigest digest;
};

}  // namespace

Result<std::vector<GalleryDigest>> Moment::digests() const {
  std::map<std::string, Sum> sums;
  const auto take = [&](ByteView row, ByteView stored) -> Result<bool> {
    WHORL_ASSIGN(const auto found, parts_->index_of(row, stored));
    const auto& [ids, entry] = found;
    for (const std::string& gallery : entry.galleries) {
      Sum& sum = sums[gallery];
      // Rows of one person lie together.
      if (sum.encounters == 0 || sum.last != ids.person_id) ++sum.persons;
      sum.last = ids.person_id;
      ++sum.encounters;
      sum.digest.add(ids.person_id, ids.encounter_id, entry.digest);
    }
    return true;
  };
  WHORL_TRY(parts_->each(Family::kIndex, parts_->database.sealer().record_prefix(), {}, take));
  std::vector<GalleryDigest> out;
  for (const auto& [name, sum] : sums) out.push_back({name, sum.persons, sum.encounters, sum.digest.value()});
  return out;
}

Result<std::unique_ptr<Moment>> Store::moment() const {
  WHORL_ASSIGN(Hold db, database().reading());
  if (database().broken()) return unavailable("the gallery's disk has failed");
  WHORL_ASSIGN(auto hold, LongHold::take(std::move(db)));
  return std::unique_ptr<Moment>(new Moment(std::make_unique<Moment::Parts>(database(), std::move(hold))));
}

std::vector<ImageReference> images_named(const EncounterRecord& record) {
  std::vector<ImageReference> out;
  for (const SampleRecord& sample : record.samples) {
    const auto same = [&](const ImageReference& other) { return sample.image->number == other.number; };
    if (sample.image && std::none_of(out.begin(), out.end(), same)) out.push_back(*sample.image);
  }
  return out;
}

}  // namespace whorl::index
