// That a leaf is in a log, as a text that stands by itself (C2SP tlog-proof): the way of hashes from the leaf to a
// signed root.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <string>
#include <string_view>

#include "audit/export_folder.h"
#include "base/result.h"
#include "crypto/log/checkpoint.h"

namespace whorl::audit {

inline constexpr std::size_t kMostProofFileBytes = crypto::kMostNoteBytes + 8192;

struct ProofFile {
  std::uint64_t leaf = 0;
  crypto::TreeProof hashes;
  std::string checkpoint;  // the signed note

  // "c2sp.org/tlog-proof@v1", "index N", a hash a line, an empty line, the note.
  [[nodiscard]] std::string text() const;
  // Errors: kInvalidInput for every other text.
  static Result<ProofFile> parse(std::string_view text);
};

// `note`: the log's last checkpoint, of `size` leaves. The log is believed: verify the proof, or the log. Errors:
// kInvalidInput (there is no such leaf), those of the log.
Result<ProofFile> prove(LogSource& log, const std::string& note, std::uint64_t size, std::uint64_t leaf);
// That the log of this key has a leaf of this hash (crypto::leaf_hash) at the proof's place. Errors: kCorruption; as
// open_checkpoint.
Status verify_proof(const ProofFile& proof, const crypto::NoteVerifier& key, const crypto::TreeHash& hash);

}  // namespace whorl::audit
