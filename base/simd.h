// Compiles a function several times, for the instruction sets worth having, and picks one when the program starts.
// The sanitizers run before such a choice can be made, so under them the plain version is used.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(WHORL_SANITIZED)
#define WHORL_MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WHORL_MULTIVERSION
#endif

// Functions that count bits eight words at a time, and whether this processor can run them.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(WHORL_SANITIZED)
#define WHORL_AVX512_POPCOUNT __attribute__((target("avx512f,avx512dq,avx512vl,avx512vpopcntdq")))

namespace whorl {

inline bool has_avx512_popcount() {
  static const bool yes = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                          __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vpopcntdq");
  return yes;
}

}  // namespace whorl
#endif
