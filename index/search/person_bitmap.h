// A bitmap of persons by ordinal, and how many are in it. Private to this room.
//
// Thread-safety: persons may be marked from several threads at once; the count is exact once all have returned.
#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace whorl::index {

class PersonBitmap {
 public:
  // For ordinals below `size`.
  explicit PersonBitmap(std::uint32_t size) : words_(size / 64 + 1) {}

  void mark(std::uint32_t ordinal) { mark_all({&ordinal, 1}); }
  // Neighbours, as most are, share one atomic operation.
  void mark_all(std::span<const std::uint32_t> ordinals) {
    std::uint64_t fresh = 0;
    for (std::size_t i = 0; i < ordinals.size();) {
      const std::uint32_t word = ordinals[i] / 64;
      std::uint64_t bits = 0;
      for (; i < ordinals.size() && ordinals[i] / 64 == word; ++i) bits |= std::uint64_t{1} << (ordinals[i] % 64);
      const std::uint64_t before = words_[word].fetch_or(bits, std::memory_order_relaxed);
      fresh += static_cast<std::uint64_t>(std::popcount(bits & ~before));
    }
    count_.fetch_add(fresh, std::memory_order_relaxed);
  }
  // Marks everybody of a bitmap of the same size that nobody changes meanwhile.
  void mark_all_of(const PersonBitmap& other) {
    std::uint64_t fresh = 0;
    for (std::size_t w = 0; w < words_.size(); ++w) {
      const std::uint64_t bits = other.words_[w].load(std::memory_order_relaxed);
      const std::uint64_t before = words_[w].fetch_or(bits, std::memory_order_relaxed);
      fresh += static_cast<std::uint64_t>(std::popcount(bits & ~before));
    }
    count_.fetch_add(fresh, std::memory_order_relaxed);
  }
  [[nodiscard]] bool marked(std::uint32_t ordinal) const {
    return (words_[ordinal / 64].load(std::memory_order_relaxed) >> (ordinal % 64) & 1) != 0;
  }
  // How many persons are marked, each counted once.
  [[nodiscard]] std::uint64_t count() const { return count_.load(); }

 private:
  std::vector<std::atomic<std::uint64_t>> words_;
  std::atomic<std::uint64_t> count_ = 0;
};

}  // namespace whorl::index
