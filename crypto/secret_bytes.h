// Bytes that nobody else may read: keys, and what keys are made of.
//
// Up to 4 KiB they lie in OpenSSL's secure heap (1 MiB, locked into memory, between guard pages, left out of core
// dumps), larger ones, and those for which it has no room, in pages of their own that are treated alike. They are wiped
// before their memory is given back. Where the machine refuses to lock memory they are kept all the same, and
// secret_memory() says so: whoever runs a node decides whether that will do. A running process's memory is readable to
// its user's debugger and to root; see process_memory.h.
//
// Thread-safety: a SecretBytes is a plain value; secret_memory() may be called from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace whorl::crypto {

class SecretBytes {
 public:
  SecretBytes() = default;
  // So many zero bytes. Throws std::bad_alloc when there is no memory.
  explicit SecretBytes(std::size_t size);
  // A copy; the bytes that were given stay where they are.
  static SecretBytes copy_of(ByteView bytes);

  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  // Valid as long as the object is neither moved from nor destroyed.
  [[nodiscard]] ByteView view() const { return {data_, size_}; }
  [[nodiscard]] std::span<std::uint8_t> writable() { return {data_, size_}; }
  // A second secret of the same bytes.
  [[nodiscard]] SecretBytes clone() const { return copy_of(view()); }

 private:
  void release() noexcept;

  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t mapped_ = 0;  // bytes of pages of its own; 0: it lies in the heap
};

// How well secrets are kept here. Sets up the secure heap when it is the first to ask.
struct SecretMemory {
  bool secure_heap = false;  // there is one: small secrets are apart from everything else
  bool locked = false;       // and it never reaches the swap
};
SecretMemory secret_memory();

// Overwrites bytes so that no compiler leaves it out. For plain buffers that held what is secret.
void wipe(std::span<std::uint8_t> bytes);

// Whether both are the same, in a time that depends on their lengths alone.
bool equal_in_constant_time(ByteView a, ByteView b);

}  // namespace whorl::crypto
