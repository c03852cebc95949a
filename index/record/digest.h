// The digests that tie snapshots to records: of one record, and of a set of records. They are of what is told, not of
// what lies on the disk, where they are sealed. Private to this room.
//
// SHA-256 (FIPS 180-4) from OpenSSL. Thread-safety: values and pure functions; a SetDigest
// belongs to one thread at a time. Cost: about a nanosecond a byte or less.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace whorl::index {

// The first 16 bytes of SHA-256 over key and value of a stored record.
using RecordDigest = std::array<std::uint8_t, 16>;
RecordDigest record_digest(ByteView key, ByteView value);
// Whether a stored record is the one that its index entry names. Errors: kCorruption: it is not, or cannot be read.
Status check_is_meant(ByteView key, ByteView value, const RecordDigest& meant);

// Of a set of encounters, whatever their order: the sum, modulo 2^64 in each of four lanes, of SHA-256 over person,
// encounter and record digest of each.
class SetDigest {
 public:
  void add(std::string_view person_id, std::string_view encounter_id, const RecordDigest& record);
  using Value = std::array<std::uint8_t, 32>;
  [[nodiscard]] Value value() const;

 private:
  std::array<std::uint64_t, 4> lanes_{};
};

}  // namespace whorl::index
