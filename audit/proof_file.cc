#include "audit/proof_file.h"

#include "audit/hash_lines.h"

namespace whorl::audit {
namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1\n";

}  // namespace

std::string ProofFile::text() const {
  return std::string(kFirstLine) + "index " + std::to_string(leaf) + "\n" + hash_lines(hashes) + checkpoint;
}

Result<ProofFile> ProofFile::parse(std::string_view text) {
  ProofFile out;
  const auto read = [&] {
    if (text.size() > kMostProofFileBytes || !text.starts_with(kFirstLine)) return false;
    std::string_view rest = text.substr(kFirstLine.size());
    if (!take_number_line(rest, "index", out.leaf) || !take_hash_lines(rest, out.hashes)) return false;
    out.checkpoint = std::string(rest);
    return out.text() == text;
  };
  if (!read()) return invalid_input("is no proof of a leaf (c2sp.org/tlog-proof@v1)");
  return out;
}

Result<ProofFile> prove(LogSource& log, const std::string& note, std::uint64_t size, std::uint64_t leaf) {
  ProofFile out;
  out.checkpoint = note;
  out.leaf = leaf;
  crypto::TileNodes nodes(log, size);
  WHORL_ASSIGN(out.hashes, crypto::inclusion_proof(nodes, leaf, size));
  return out;
}

Status verify_proof(const ProofFile& proof, const crypto::NoteVerifier& key, const crypto::TreeHash& hash) {
  WHORL_ASSIGN(const crypto::OpenedCheckpoint opened, crypto::open_checkpoint(proof.checkpoint, key, {}));
  return crypto::verify_inclusion(hash, proof.leaf, opened.checkpoint.size, proof.hashes, opened.checkpoint.root);
}

}  // namespace whorl::audit
