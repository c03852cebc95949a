// The candidate stage's view of a run of fingers: how likely each is a mate of a probe, cheaply. Private to this room.
//
// An index is one flat, relocatable run of bytes without pointers: it is a section of a shard's block, lies in
// snapshots as it is, and is read where it lies. Fingers are numbered by row, in the order they were built from.
// Thread-safety: immutable; share freely. A probe likewise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "index/vote.h"
#include "index/vote_kernel.h"
#include "templates/base/result.h"
#include "templates/fingerprint/compare.h"

namespace whorl::index {

using fingerprint::PreparedView;

// Bumped whenever the bytes change their meaning; a snapshot of another version is rebuilt.
inline constexpr std::uint32_t kCandidateVersion = 1;

// What of a probe finger the index wants. Cost to make: microseconds.
class CandidateProbe {
 public:
  explicit CandidateProbe(PreparedView finger, VoteKernel kernel = VoteKernel::kLoop)
      : descriptors_(fingerprint::search_descriptors(finger)), kernel_(kernel) {}
  [[nodiscard]] Descriptors descriptors() const { return descriptors_; }
  [[nodiscard]] VoteKernel kernel() const { return kernel_; }

 private:
  std::vector<SearchDescriptor> descriptors_;
  VoteKernel kernel_;
};

class CandidateIndex {
 public:
  // Owns its bytes. Deterministic. Throws std::bad_alloc.
  static CandidateIndex build(std::span<const PreparedView> fingers);
  // Borrows `bytes` (8-aligned), which must stay as they are. Checks every count and offset, so that nothing outside
  // them is read later, whatever they are. Errors: kCorruption with the reason.
  static Result<CandidateIndex> parse(std::span<const std::byte> bytes, std::size_t fingers);

  // A multiple of 8.
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
  [[nodiscard]] std::size_t fingers() const { return fingers_; }

  // votes[row] for every finger, comparable between shards: higher is likelier, never negative. Where `wanted` is given
  // (by row), rows that are 0 there may be left out and get 0. Precondition: votes.size() == fingers(), and
  // wanted.size() too unless it is empty.
  void vote(const CandidateProbe& probe, std::span<float> votes, std::span<const std::uint8_t> wanted = {}) const;

  CandidateIndex(CandidateIndex&&) noexcept = default;
  CandidateIndex& operator=(CandidateIndex&&) noexcept = default;
  CandidateIndex(const CandidateIndex&) = delete;
  CandidateIndex& operator=(const CandidateIndex&) = delete;
  ~CandidateIndex() = default;

 private:
  CandidateIndex() = default;
  [[nodiscard]] Descriptors descriptors(std::size_t row) const;
  void vote_by_faiss(const CandidateProbe& probe, std::span<float> votes, std::span<const std::uint8_t> wanted) const;

  std::vector<std::uint64_t> owned_;  // its buffer stays where it is when moved
  std::span<const std::byte> bytes_;
  std::size_t fingers_ = 0;
  const std::uint32_t* first_ = nullptr;  // by finger, and one past the end
  const SearchDescriptor* descriptors_ = nullptr;
};

}  // namespace whorl::index
