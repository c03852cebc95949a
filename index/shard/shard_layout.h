// The layout of a sealed shard: one contiguous run of bytes without pointers, the same in memory and in a snapshot.
// Private to this room.
//
// Machine-dependent (little-endian) and meant for the gallery that made it: every version that shapes its bytes is in
// its headers, and a shard of other versions is made again from the records. Sections, each 8-aligned, in this order:
//   ShardHeader
//   ColumnHeader columns[C]     of each modality that the shard has, in order of number
//   EncounterEntry encounters[E]
//   u16 gallery_lists[L]        runs of local gallery numbers
//   u32 names_at[G + 1]         by local gallery number, into the text
//   u8  text[T]                 gallery names, then person and encounter ids
// and each column's (column.h).
// Thread-safety: immutable once built.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "index/record/digest.h"
#include "index/shard/arena.h"
#include "index/shard/column.h"
#include "templates/modality.h"

namespace whorl::index {

inline constexpr std::uint32_t kShardLayoutVersion = 5;

// What goes into a shard for one encounter. Borrows everything.
struct ShardEntry {
  std::string_view person_id;
  std::string_view encounter_id;
  RecordDigest digest{};
  std::vector<std::string_view> galleries;
  std::vector<SampleView> samples;  // of one modality all of a shard are of any length, or all of one
};

// The bytes of entry(0) .. entry(n - 1). What they borrow must stay until this returns. Throws std::bad_alloc.
Arena lay_out_shard(std::size_t n, const std::function<ShardEntry(std::size_t)>& entry);

// Reads the bytes where they lie.
class ShardLayout {
 public:
  // Checks every count, offset and index, and every sample by its comparator, so that nothing outside `bytes` is read
  // later, whatever they are. `bytes` (8-aligned) must stay as they are.
  // Errors: kCorruption with the reason (another version of any part included).
  static Result<ShardLayout> parse(std::span<const std::byte> bytes);

  [[nodiscard]] std::size_t encounters() const { return encounters_.size(); }
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
  // Without rows where the shard has no sample of the modality.
  [[nodiscard]] const Column& column(Modality modality) const { return columns_[modality]; }
  // Of every modality.
  [[nodiscard]] std::size_t samples() const;

  [[nodiscard]] std::string_view person_id(std::size_t i) const;
  [[nodiscard]] std::string_view encounter_id(std::size_t i) const;
  [[nodiscard]] const RecordDigest& digest(std::size_t i) const { return encounters_[i].digest; }
  // Local gallery numbers; names() says which.
  [[nodiscard]] std::span<const std::uint16_t> galleries(std::size_t i) const;
  [[nodiscard]] std::vector<std::string_view> names() const;
  [[nodiscard]] SetDigest::Value set_digest() const;

  struct EncounterEntry {
    RecordDigest digest;
    std::uint32_t text;          // where the person id begins; the encounter id follows it
    std::uint32_t gallery_list;  // where its run begins
    std::uint8_t person_bytes;
    std::uint8_t encounter_bytes;
    std::uint8_t galleries;
    std::uint8_t reserved;
  };

  ShardLayout(ShardLayout&&) noexcept = default;
  ShardLayout& operator=(ShardLayout&&) noexcept = default;
  ~ShardLayout() = default;
  ShardLayout(const ShardLayout&) = delete;
  ShardLayout& operator=(const ShardLayout&) = delete;

 private:
  ShardLayout() = default;
  [[nodiscard]] Status check_encounters() const;
  [[nodiscard]] Status check_names() const;

  std::span<const std::byte> bytes_;
  std::span<const EncounterEntry> encounters_;
  std::span<const std::uint16_t> gallery_lists_;
  std::span<const std::uint32_t> names_at_;
  std::string_view text_;
  ByModality<Column> columns_;
};

}  // namespace whorl::index
