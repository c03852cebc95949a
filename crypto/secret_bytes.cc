#include "crypto/secret_bytes.h"

#include <openssl/crypto.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
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

// Blocks of the secure heap of a key's size, wiped, for the next keys of this thread: the heap has one lock, which
// threads that open many values would wait for. Given back when the thread ends.
class KeptBlocks {
 public:
  static constexpr std::size_t kBytes = 32;

  // Null where there is none.
  static std::uint8_t* take() {
    if (ended_) return nullptr;
    Blocks& kept = blocks();
    return kept.count == 0 ? nullptr : kept.at[--kept.count];
  }
  // False where there is no room for it, and the block is still the caller's.
  static bool keep(std::uint8_t* wiped) {
    if (ended_) return false;
    Blocks& kept = blocks();
    if (kept.count == kept.at.size()) return false;
    kept.at[kept.count++] = wiped;
    return true;
  }

 private:
  struct Blocks {
    std::array<std::uint8_t*, 8> at{};
    std::size_t count = 0;
    Blocks() = default;
    Blocks(const Blocks&) = delete;
    Blocks& operator=(const Blocks&) = delete;
    ~Blocks() {
      ended_ = true;
      while (count > 0) OPENSSL_secure_clear_free(at[--count], kBytes);
    }
  };
  static Blocks& blocks() {
    thread_local Blocks kept;
    return kept;
  }
  // Keys that live as long as the program go after the blocks of its first thread.
  static thread_local bool ended_;
};

thread_local bool KeptBlocks::ended_ = false;

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
  if (size == KeptBlocks::kBytes) data_ = KeptBlocks::take();
  if (data_ != nullptr) return;
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
  if (mapped_ != 0) {
    OPENSSL_cleanse(data_, size_);
    munmap(data_, mapped_);
    return;
  }
  if (size_ == KeptBlocks::kBytes) {
    OPENSSL_cleanse(data_, size_);
    if (KeptBlocks::keep(data_)) return;
  }
  OPENSSL_secure_clear_free(data_, size_);
}

void wipe(std::span<std::uint8_t> bytes) { OPENSSL_cleanse(bytes.data(), bytes.size()); }

bool equal_in_constant_time(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace whorl::crypto
