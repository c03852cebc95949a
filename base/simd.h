// Compiles a function several times, for the instruction sets worth having, and picks one when the program starts.
// The sanitizers run before such a choice can be made, so under them the plain version is used.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(WHORL_SANITIZED)
#define WHORL_MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WHORL_MULTIVERSION
#endif

// What marks a function's path of its own for an instruction set. Where these are not defined there are no such paths.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(WHORL_SANITIZED)
#define WHORL_AVX2 __attribute__((target("avx2,popcnt")))
// Where a product and its sum may be rounded once, as they may be with AVX-512 unless a source is compiled without.
#define WHORL_AVX2_FUSED __attribute__((target("avx2,popcnt,fma")))
#define WHORL_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq")))
#define WHORL_AVX512_POPCOUNT __attribute__((target("avx512f,avx512dq,avx512vl,avx512vpopcntdq")))
#endif

namespace whorl {

// Each step has all that stands before it.
enum class Instructions { kPlain, kAvx2, kAvx512 };

// The most that such paths may use from now on, whatever the processor has: for tests and measurements. What
// WHORL_MULTIVERSION compiles is not bound by it. Thread-safe; a call under way goes on as it began.
void limit_instructions(Instructions most);
// Whether the processor has AVX2 and FMA, and such paths may use them.
bool has_avx2();
// The same of AVX-512 (F, BW, DQ, VL), and of that with counting the bits of eight words at a time.
bool has_avx512();
bool has_avx512_popcount();

}  // namespace whorl
