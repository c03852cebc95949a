// The digests that tie snapshots to records: of one record, of a set of records, and keyed ones over stored bytes.
// Private to this room.
//
// SHA-256 and HMAC-SHA256 (FIPS 180-4, FIPS 198-1) from OpenSSL. Thread-safety: values and pure functions; a SetDigest
// belongs to one thread at a time. Cost: about a nanosecond a byte or less.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/file_system.h"
#include "base/result.h"

namespace whorl::index {

// The first 16 bytes of SHA-256 over key and value of a stored record.
using RecordDigest = std::array<std::uint8_t, 16>;
RecordDigest record_digest(ByteView key, ByteView value);

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

// A gallery's own key for its snapshots: nobody who lacks it can make a snapshot that is believed.
class SnapshotKey {
 public:
  static constexpr std::size_t kBytes = 32;
  using Mac = std::array<std::uint8_t, 32>;

  // Reads <directory>/snapshot.key, or makes it (mode 0600) where there is none or its size is wrong: snapshots made
  // under another key are then rebuilt. Errors: kUnauthorised, kUnavailable (cannot be read or written).
  static Result<SnapshotKey> load_or_make(const std::filesystem::path& directory,
                                          FileSystem& files = real_file_system());

  // HMAC-SHA256 over the pieces one after another.
  [[nodiscard]] Mac mac(std::initializer_list<ByteView> pieces) const;

 private:
  std::array<std::uint8_t, kBytes> key_{};
};

// Takes as long whatever the bytes are.
bool equal(const SnapshotKey::Mac& a, const SnapshotKey::Mac& b);

}  // namespace whorl::index
