// From records to what shards hold. Private to this room. Pure; thread-safe.
#pragma once

#include "base/result.h"
#include "index/record/digest.h"
#include "index/record/stored_record.h"
#include "index/shard/shard.h"

namespace whorl::index {

// What searches need of a record that comes from outside. Errors: kInvalidInput naming the finger or face.
// kWhole: every template is decoded to its end. kFast: ridge maps are not, which halves the work: one whose code is
// wrong under right checksums (which only its maker can bring about) then compares by its minutiae alone.
enum class Validation { kWhole, kFast };
Result<NewEncounter> prepare_new(const EncounterRecord& record, const RecordDigest& shard_digest,
                                 Validation validation);

// The same of a stored pair, which must have the digest that the index names. Errors: kCorruption naming the record.
struct StoredDigests {
  RecordDigest record{};
  RecordDigest shard{};
};
Result<NewEncounter> prepare_stored(ByteView key, ByteView value, const StoredDigests& digests);

}  // namespace whorl::index
