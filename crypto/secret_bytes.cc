#include "crypto/secret_bytes.h"

#include <openssl/crypto.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <new>
#include <utility>

namespace whorl::crypto {
namespace {

constexpr std::size_t kHeapBytes = std::size_t{1} << 20;
constexpr std::size_t kLeastInHeap = 32;
constexpr std::size_t kMostInHeap = 4096;
constexpr std::size_t kHeapOfOurs = kHeapBytes / 2;  // the rest is OpenSSL's, which has no other place for its own keys

SecretMemory set_up() {
  if (CRYPTO_secure_malloc_initialized() == 1) return {.secure_heap = true, .locked = false};
  const int made = CRYPTO_secure_malloc_init(kHeapBytes, kLeastInHeap);
  return {.secure_heap = made != 0, .locked = made == 1};
}

std::size_t in_whole_pages(std::size_t bytes) {
  static const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}

// Zeroed pages, hidden from core dumps; locked where the limit allows.
std::uint8_t* map_pages(std::size_t bytes) {
  void* pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  madvise(pages, bytes, MADV_DONTDUMP);
  mlock(pages, bytes);
  return static_cast<std::uint8_t*>(pages);
}

}  // namespace

SecretMemory secret_memory() {
  static const SecretMemory memory = set_up();
  return memory;
}

SecretBytes::SecretBytes(std::size_t size) : size_(size) {
  if (size == 0) return;
  if (size <= kMostInHeap && secret_memory().secure_heap && CRYPTO_secure_used() + size <= kHeapOfOurs) {
    data_ = static_cast<std::uint8_t*>(OPENSSL_secure_zalloc(size));
  }
  if (data_ != nullptr) return;  // else it is too large, or the heap is half full
  if (size > SIZE_MAX / 2) throw std::bad_alloc();
  mapped_ = in_whole_pages(size);
  data_ = map_pages(mapped_);
}

SecretBytes SecretBytes::copy_of(ByteView bytes) {
  SecretBytes out(bytes.size());
  std::copy(bytes.begin(), bytes.end(), out.data_);
  return out;
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      mapped_(std::exchange(other.mapped_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this == &other) return *this;
  release();
  data_ = std::exchange(other.data_, nullptr);
  size_ = std::exchange(other.size_, 0);
  mapped_ = std::exchange(other.mapped_, 0);
  return *this;
}

SecretBytes::~SecretBytes() { release(); }

void SecretBytes::release() noexcept {
  if (data_ == nullptr) return;
  if (mapped_ == 0) {
    OPENSSL_secure_clear_free(data_, size_);
    return;
  }
  OPENSSL_cleanse(data_, size_);
  munmap(data_, mapped_);
}

void wipe(std::span<std::uint8_t> bytes) { OPENSSL_cleanse(bytes.data(), bytes.size()); }

bool equal_in_constant_time(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace whorl::crypto
