// The memory for the bodies of all requests in work, and how much of it one caller may have.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace whorl::server {

// Thread-safe; constant cost but for the look-up of the owner.
class BodyPool {
 public:
  // Bytes. Of all shares together.
  explicit BodyPool(std::size_t capacity) : capacity_(capacity) {}
  BodyPool(const BodyPool&) = delete;
  BodyPool& operator=(const BodyPool&) = delete;

  // Promises `more` bytes to a share of `owner` that has `held` already. False where that is more than all may have
  // together, or where the owner, with other shares beside this one, would have more than is then left for others: one
  // alone has half. An owner without a name has no limit of its own.
  [[nodiscard]] bool take(const std::string& owner, std::size_t held, std::size_t more);
  void give_back(const std::string& owner, std::size_t bytes);

  [[nodiscard]] std::size_t taken() const;

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::size_t taken_ = 0;                      // guarded by mutex_
  std::map<std::string, std::size_t> owners_;  // with a name and any bytes; guarded by mutex_
};

// What one body has of the pool, given back on destruction (on any thread). Grows as the body comes: a length that is
// announced alone costs nobody anything.
class BodyShare {
 public:
  BodyShare() = default;
  // Of nothing yet. `pool` outlives it.
  BodyShare(BodyPool& pool, std::string owner) : pool_(&pool), owner_(std::move(owner)) {}
  BodyShare(BodyShare&& other) noexcept
      : pool_(std::exchange(other.pool_, nullptr)),
        owner_(std::move(other.owner_)),
        bytes_(std::exchange(other.bytes_, 0)) {}
  BodyShare& operator=(BodyShare&& other) noexcept {
    std::swap(pool_, other.pool_);
    std::swap(owner_, other.owner_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~BodyShare() {
    if (pool_ != nullptr && bytes_ > 0) pool_->give_back(owner_, bytes_);
  }

  // Has at least `bytes` from now on. False where the pool refuses, and then it has what it had.
  [[nodiscard]] bool grow_to(std::size_t bytes);
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  BodyPool* pool_ = nullptr;
  std::string owner_;
  std::size_t bytes_ = 0;
};

}  // namespace whorl::server
