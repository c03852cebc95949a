// What the small index says of an encounter: enough to tell whether a snapshot still speaks the truth about it
// (docs/gallery-format.md). Private to this room. Pure; plain values.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "index/record/digest.h"
#include "index/record/record.h"

namespace whorl::index {

struct IndexEntry {
  RecordDigest digest{};
  std::vector<std::string> galleries;
  std::vector<FingerPosition> positions;
  bool face = false;

  friend bool operator==(const IndexEntry&, const IndexEntry&) = default;
};

IndexEntry index_entry(const EncounterRecord& record, const RecordDigest& digest);
Bytes encode_index(const IndexEntry& entry);
// Takes any bytes. Errors: kCorruption with the reason.
Result<IndexEntry> parse_index(ByteView value);

}  // namespace whorl::index
