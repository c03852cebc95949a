// The records on disk: RocksDB behind a narrow door. Private to this room; callers use index/gallery.h.
//
// Thread-safety: every method may be called from any thread at once; concurrent writes share one disk sync.
// Two changes of one person at once are the caller's to prevent.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "index/record.h"

namespace whorl::index {

class Store {
 public:
  // Opens or makes the database and checks its format and extractor version.
  // Errors: kNotFound (absent, not to be made), kUnavailable (another process or engine holds it), kCorruption,
  // kInvalidInput (made with another gallery format or extractor version: says what to do).
  static Result<std::unique_ptr<Store>> open(const std::filesystem::path& directory, bool create_if_missing,
                                             std::uint32_t extractor_version);
  ~Store();

  // Writes one record in one atomic batch, synced before this returns. Gives the database's sequence number
  // once the write is visible. Errors: as encode_record; kUnavailable when the disk refuses.
  Result<std::uint64_t> put(const EncounterRecord& record);

  // Deletes these encounters of one person in one atomic, synced batch. Errors: kUnavailable.
  Result<std::uint64_t> erase(const std::string& person_id, std::span<const std::string> encounter_ids);

  // Errors: kNotFound, kCorruption, kUnavailable.
  [[nodiscard]] Result<EncounterRecord> get(const std::string& person_id, const std::string& encounter_id) const;
  // In key order; empty when the person is absent. Errors: kCorruption, kUnavailable.
  [[nodiscard]] Result<std::vector<EncounterRecord>> person(const std::string& person_id) const;

  struct Pair {
    Bytes key;
    Bytes value;
  };
  // Hands every encounter pair to `sink` in key order, up to `batch` at a time; stops at its first error.
  // Errors: the sink's; kCorruption when the database cannot be read to its end.
  Status scan(std::size_t batch, const std::function<Status(std::vector<Pair>)>& sink) const;

  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

 private:
  struct Parts;
  explicit Store(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace whorl::index
