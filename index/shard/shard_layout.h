// The layout of a sealed shard: one contiguous run of bytes without pointers, the same in memory and in a snapshot.
// Private to this room.
//
// Machine-dependent (little-endian) and meant for the gallery that made it: every version that shapes its bytes is in
// its header, and a shard of other versions is made again from the records. Sections, each 8-aligned, in this order:
//   ShardHeader
//   EncounterEntry encounters[E]
//   u64 templates_at[F + 1]     by finger row, from the start of the templates
//   u16 gallery_lists[L]        runs of local gallery numbers
//   u32 names_at[G + 1]         by local gallery number, into the text
//   u8  positions[F]
//   u8  text[T]                 gallery names, then person and encounter ids
//   u8  templates[...]          flat prepared templates (templates/fingerprint/compare/compare.h)
//   u32 face_encounters[N]      by face row: whose it is, rising
//   f32 face_scales[N]          by face row: 1 over the embedding's length
//   u8  face_qualities[N]
//   i8  face_values[N * D]      embeddings; 64-aligned
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
#include "index/shard/face_scan.h"
#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/template.h"

namespace whorl::index {

using fingerprint::FingerPosition;
using fingerprint::PreparedView;

inline constexpr std::uint32_t kShardLayoutVersion = 3;

// One kept face; no values when there is none. Borrows them.
struct FaceView {
  std::span<const std::int8_t> values;
  std::uint8_t quality = 0;
  [[nodiscard]] bool empty() const { return values.empty(); }
};

// What goes into a shard for one encounter. Borrows everything.
struct ShardEntry {
  std::string_view person_id;
  std::string_view encounter_id;
  RecordDigest digest{};
  std::vector<std::string_view> galleries;
  std::span<const FingerPosition> positions;
  std::vector<PreparedView> prepared;  // as many as positions
  FaceView face;                       // of one dimension in all of a shard
};

// The bytes of entry(0) .. entry(n - 1). What they borrow must stay until this returns. Throws std::bad_alloc.
Arena lay_out_shard(std::size_t n, const std::function<ShardEntry(std::size_t)>& entry);

// Reads the bytes where they lie.
class ShardLayout {
 public:
  // Checks every count, offset and index, and every template, so that nothing outside `bytes` is read later, whatever
  // they are. `bytes` (8-aligned) must stay as they are.
  // Errors: kCorruption with the reason (another version of any part included).
  static Result<ShardLayout> parse(std::span<const std::byte> bytes);

  [[nodiscard]] std::size_t encounters() const { return encounters_.size(); }
  [[nodiscard]] std::size_t fingers() const { return positions_.size(); }
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

  [[nodiscard]] std::string_view person_id(std::size_t i) const;
  [[nodiscard]] std::string_view encounter_id(std::size_t i) const;
  [[nodiscard]] const RecordDigest& digest(std::size_t i) const { return encounters_[i].digest; }
  // Local gallery numbers; names() says which.
  [[nodiscard]] std::span<const std::uint16_t> galleries(std::size_t i) const;
  // The row of the encounter's first finger, and the positions of all of them.
  [[nodiscard]] std::size_t first_finger(std::size_t i) const { return encounters_[i].first_finger; }
  [[nodiscard]] std::span<const FingerPosition> positions(std::size_t i) const;
  [[nodiscard]] PreparedView prepared(std::size_t row) const;
  [[nodiscard]] std::size_t faces() const { return face_scales_.size(); }
  [[nodiscard]] std::size_t face_dimension() const { return face_dimension_; }  // 0 without faces
  [[nodiscard]] FaceView face(std::size_t i) const;                             // of encounter i
  // The faces of the encounters from begin to before end; ordinals are encounters.
  [[nodiscard]] FaceRows face_rows(std::size_t begin, std::size_t end) const;
  [[nodiscard]] std::vector<std::string_view> names() const;
  [[nodiscard]] SetDigest::Value set_digest() const;

  struct EncounterEntry {
    RecordDigest digest;
    std::uint32_t text;          // where the person id begins; the encounter id follows it
    std::uint32_t first_finger;  // row
    std::uint32_t gallery_list;  // where its run begins
    std::uint8_t person_bytes;
    std::uint8_t encounter_bytes;
    std::uint8_t galleries;
    std::uint8_t fingers;
    std::uint32_t face;  // row; kNoFace
  };
  static constexpr std::uint32_t kNoFace = ~std::uint32_t{0};

  ShardLayout(ShardLayout&&) noexcept = default;
  ShardLayout& operator=(ShardLayout&&) noexcept = default;
  ~ShardLayout() = default;
  ShardLayout(const ShardLayout&) = delete;
  ShardLayout& operator=(const ShardLayout&) = delete;

 private:
  ShardLayout() = default;
  Status check_encounters() const;
  Status check_names() const;
  Status check_templates() const;
  Status check_faces() const;

  std::span<const std::byte> bytes_;
  std::span<const EncounterEntry> encounters_;
  std::span<const std::uint64_t> templates_at_;
  std::span<const std::uint16_t> gallery_lists_;
  std::span<const std::uint32_t> names_at_;
  std::span<const FingerPosition> positions_;
  std::string_view text_;
  std::span<const std::byte> templates_;
  std::size_t face_dimension_ = 0;
  std::span<const std::uint32_t> face_encounters_;
  std::span<const float> face_scales_;
  std::span<const std::uint8_t> face_qualities_;
  std::span<const std::int8_t> face_values_;
};

}  // namespace whorl::index
