// Comparisons where memory runs out: they say so, and the next one is as good as any.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <thread>
#include <vector>

#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/extract/extract.h"
#include "tests/fingerprint/drawn_print.h"

namespace {

// How many more allocations this thread is granted; below zero, any.
thread_local int granted = -1;

}  // namespace

#ifndef WHORL_SANITIZED
// Replaces the program's own. The sanitizers bring theirs, which must stay.
void* operator new(std::size_t size) {
  if (granted == 0) throw std::bad_alloc();
  if (granted > 0) --granted;
  if (void* const got = std::malloc(size == 0 ? 1 : size); got != nullptr) return got;
  throw std::bad_alloc();
}
void operator delete(void* place) noexcept { std::free(place); }
void operator delete(void* place, std::size_t) noexcept { std::free(place); }
constexpr bool kCanRunOut = true;
#else
constexpr bool kCanRunOut = false;
#endif

namespace whorl::fingerprint {
namespace {

PreparedTemplate drawn(std::uint64_t seed, double noise, RidgeForm form) {
  return PreparedTemplate(extract(tests::draw(tests::make_drawn_print(seed, 24), {.noise = noise})).value(), {}, form);
}

// Compares with so many allocations; whether that was enough.
bool compares_with(int allocations, const PreparedTemplate& probe, const PreparedTemplate& reference, double& score) {
  granted = allocations;
  try {
    score = compare(probe, reference).score;
  } catch (const std::bad_alloc&) {
    granted = -1;
    return false;
  }
  granted = -1;
  return true;
}

TEST(ShortOfMemory, TheNextComparisonIsAsGoodAsAny) {
  if (!kCanRunOut) GTEST_SKIP() << "under a sanitizer memory does not run out";
  const PreparedTemplate first = drawn(7, 8, RidgeForm::kRaw);
  const PreparedTemplate probe = drawn(8, 8, RidgeForm::kCoded);
  const PreparedTemplate mate = drawn(8, 12, RidgeForm::kCoded);
  const double wanted = compare(probe, mate).score;
  ASSERT_GT(wanted, 20);
  for (const bool warm : {false, true}) {
    bool enough = false;
    int too_few = 0;
    for (int allocations = 0; !enough; ++allocations) {
      ASSERT_LT(allocations, 10000);
      std::thread([&] {  // which has kept nothing
        double score = 0;
        // Now the thread keeps another probe, and has room for some of what the next needs.
        if (warm) (void)compare(first, first);
        enough = compares_with(allocations, probe, mate, score);
        EXPECT_EQ(score, enough ? wanted : 0);
        ASSERT_TRUE(compares_with(-1, probe, mate, score));
        EXPECT_EQ(score, wanted) << allocations;
      })
          .join();
      too_few += enough ? 0 : 1;
    }
    EXPECT_GT(too_few, 2);
  }
}

TEST(ShortOfMemory, ComparingAsBeforeAllocatesNothing) {
  if (!kCanRunOut) GTEST_SKIP() << "under a sanitizer nobody counts";
  const PreparedTemplate probe = drawn(8, 8, RidgeForm::kRaw);
  const PreparedTemplate mate = drawn(8, 12, RidgeForm::kCoded);
  double score = 0;
  ASSERT_TRUE(compares_with(-1, probe, mate, score));
  EXPECT_TRUE(compares_with(0, probe, mate, score));
  EXPECT_TRUE(compares_with(0, probe, probe, score));
}

}  // namespace
}  // namespace whorl::fingerprint
