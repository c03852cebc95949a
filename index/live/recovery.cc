#include "index/live/recovery.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>

#include "base/text.h"
#include "index/live/footprint.h"
#include "index/record/record_key.h"
#include "index/shard/sample_preparation.h"
#include "templates/codec/template.h"

namespace whorl::index {
namespace {

// Every encounter that the records hold, by the index, in the order of rows.
class IndexedEncounters {
 public:
  // `held`: each against its record.
  Status read(const Store& store, const Workers& workers, bool held) {
    const auto take = [&](ByteView key, ByteView value) -> Status {
      WHORL_ASSIGN(const IndexEntry entry, parse_index(value));
      if (key.size() > kMaxKeyBytes) return corruption("index entry: key too long");
      entries_.push_back({text_.size(), static_cast<std::uint16_t>(key.size()),
                          static_cast<std::uint8_t>(entry.samples.size()), entry.digest, entry.shard_digest});
      text_.append(as_text(key));
      for (const ModalityRow& row : modalities()) all_[row.modality] += entry.count(row.modality);
      for (const IndexedSample& sample : entry.samples) note_extractor(sample);
      return {};
    };
    const RecordTable& records = store.records();
    WHORL_TRY(held ? records.scan_held_index(take, &workers) : records.scan_index(take, &workers));
    make_table();
    covered_ = std::make_unique<std::atomic<bool>[]>(entries_.size());
    return {};
  }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  // Of every encounter.
  [[nodiscard]] std::uint64_t count(Modality modality) const { return all_[modality]; }
  [[nodiscard]] std::vector<OtherExtractor> other_extractors() const {
    std::vector<OtherExtractor> out;
    for (const auto& [what, counts] : others_) {
      out.push_back({what.first, what.second, counts.samples, counts.with_image});
    }
    return out;
  }
  [[nodiscard]] std::size_t samples(std::size_t i) const { return entries_[i].samples; }
  [[nodiscard]] ByteView key(std::size_t i) const {
    return as_bytes(std::string_view(text_).substr(entries_[i].key, entries_[i].key_bytes));
  }
  [[nodiscard]] const RecordDigest& digest(std::size_t i) const { return entries_[i].digest; }
  [[nodiscard]] const RecordDigest& shard_digest(std::size_t i) const { return entries_[i].shard_digest; }
  [[nodiscard]] bool covered(std::size_t i) const { return covered_[i].load(std::memory_order_relaxed); }

  // True the first time for an encounter of which a shard must hold what this digest names. Thread-safe.
  [[nodiscard]] bool claim(std::string_view person_id, std::string_view encounter_id,
                           const RecordDigest& shard_digest) {
    const auto at = find(person_id, encounter_id);
    return at && entries_[*at].shard_digest == shard_digest && !covered_[*at].exchange(true);
  }

  // Takes a claim back. Thread-safe.
  void release(std::string_view person_id, std::string_view encounter_id) {
    if (const auto at = find(person_id, encounter_id)) covered_[*at].store(false);
  }

 private:
  static constexpr std::size_t kMaxKeyBytes = 2 * kMaxIdBytes + 2;
  struct Entry {
    std::size_t key = 0;
    std::uint16_t key_bytes = 0;
    std::uint8_t samples = 0;
    RecordDigest digest{};
    RecordDigest shard_digest{};
  };
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  [[nodiscard]] std::optional<std::size_t> find(std::string_view person_id, std::string_view encounter_id) const {
    const Bytes wanted = encounter_key(person_id, encounter_id);
    for (std::size_t at = first_place(as_text(wanted)); table_[at] != kNone; at = (at + 1) & (table_.size() - 1)) {
      if (text(entries_[table_[at]]) == as_text(wanted)) return table_[at];
    }
    return {};
  }
  [[nodiscard]] std::size_t first_place(std::string_view key) const {
    return std::hash<std::string_view>{}(key) & (table_.size() - 1);
  }
  // Open addressing, at most half full: rows come in no order of keys.
  void make_table() {
    table_.assign(std::bit_ceil(2 * entries_.size() + 1), kNone);
    for (std::uint32_t i = 0; i < entries_.size(); ++i) {
      std::size_t at = first_place(text(entries_[i]));
      while (table_[at] != kNone) at = (at + 1) & (table_.size() - 1);
      table_[at] = i;
    }
  }
  [[nodiscard]] std::string_view text(const Entry& e) const {
    return std::string_view(text_).substr(e.key, e.key_bytes);
  }

  void note_extractor(const IndexedSample& sample) {
    if (sample.extractor_version == codec::extractor_version_of(sample.modality)) return;
    OtherExtractor& other = others_[{sample.modality, sample.extractor_version}];
    ++other.samples;
    other.with_image += sample.has_image ? 1 : 0;
  }

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> table_;  // numbers of entries, by their keys
  std::string text_;
  ByModality<std::uint64_t> all_;
  std::map<std::pair<Modality, std::uint32_t>, OtherExtractor> others_;  // by modality and version: the counts
  std::unique_ptr<std::atomic<bool>[]> covered_;
};

struct Loaded {
  std::shared_ptr<SealedShard> shard;
  std::vector<std::uint8_t> alive;
  std::string reason;  // why there is no shard
};

class Recovery {
 public:
  Recovery(const GalleryOptions& options, const Store& store, const Workers& workers, const SpaceGate& spaces,
           LiveSet& live, ShardCompaction& compaction)
      : options_(options), store_(store), workers_(workers), spaces_(spaces), live_(live), compaction_(compaction) {}

  Result<OpeningReport> run() {
    WHORL_TRY(read_manifest());
    if (shards_bytes() > options_.memory_limit_bytes) WHORL_TRY(check_limit());  // to read the records may take minutes
    WHORL_TRY(indexed_.read(store_, workers_, options_.verify_records));
    report_.other_extractors = indexed_.other_extractors();
    WHORL_TRY(check_limit());
    std::vector<Loaded> loaded(entries_.size());
    workers_.each(entries_.size(), 1, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) loaded[i] = read_one(entries_[i]);
    });
    take_all(std::move(loaded));
    WHORL_TRY(prepare_uncovered());
    return std::move(report_);
  }

 private:
  // The length of every sample of the gallery's space; 0 where it is of any length, or there is none yet.
  [[nodiscard]] std::size_t sample_bytes(const Comparator& row) const {
    if (row.sample_bytes == nullptr) return 0;
    if (row.check_space == nullptr) return row.sample_bytes({});
    const auto space = spaces_.get(row.modality);
    return space ? row.sample_bytes(*space) : 0;
  }

  // Entries that verify; the others are of no use.
  Status read_manifest() {
    std::uint64_t last = 0;
    const auto note = [&last](std::uint64_t epoch) {
      constexpr std::uint64_t kSane = ~std::uint64_t{0} / 2;  // a damaged key must not use up all numbers
      if (epoch < kSane) last = std::max(last, epoch);
    };
    WHORL_ASSIGN(const auto manifest, store_.snapshots().manifest());
    for (const auto& stored : manifest) {
      note(stored.epoch);
      auto entry = parse_snapshot_entry(stored.epoch, stored.value);
      if (entry.ok()) {
        entries_.push_back(std::move(entry).value());
      } else {
        drop(stored.epoch, entry.error().message);
      }
    }
    WHORL_ASSIGN(const auto epochs, store_.snapshots().chunk_epochs());
    for (const std::uint64_t epoch : epochs) {
      note(epoch);
      const auto is_it = [&](const auto& stored) { return stored.epoch == epoch; };
      if (std::none_of(manifest.begin(), manifest.end(), is_it))
        compaction_.abandon(epoch);  // never finished, or replaced
    }
    compaction_.first_epoch(last + 1);
    return {};
  }

  void drop(std::uint64_t epoch, const std::string& reason) {
    report_.snapshots_dropped.push_back("snapshot " + std::to_string(epoch) + ": " + reason);
    compaction_.abandon(epoch);
  }

  [[nodiscard]] std::uint64_t shards_bytes() const {
    std::uint64_t out = 0;
    for (const SnapshotEntry& entry : entries_) out += entry.bytes;
    return out;
  }

  Status check_limit() const {
    if (options_.memory_limit_bytes == 0) return {};
    std::uint64_t bytes = shards_bytes();
    std::uint64_t fingers = 0;
    std::uint64_t encounters = 0;
    for (const SnapshotEntry& entry : entries_) {
      fingers += entry.fingers;
      encounters += entry.encounters;
    }
    const std::uint64_t indexed = indexed_.count(Modality::kFinger);
    if (indexed > fingers) bytes += (indexed - fingers) * kFingerShardBytes;
    if (indexed_.size() > encounters) {
      const auto faces = std::min<std::uint64_t>(indexed_.count(Modality::kFace), indexed_.size() - encounters);
      bytes += faces * (sample_bytes(comparator_of(Modality::kFace)) + kFaceBytes);
    }
    bytes += indexed_.size() * kMarkBytesOfEncounter + Store::memory_bytes();
    if (bytes <= options_.memory_limit_bytes) return {};
    return exhausted("the gallery needs about " + gibibytes(bytes) + " for " +
                     std::to_string(std::max(indexed, fingers)) + " fingers, the limit is " +
                     gibibytes(options_.memory_limit_bytes) +
                     ": raise the memory limit, or move the gallery to a machine with more memory");
  }

  void take_all(std::vector<Loaded> loaded) {
    for (std::size_t i = 0; i < loaded.size(); ++i) {
      if (!loaded[i].shard) {
        drop(entries_[i].epoch, loaded[i].reason);
        continue;
      }
      take(std::move(loaded[i]), entries_[i].epoch);
    }
  }

  Loaded read_one(const SnapshotEntry& entry) {
    auto shard = read_snapshot(store_.snapshots(), entry, workers_);
    if (!shard.ok()) return {nullptr, {}, shard.error().message};
    for (const Comparator& row : comparators()) {
      const std::size_t bytes = (*shard)->layout().column(row.modality).sample_bytes();
      if (bytes != 0 && bytes != sample_bytes(row)) return {nullptr, {}, "samples of another network"};
    }
    Loaded out{std::move(shard).value(), {}, {}};
    out.alive.resize(out.shard->size());
    for (std::size_t i = 0; i < out.alive.size(); ++i) {
      out.alive[i] = indexed_.claim(out.shard->person_id(i), out.shard->encounter_id(i), out.shard->digest(i)) ? 1 : 0;
    }
    return out;
  }

  void take(Loaded loaded, std::uint64_t epoch) {
    const auto alive =
        static_cast<std::uint64_t>(std::count(loaded.alive.begin(), loaded.alive.end(), std::uint8_t{1}));
    report_.encounters_outdated += loaded.alive.size() - alive;
    // Of which most is outdated would take its memory beside what is made anew of the records.
    if (2 * alive < loaded.alive.size()) {
      for (std::size_t i = 0; i < loaded.alive.size(); ++i) {
        if (loaded.alive[i] != 0) indexed_.release(loaded.shard->person_id(i), loaded.shard->encounter_id(i));
      }
      compaction_.abandon(epoch);
      return;
    }
    ++report_.snapshots_used;
    report_.encounters_from_snapshots += alive;
    compaction_.adopt(*loaded.shard, epoch);
    live_.insert(std::move(loaded.shard), loaded.alive);
  }

  Status prepare_uncovered() {
    std::vector<std::size_t> missing;
    std::size_t samples = 0;
    for (std::size_t i = 0; i < indexed_.size(); ++i) {
      if (indexed_.covered(i)) continue;
      missing.push_back(i);
      samples += indexed_.samples(i);
    }
    report_.encounters_prepared = missing.size();
    // Few go where new ones go; many become shards of their own at once.
    const bool few = samples <= options_.shard_fingers;
    const std::size_t most = few ? options_.shard_fingers : ShardCompaction::largest_fingers(options_.shard_fingers);
    for (std::size_t begin = 0; begin < missing.size();) {
      std::size_t end = begin;
      for (std::size_t taken = 0; end < missing.size() && taken < most; ++end) taken += indexed_.samples(missing[end]);
      WHORL_TRY(prepare_some(std::span(missing).subspan(begin, end - begin), few));
      begin = end;
    }
    return {};
  }

  Status prepare_some(std::span<const std::size_t> which, bool into_head) {
    std::vector<NewEncounter> batch(which.size());
    std::vector<Status> outcomes(which.size());
    workers_.each(which.size(), 4, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        outcomes[i] = prepare_one(which[i], batch[i]);
        if (!into_head) drop_all_but_rows(batch[i].samples);
      }
    });
    for (const Status& outcome : outcomes) WHORL_TRY(outcome);
    if (into_head) {
      live_.insert(std::move(batch));
      return {};
    }
    WHORL_ASSIGN(auto shard,
                 SealedShard::make(lay_out_shard(batch.size(), [&](std::size_t i) { return batch[i].entry(); })));
    live_.insert(std::move(shard), std::vector<std::uint8_t>(batch.size(), 1));
    return {};
  }

  [[nodiscard]] Status prepare_one(std::size_t i, NewEncounter& out) const {
    const auto value = store_.records().value(indexed_.key(i));
    if (!value.ok() && value.error().kind == ErrorKind::kNotFound) {
      return corruption("the index names an encounter that has no record");
    }
    WHORL_TRY(value);
    WHORL_ASSIGN(out, prepare_stored(indexed_.key(i), *value, {indexed_.digest(i), indexed_.shard_digest(i)}));
    for (const PreparedSample& sample : out.samples) {
      if (sample.space.empty() || spaces_.get(sample.modality) == sample.space) continue;
      return corruption("gallery record " + out.person_id + "/" + out.encounter_id + ": its " +
                        std::string(row_of(sample.modality).name) + " is of another network than the gallery's");
    }
    return {};
  }

  const GalleryOptions& options_;
  const Store& store_;
  const Workers& workers_;
  const SpaceGate& spaces_;
  LiveSet& live_;
  ShardCompaction& compaction_;
  IndexedEncounters indexed_;
  std::vector<SnapshotEntry> entries_;
  OpeningReport report_;
};

}  // namespace

Result<OpeningReport> fill_from_store(const GalleryOptions& options, const Store& store, const Workers& workers,
                                      const SpaceGate& spaces, LiveSet& live, ShardCompaction& compaction) {
  return Recovery(options, store, workers, spaces, live, compaction).run();
}

}  // namespace whorl::index
