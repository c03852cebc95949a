#include "crypto/log/checkpoint.h"

#include <algorithm>
#include <charconv>

#include "base/base64.h"
#include "crypto/log/note_text.h"

namespace whorl::crypto {
namespace {

Error malformed() { return invalid_input("a checkpoint is an origin, a size and a root, each on its line"); }

// The next line without its end; `text` goes on after it. Empty where there is none, or it is empty.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return {};
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

}  // namespace

std::string Checkpoint::text() const {
  std::string out = origin + "\n" + std::to_string(size) + "\n" + encode_base64(root) + "\n";
  for (const std::string& line : extensions) out += line + "\n";
  return out;
}

Result<Checkpoint> Checkpoint::parse(std::string_view text) {
  if (text.size() > kMostNoteBytes || !is_note_text(text)) return malformed();
  std::string_view rest = text;
  Checkpoint out;
  out.origin = std::string(take_line(rest));
  const std::string_view size = take_line(rest);
  const std::string_view root = take_line(rest);
  const auto [end, failed] = std::from_chars(size.data(), size.data() + size.size(), out.size);
  if (failed != std::errc() || end != size.data() + size.size() || out.size > kMostLeaves) return malformed();
  const auto bytes = root.size() == base64_size(out.root.size()) ? decode_base64(root) : std::nullopt;
  if (!bytes || bytes->size() != out.root.size()) return malformed();
  std::copy(bytes->begin(), bytes->end(), out.root.begin());
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    if (line.empty()) return malformed();
    out.extensions.emplace_back(line);
  }
  if (out.origin.empty() || out.text() != text) return malformed();
  return out;
}

Result<SignedNote> sign_checkpoint(const Checkpoint& checkpoint, const NoteSigner& log) {
  if (log.verifier().name() != checkpoint.origin || log.verifier().kind() != NoteKeyKind::kSignature) {
    return invalid_input("a checkpoint is signed by the key of its log");
  }
  const std::string text = checkpoint.text();
  WHORL_ASSIGN(const Checkpoint back, Checkpoint::parse(text));
  if (back != checkpoint) return malformed();
  WHORL_ASSIGN(SignedNote note, SignedNote::of(text));
  WHORL_TRY(note.add(log));
  return note;
}

Result<OpenedCheckpoint> open_checkpoint(std::string_view note, const NoteVerifier& log,
                                         std::span<const NoteVerifier> witnesses) {
  WHORL_ASSIGN(const SignedNote parsed, SignedNote::parse(note));
  const NoteVerifier by_log[] = {log};
  WHORL_TRY(parsed.signed_by(by_log));
  std::vector<NoteVerifier> known(witnesses.begin(), witnesses.end());
  known.push_back(log);
  WHORL_ASSIGN(const std::vector<NoteSigned> signers, parsed.signed_by(known));
  OpenedCheckpoint out;
  WHORL_ASSIGN(out.checkpoint, Checkpoint::parse(parsed.text()));
  if (out.checkpoint.origin != log.name()) return corruption("the checkpoint is of another log");
  for (const NoteSigned& signer : signers) {
    if (signer.kind == NoteKeyKind::kCosignature) out.witnesses.push_back(signer);
  }
  return out;
}

}  // namespace whorl::crypto
