// From records to what shards hold. Private to this room. Pure; thread-safe.
#pragma once

#include "base/result.h"
#include "index/comparator/comparator.h"
#include "index/record/digest.h"
#include "index/record/stored_record.h"
#include "index/shard/shard.h"

namespace whorl::index {

// Makes what shards keep of each sample, where that is less than all of it. Cost: a finger 0.3 microseconds.
void make_rows(std::vector<PreparedSample>& samples);
// Drops all else of a sample whose row is made: for samples that go straight into a sealed shard.
void drop_all_but_rows(std::vector<PreparedSample>& samples);

// What searches need of a record that comes from outside, with rows. Errors: kInvalidInput naming the sample
// ("samples[1]").
Result<NewEncounter> prepare_new(const EncounterRecord& record, const RecordDigest& shard_digest,
                                 Validation validation);

// The same of a stored pair, which must have the digest that the index names. Errors: kCorruption naming the record.
struct StoredDigests {
  RecordDigest record{};
  RecordDigest shard{};
};
Result<NewEncounter> prepare_stored(ByteView key, ByteView value, const StoredDigests& digests);

}  // namespace whorl::index
