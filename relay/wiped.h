// Texts whose memory is overwritten before it is given back. Thread-safe as any text.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "crypto/secret_bytes.h"

namespace whorl::relay {

template <class T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <class U>
  WipingAllocator(const WipingAllocator<U>&) {}  // NOLINT(google-explicit-constructor)
  T* allocate(std::size_t n) { return std::allocator<T>().allocate(n); }
  void deallocate(T* memory, std::size_t n) {
    crypto::wipe({reinterpret_cast<std::uint8_t*>(memory), n * sizeof(T)});
    std::allocator<T>().deallocate(memory, n);
  }
  friend bool operator==(const WipingAllocator&, const WipingAllocator&) { return true; }
};

using WipedText = std::basic_string<char, std::char_traits<char>, WipingAllocator<char>>;

}  // namespace whorl::relay
