// A checkpoint of a log (C2SP tlog-checkpoint): how many leaves it has and the root of their tree, as a signed note.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/log/merkle_tree.h"
#include "crypto/log/note.h"

namespace whorl::crypto {

struct Checkpoint {
  std::string origin;  // the log's name, e.g. "a.rbdes.test/audit/<gallery>"; also its key's
  std::uint64_t size = 0;
  TreeHash root{};
  std::vector<std::string> extensions = {};  // more lines, none of them empty

  // Three lines and the extensions, each with its end.
  [[nodiscard]] std::string text() const;
  // Errors: kInvalidInput when it is not exactly such lines: a size with leading zeros or above kMostLeaves, a root
  // that is not 32 bytes in canonical base64, an empty line.
  static Result<Checkpoint> parse(std::string_view text);

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// Signed by the log's own key, whose name is the origin. Errors: kInvalidInput when it is not, or a line could not be
// read back.
Result<SignedNote> sign_checkpoint(const Checkpoint& checkpoint, const NoteSigner& log);

struct OpenedCheckpoint {
  Checkpoint checkpoint;
  std::vector<NoteSigned> witnesses;  // who cosigned, of those that are known, and when
};

// A note that the log signed, whose name is the log's. Errors: kInvalidInput when it is no note or no checkpoint;
// kCorruption when the log did not sign it, another log's name stands in it, or a signature by a known key does not
// fit.
Result<OpenedCheckpoint> open_checkpoint(std::string_view note, const NoteVerifier& log,
                                         std::span<const NoteVerifier> witnesses);

}  // namespace whorl::crypto
