// A list of at most N trivial values that lives where it is declared: comparing allocates nothing. Private to this
// room.
#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace whorl::fingerprint {

template <class T, std::size_t N>
class Bounded {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  static constexpr std::size_t kMost = N;

  Bounded() {}  // NOLINT(modernize-use-equals-default): leaves the storage as it is
  Bounded(const Bounded& other) : size_(other.size_) { std::copy_n(other.begin(), size_, begin()); }
  Bounded& operator=(const Bounded& other) {  // NOLINT(bugprone-unhandled-self-assignment): as memmove copies
    size_ = other.size_;
    std::copy_n(other.begin(), size_, begin());
    return *this;
  }
  ~Bounded() = default;

  // Precondition: size() < N.
  void push_back(const T& value) { data()[size_++] = value; }
  // Growing leaves the new values as they are.
  void resize(std::size_t size) { size_ = size; }
  void clear() { size_ = 0; }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  [[nodiscard]] const T* begin() const { return data(); }
  [[nodiscard]] const T* end() const { return data() + size_; }
  T& operator[](std::size_t i) { return data()[i]; }
  const T& operator[](std::size_t i) const { return data()[i]; }
  T& back() { return data()[size_ - 1]; }

 private:
  T* data() { return reinterpret_cast<T*>(storage_); }
  [[nodiscard]] const T* data() const { return reinterpret_cast<const T*>(storage_); }

  std::size_t size_ = 0;
  alignas(alignof(T) > 16 ? alignof(T) : 16) std::byte storage_[N * sizeof(T)];
};

}  // namespace whorl::fingerprint
