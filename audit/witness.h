// A witness of a log: it remembers the last checkpoint that it saw, and cosigns a later one (C2SP tlog-cosignature)
// only where that has grown out of the first. A log that shows two people two histories needs two witnesses that lie.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "audit/export_folder.h"
#include "base/result.h"
#include "crypto/log/checkpoint.h"

namespace whorl::audit {

struct Witnessed {
  crypto::Checkpoint checkpoint;  // to be remembered
  std::string note;  // the log's last checkpoint with the witness's signature; one that has it stays as it is
};

// `seen`: the last one that the witness remembers of this log; nothing the first time. The folder's tiles are not
// believed: the proof that is made of them is verified. Errors: kCorruption (the log was rolled back or forked, or its
// signature does not fit); kInvalidInput (the signer is none of cosignatures); those of the folder.
Result<Witnessed> cosign(ExportFolder& log, const crypto::NoteVerifier& key,
                         const std::optional<crypto::Checkpoint>& seen, const crypto::NoteSigner& witness,
                         std::uint64_t unix_seconds);

}  // namespace whorl::audit
