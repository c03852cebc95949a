// The one place where a record becomes stored bytes, and the one where it is read back (docs/gallery-format.md).
//
// Pure; thread-safe. Cost: about a microsecond a record and a nanosecond a byte.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "index/record/record.h"

namespace whorl::index {

inline constexpr std::uint8_t kRecordVersion = 3;

// No record is longer than this (the sum of the bounds in record.h is below it); longer values are refused unparsed.
inline constexpr std::size_t kMaxRecordBytes = 12 * 1024 * 1024;

// One encounter as it is stored.
struct EncodedRecord {
  Bytes key;    // record_key.h
  Bytes value;  // of any version that parse_record reads
};

// The stored form of a record, in the newest version. Errors: as check_record.
Result<EncodedRecord> encoded(const EncounterRecord& record);

// The record of a stored pair, of version 1, 2 or 3. Takes any bytes: never reads or allocates past its bounds.
// Errors: kCorruption with the reason (key, length, version, checksum, a field out of bounds, trailing bytes).
Result<EncounterRecord> parse_record(ByteView key, ByteView value);

// How many samples a stored value says that it has, at least 1: to weigh it before it is parsed. Takes any bytes.
std::size_t claimed_samples(ByteView value);

// Whether a value is of an earlier version than encoded() makes. Of a value that parse_record has read.
bool is_of_earlier_version(ByteView value);

}  // namespace whorl::index
