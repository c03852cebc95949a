// Which implementation of the candidate stage votes.
#pragma once

namespace whorl::index {

// Both give the same votes; the loop is the faster one with Debian's generic build of FAISS.
enum class VoteKernel { kLoop, kFaiss };

}  // namespace whorl::index
