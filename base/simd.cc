#include "base/simd.h"

#include <atomic>

namespace whorl {
namespace {

std::atomic<Instructions> most_allowed{Instructions::kAvx512};

bool allowed(Instructions wanted) { return wanted <= most_allowed.load(std::memory_order_relaxed); }

#ifdef WHORL_AVX2
bool cpu_has_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("fma");
}
bool cpu_has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
bool cpu_counts_bits_by_eights() { return __builtin_cpu_supports("avx512vpopcntdq"); }
#else
bool cpu_has_avx2() { return false; }
bool cpu_has_avx512() { return false; }
bool cpu_counts_bits_by_eights() { return false; }
#endif

}  // namespace

void limit_instructions(Instructions most) { most_allowed.store(most, std::memory_order_relaxed); }

bool has_avx2() {
  static const bool yes = cpu_has_avx2();
  return yes && allowed(Instructions::kAvx2);
}

bool has_avx512() {
  static const bool yes = cpu_has_avx512();
  return yes && allowed(Instructions::kAvx512);
}

bool has_avx512_popcount() {
  static const bool yes = cpu_counts_bits_by_eights();
  return yes && has_avx512();
}

}  // namespace whorl
