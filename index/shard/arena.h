// Memory for one sealed shard: page-aligned, given back to the system as a whole. Private to this room.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

namespace whorl::index {

class Arena {
 public:
  Arena() = default;
  // Zeroed. Throws std::bad_alloc.
  explicit Arena(std::size_t bytes);
  ~Arena();
  Arena(Arena&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Arena& operator=(Arena&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  [[nodiscard]] std::span<std::byte> bytes() { return {data_, size_}; }
  [[nodiscard]] std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace whorl::index
