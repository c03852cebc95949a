#include "audit/growth_file.h"

#include <set>

#include "audit/hash_lines.h"

namespace whorl::audit {
namespace {

constexpr std::string_view kFirstLine = "whorl.growth@v1\n";

}  // namespace

std::string GrowthFile::text() const {
  return std::string(kFirstLine) + "from " + std::to_string(from) + "\nto " + std::to_string(to) + "\n" +
         hash_lines(hashes) + checkpoint;
}

Result<GrowthFile> GrowthFile::parse(std::string_view text) {
  GrowthFile out;
  const auto read = [&] {
    if (text.size() > kMostGrowthFileBytes || !text.starts_with(kFirstLine)) return false;
    std::string_view rest = text.substr(kFirstLine.size());
    if (!take_number_line(rest, "from", out.from) || !take_number_line(rest, "to", out.to)) return false;
    if (!take_hash_lines(rest, out.hashes)) return false;
    out.checkpoint = std::string(rest);
    return out.text() == text;
  };
  if (!read()) return invalid_input("is no proof of a log's growth (whorl.growth@v1)");
  return out;
}

Result<GrowthFile> prove_growth(LogSource& log, const std::string& note, std::uint64_t size, std::uint64_t from,
                                std::uint64_t to) {
  if (to > size) return invalid_input("the log has " + std::to_string(size) + " leaves that are signed", "to");
  GrowthFile out;
  out.from = from;
  out.to = to;
  crypto::TileNodes nodes(log, size);
  WHORL_ASSIGN(out.hashes, crypto::consistency_proof(nodes, from, to));
  if (to == size) out.checkpoint = note;
  return out;
}

Status verify_growth(const GrowthFile& growth, const crypto::NoteVerifier& key, std::span<const std::string> kept) {
  std::set<crypto::TreeHash> from;
  std::set<crypto::TreeHash> to;
  const auto look = [&](const std::string& note) -> Status {
    WHORL_ASSIGN(const crypto::OpenedCheckpoint opened, crypto::open_checkpoint(note, key, {}));
    if (opened.checkpoint.size == growth.from) from.insert(opened.checkpoint.root);
    if (opened.checkpoint.size == growth.to) to.insert(opened.checkpoint.root);
    return {};
  };
  for (const std::string& note : kept) WHORL_TRY(look(note));
  if (from.empty()) return not_found("no checkpoint of " + std::to_string(growth.from) + " leaves was kept", "since");
  if (!growth.checkpoint.empty()) {
    WHORL_ASSIGN(const crypto::OpenedCheckpoint last, crypto::open_checkpoint(growth.checkpoint, key, {}));
    if (last.checkpoint.size != growth.to) return corruption("the proof's checkpoint is of another size");
    to.insert(last.checkpoint.root);
  }
  if (to.empty()) return not_found("no checkpoint of " + std::to_string(growth.to) + " leaves was kept", "since");
  if (from.size() > 1 || to.size() > 1) return corruption("the log was forked: two checkpoints of one size differ");
  return crypto::verify_consistency(growth.from, *from.begin(), growth.to, *to.begin(), growth.hashes);
}

}  // namespace whorl::audit
