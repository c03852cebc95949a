// What the small index says of an encounter, so that searching, filtering, retention and rules need not read its record
// (docs/gallery-format.md). Private to this room. Pure; plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "index/record/digest.h"
#include "index/record/record.h"

namespace whorl::index {

inline constexpr std::uint8_t kIndexVersion = 3;

struct IndexedSample {
  Modality modality = Modality::kFinger;
  std::uint8_t position = 0;
  FormatNumber format = kNativeFinger;
  std::uint8_t quality = 0;
  std::uint32_t extractor_version = 0;
  bool has_image = false;

  friend bool operator==(const IndexedSample&, const IndexedSample&) = default;
};

struct IndexEntry {
  // Of the record as it is stored.
  RecordDigest digest{};
  // Names what shards hold of the encounter: the record's digest when its samples or galleries were last changed. A
  // change of anything else keeps it, and so keeps snapshots.
  RecordDigest shard_digest{};
  EncounterStatus status = EncounterStatus::kActive;
  bool hold = false;
  std::uint64_t created_ms = 0;
  std::uint64_t updated_ms = 0;
  std::uint64_t retention_due_ms = 0;
  SubjectClass subject_class = {};
  std::string encounter_type;
  std::vector<std::string> galleries;
  std::vector<IndexedSample> samples;
  std::vector<Extension> extensions;

  [[nodiscard]] std::size_t count(Modality modality) const;

  friend bool operator==(const IndexEntry&, const IndexEntry&) = default;
};

// Of a new record: both digests are `digest`.
IndexEntry index_entry(const EncounterRecord& record, const RecordDigest& digest);
Bytes encode_index(const IndexEntry& entry);
// Of version 1, 2 or 3. What the earlier ones do not say has its default. Takes any bytes. Errors: kCorruption with the
// reason.
Result<IndexEntry> parse_index(ByteView value);

}  // namespace whorl::index
