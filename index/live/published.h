// A pointer to something immutable that one side replaces while others read it. Private to this room.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace whorl::index {

// Readers hold the lock for a pointer's copy only. (std::atomic<std::shared_ptr> of libstdc++ 12 is a spin lock
// too, and one that the thread sanitizer cannot follow.)
template <class T>
class Published {
 public:
  explicit Published(std::shared_ptr<const T> value) : value_(std::move(value)) {}
  [[nodiscard]] std::shared_ptr<const T> get() const {
    const std::scoped_lock lock(mutex_);
    return value_;
  }
  void set(std::shared_ptr<const T> value) {
    const std::scoped_lock lock(mutex_);
    value_.swap(value);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;
};

}  // namespace whorl::index
