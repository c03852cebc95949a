#include "base/freed_memory.h"

#include <cstdlib>  // says whose C library it is

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace whorl {

void keep_freed_memory() {
#ifdef __GLIBC__
  // Each of the two, set, ends the library's own choice of both.
  mallopt(M_MMAP_THRESHOLD, 16 << 20);
  mallopt(M_TRIM_THRESHOLD, 32 << 20);
#endif
}

}  // namespace whorl
