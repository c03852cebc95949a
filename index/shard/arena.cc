#include "index/shard/arena.h"

#include <sys/mman.h>

#include <new>

namespace whorl::index {

Arena::Arena(std::size_t bytes) : size_(bytes) {
  if (bytes == 0) return;
  void* const data = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED) throw std::bad_alloc();
  data_ = static_cast<std::byte*>(data);
#ifdef MADV_HUGEPAGE
  // Scans run over the whole of it; large pages spare them page walks. Small blocks are not worth a large page.
  constexpr std::size_t kWorthLargePages = std::size_t{8} << 20;
  if (bytes >= kWorthLargePages) ::madvise(data, bytes, MADV_HUGEPAGE);
#endif
}

Arena::~Arena() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

}  // namespace whorl::index
