// The processor's vector instructions, for paths that base/simd.h chooses. GCC 12 takes the undefined lanes inside its
// own AVX-512 headers for ours (GCC bug 105593); that is silenced here once.
#pragma once

#include "base/simd.h"

#ifdef WHORL_AVX2
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop
#endif
