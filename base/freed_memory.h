// What the process keeps of the memory that it freed.
#pragma once

namespace whorl {

// Freed blocks stay with the process for the next picture, instead of going back to the kernel, which would map and
// clear each of their pages anew. A picture's buffers come to some megabytes; on a virtual machine, where a page costs
// most, extraction takes half as long. Kept are at most 32 MiB at the end of each of the C library's arenas; blocks of
// 16 MiB and more go back as before. Call it once, at the start of main: it holds for the whole process. Does nothing
// where the C library is not GNU's. Memory that held keys is wiped when it is freed, kept or not
// (crypto/secret_bytes.h).
void keep_freed_memory();

}  // namespace whorl
