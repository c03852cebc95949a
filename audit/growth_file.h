// That a log of some size has grown out of the same log of an earlier size, as a text: whoever kept a checkpoint of the
// earlier size finds out whether anything before it was changed since, without seeing a leaf.
//
//   whorl.growth@v1
//   from 600
//   to 700
//   a hash a line, base64 (RFC 9162, 2.1.4)
//   an empty line
//   the signed checkpoint of `to`; nothing where that is another size than the log's last one
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "audit/export_folder.h"
#include "base/result.h"
#include "crypto/log/checkpoint.h"

namespace whorl::audit {

inline constexpr std::size_t kMostGrowthFileBytes = crypto::kMostNoteBytes + 8192;

struct GrowthFile {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  crypto::TreeProof hashes;
  std::string checkpoint;  // the signed note, or nothing

  [[nodiscard]] std::string text() const;
  // Errors: kInvalidInput for every other text.
  static Result<GrowthFile> parse(std::string_view text);
};

// `note`: the log's last checkpoint, of `size` leaves. The log is believed: verify the proof. Errors: kInvalidInput
// (from above to, to above size), those of the log.
Result<GrowthFile> prove_growth(LogSource& log, const std::string& note, std::uint64_t size, std::uint64_t from,
                                std::uint64_t to);
// That the log of this key has grown so. `kept`: checkpoints that somebody kept; one of `from` must be among them, and
// one of `to` where the proof has none. Errors: kNotFound (no checkpoint of that size was kept); kCorruption; as
// open_checkpoint.
Status verify_growth(const GrowthFile& growth, const crypto::NoteVerifier& key, std::span<const std::string> kept);

}  // namespace whorl::audit
