// Compiles a function several times, for the instruction sets worth having, and picks one when the program starts.
// The sanitizers run before such a choice can be made, so under them the plain version is used.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(WHORL_SANITIZED)
#define WHORL_MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WHORL_MULTIVERSION
#endif
