// A FAISS index over the faces of one sealed shard: a product quantiser of 4 bits for every two numbers, scanned by
// table look-ups in registers (André, Kermarrec and Le Scouarnec, TPAMI 43(5), 2021; Douze and others, "The Faiss
// library", 2024). It names the rows that are likely nearest; who asks compares those exactly. Private to this room.
//
// Its bytes are FAISS's own writer's. FAISS trusts what it reads: only bytes that were authenticated may come here.
//
// Thread-safety: immutable once made; any number of threads may ask.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "index/options.h"
#include "index/shard/face_scan.h"

namespace whorl::index {

class FaceIndex {
 public:
  // Whether shards have indexes and searches ask them: as use() said last, and at first where FAISS is fast here:
  // scripts/faiss-avx2 has built it and the processor has AVX2. Debian's build takes twenty times as long as a scan of
  // all rows. Where they are not used, shards are made without one, and one that they bring along is not looked at.
  static bool is_used();
  // Of this process from now on; shards that are there keep the index that they have, or have not. Thread-safe.
  static void use(FaceIndexUse use);
  static constexpr std::string_view kType = "IndexPQFastScan";  // FAISS's name
  // Fewer faces are scanned at once.
  static constexpr std::size_t kFewest = 8192;

  // Of rows of one even dimension; nothing where it is odd. The same rows give the same index. Cost: a second of one
  // core for 131,072 faces.
  static std::unique_ptr<FaceIndex> build(std::span<const std::int8_t> values, std::size_t dimension);
  // Errors: kCorruption (other bytes, another number of rows or dimension).
  static Result<std::unique_ptr<FaceIndex>> read(std::span<const std::byte> bytes, std::size_t rows,
                                                 std::size_t dimension);
  [[nodiscard]] std::vector<std::byte> bytes() const;

  // The k rows (or all) that are likely most alike, in no order. Cost: 2.5 ns a row of 128 numbers.
  [[nodiscard]] std::vector<std::uint32_t> nearest(const FaceProbe& probe, std::size_t k) const;
  [[nodiscard]] std::size_t memory_bytes() const;
  // How often any index of this process was asked.
  static std::uint64_t asked();

  ~FaceIndex();
  FaceIndex(const FaceIndex&) = delete;
  FaceIndex& operator=(const FaceIndex&) = delete;

 private:
  struct Faiss;
  explicit FaceIndex(std::unique_ptr<Faiss> faiss);

  std::unique_ptr<Faiss> faiss_;
};

}  // namespace whorl::index
