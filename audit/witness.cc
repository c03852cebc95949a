#include "audit/witness.h"

#include <array>

namespace whorl::audit {
namespace {

Status check_growth(ExportFolder& log, const crypto::Checkpoint& seen, const crypto::Checkpoint& now) {
  if (now.size < seen.size) {
    return corruption("the log was rolled back: it has " + std::to_string(now.size) + " leaves, and had " +
                      std::to_string(seen.size));
  }
  crypto::TileNodes nodes(log, now.size);
  WHORL_ASSIGN(const crypto::TreeProof proof, crypto::consistency_proof(nodes, seen.size, now.size));
  const Status grown = crypto::verify_consistency(seen.size, seen.root, now.size, now.root, proof);
  if (grown.ok()) return {};
  return corruption("the log was forked or its tiles are damaged: it has not grown out of the checkpoint of " +
                    std::to_string(seen.size) + " leaves");
}

}  // namespace

Result<Witnessed> cosign(ExportFolder& log, const crypto::NoteVerifier& key,
                         const std::optional<crypto::Checkpoint>& seen, const crypto::NoteSigner& witness,
                         std::uint64_t unix_seconds) {
  if (witness.verifier().kind() != crypto::NoteKeyKind::kCosignature) {
    return invalid_input("a witness signs with a key of cosignatures");
  }
  WHORL_ASSIGN(const std::string text, log.checkpoint());
  const std::array own{witness.verifier()};
  WHORL_ASSIGN(crypto::OpenedCheckpoint opened, crypto::open_checkpoint(text, key, own));
  if (seen) WHORL_TRY(check_growth(log, *seen, opened.checkpoint));
  if (!opened.witnesses.empty()) return Witnessed{std::move(opened.checkpoint), text};
  WHORL_ASSIGN(crypto::SignedNote note, crypto::SignedNote::parse(text));
  WHORL_TRY(note.add(witness, unix_seconds));
  return Witnessed{std::move(opened.checkpoint), note.note()};
}

}  // namespace whorl::audit
