#include "base/freed_memory.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <cstring>
#include <memory>

namespace whorl {
namespace {

// Pages that the kernel mapped and cleared for this process until now.
long pages_given() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return use.ru_minflt;
}

constexpr std::size_t kBuffer = std::size_t{3} << 20;
constexpr long kPageSize = 4096;

// The buffers of a picture: there at the same time, filled, and freed.
long pages_of_a_picture() {
  const long before = pages_given();
  std::array<std::unique_ptr<char[]>, 6> buffers;
  for (auto& each : buffers) {
    each.reset(new char[kBuffer]);
    std::memset(each.get(), 1, kBuffer);
    EXPECT_EQ(each[kBuffer / 2], 1);
  }
  for (auto& each : buffers) each.reset();
  return pages_given() - before;
}

TEST(FreedMemory, IsThereForTheNextPicture) {
#if !defined(__GLIBC__) || defined(WHORL_SANITIZED)
  GTEST_SKIP() << "the allocator is not the GNU C library's";
#else
  keep_freed_memory();
  pages_of_a_picture();
  for (int i = 0; i < 5; ++i) EXPECT_LT(pages_of_a_picture(), static_cast<long>(kBuffer) / kPageSize / 10);
#endif
}

}  // namespace
}  // namespace whorl
