// What a replica gives to another one that copies it: its gallery at one moment, a bounded piece at a time. A copy that
// nobody asks of for a minute is let go, since the disk keeps what was erased since it began; the other begins anew.
// Private to this room.
//
// Thread-safety: every method may be called from any thread at once.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "cluster/bus.h"
#include "cluster/messages.h"

namespace whorl::cluster {

class CopySource {
 public:
  // `most_bytes`: of a message of the bus.
  explicit CopySource(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  // The moment is after this entry of the log. Errors: kUnavailable (so many copies are under way; no randomness).
  Result<CopyBegun> begin(std::unique_ptr<index::Moment> moment, std::uint64_t index, std::uint64_t term);

  // Errors of all: kNotFound (no such copy, or none any more), those of index::Moment; kExhausted (a single record is
  // longer than a message).
  Result<index::Moment::Names> answer(const ReadCopyNames& asked);
  Result<std::vector<index::EncodedRecord>> answer(const ReadCopyRecords& asked);
  Result<index::KeptImage> answer(const ReadCopyImage& asked);
  Result<index::Moment::Answers> answer(const ReadCopyAnswers& asked);
  Result<Done> answer(const EndCopy& asked);

  // Those that nobody asks of, and those that ended with the disk.
  void let_go();

 private:
  struct Copy {
    std::shared_ptr<const index::Moment> moment;
    Until asked{};
  };
  Result<std::shared_ptr<const index::Moment>> moment_of(const CopyId& copy);

  const std::size_t most_bytes_;
  std::mutex mutex_;
  std::map<CopyId, Copy> copies_;
};

}  // namespace whorl::cluster
