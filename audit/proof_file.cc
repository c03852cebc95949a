#include "audit/proof_file.h"

#include <algorithm>
#include <charconv>

#include "base/base64.h"

namespace whorl::audit {
namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1\n";
constexpr std::string_view kIndex = "index ";

Error malformed() { return invalid_input("is no proof of a leaf (c2sp.org/tlog-proof@v1)"); }

}  // namespace

std::string ProofFile::text() const {
  std::string out = std::string(kFirstLine) + std::string(kIndex) + std::to_string(leaf) + "\n";
  for (const crypto::TreeHash& hash : hashes) out += encode_base64(hash) + "\n";
  return out + "\n" + checkpoint;
}

Result<ProofFile> ProofFile::parse(std::string_view text) {
  if (text.size() > kMostProofFileBytes || !text.starts_with(kFirstLine)) return malformed();
  ProofFile out;
  std::string_view rest = text.substr(kFirstLine.size());
  bool begun = false;
  for (;;) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return malformed();
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (line.empty()) break;
    if (!begun) {
      if (!line.starts_with(kIndex)) return malformed();
      const std::string_view digits = line.substr(kIndex.size());
      std::from_chars(digits.data(), digits.data() + digits.size(), out.leaf);
      begun = true;
      continue;
    }
    const auto bytes = line.size() == base64_size(sizeof(crypto::TreeHash)) ? decode_base64(line) : std::nullopt;
    if (!bytes || bytes->size() != sizeof(crypto::TreeHash) || out.hashes.size() == crypto::kMostProofHashes) {
      return malformed();
    }
    std::copy(bytes->begin(), bytes->end(), out.hashes.emplace_back().begin());
  }
  out.checkpoint = std::string(rest);
  if (!begun || out.text() != text) return malformed();
  return out;
}

Result<ProofFile> prove(ExportFolder& log, const crypto::NoteVerifier& key, std::uint64_t leaf) {
  ProofFile out;
  WHORL_ASSIGN(out.checkpoint, log.checkpoint());
  WHORL_ASSIGN(const crypto::OpenedCheckpoint opened, crypto::open_checkpoint(out.checkpoint, key, {}));
  crypto::TileNodes nodes(log, opened.checkpoint.size);
  out.leaf = leaf;
  WHORL_ASSIGN(out.hashes, crypto::inclusion_proof(nodes, leaf, opened.checkpoint.size));
  return out;
}

Status verify_proof(const ProofFile& proof, const crypto::NoteVerifier& key, ByteView entry) {
  WHORL_ASSIGN(const crypto::OpenedCheckpoint opened, crypto::open_checkpoint(proof.checkpoint, key, {}));
  return crypto::verify_inclusion(crypto::leaf_hash(entry), proof.leaf, opened.checkpoint.size, proof.hashes,
                                  opened.checkpoint.root);
}

}  // namespace whorl::audit
