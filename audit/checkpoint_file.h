// Signed checkpoints one after another in a file, each followed by an empty line: those that a log has kept, and those
// that it left on another disk, against which a rollback of its own is found.
//
// Thread-safety: plain values; a file is appended to by one process at a time.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/log/checkpoint.h"

namespace whorl::audit {

inline constexpr std::size_t kMostCheckpointFileBytes = std::size_t{64} << 20;

// The notes of such a text, in its order, as texts. What stands behind the last whole one is left out: an appending
// that was interrupted.
std::vector<std::string> notes_of(std::string_view text);

// Synced when it returns; the file is made where there is none, for its owner to read and write, and for others to
// read. Errors: kUnavailable.
Status append_note(const std::filesystem::path& file, const std::string& note);

// The last of the file's notes that the log signed. Nothing where there is no file, or none in it. Reads the last
// megabyte. Errors: kUnavailable (it cannot be read).
Result<std::optional<crypto::Checkpoint>> last_checkpoint(const std::filesystem::path& file,
                                                          const crypto::NoteVerifier& log);

}  // namespace whorl::audit
