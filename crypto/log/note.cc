#include "crypto/log/note.h"

#include <algorithm>

#include "base/base64.h"
#include "base/sha256.h"
#include "crypto/log/note_text.h"
#include "crypto/signature.h"

namespace whorl::crypto {
namespace {

constexpr std::string_view kDash = "\xE2\x80\x94 ";  // U+2014 and a space
constexpr std::size_t kIdBytes = 4;
constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kMostSignatureBytes = 8192;  // of kinds that this build does not know

std::uint32_t id_of(std::string_view name, NoteKeyKind kind, const PublicKey& key) {
  const Bytes after = ByteWriter().u8('\n').u8(static_cast<std::uint8_t>(kind)).take();
  const Sha256 hash = sha256_of({as_bytes(name), after, key.bytes()});
  return ByteReader(hash).u32();
}

Bytes cosigned(std::string_view text, std::uint64_t unix_seconds) {
  const std::string head = "cosignature/v1\ntime " + std::to_string(unix_seconds) + "\n";
  return ByteWriter().bytes(as_bytes(head)).bytes(as_bytes(text)).take();
}

// Whether the bytes after the id are this key's signature of the text.
std::optional<NoteSigned> fits(const NoteVerifier& verifier, std::string_view text, ByteView bytes) {
  NoteSigned out{verifier.name(), verifier.kind(), {}};
  if (verifier.kind() == NoteKeyKind::kSignature) {
    if (signature_fits(verifier.key(), SignatureAlgorithm::kEdDsa, as_bytes(text), bytes)) return out;
    return std::nullopt;
  }
  ByteReader in(bytes);
  out.unix_seconds = in.u64();
  const ByteView signature = in.bytes(kSignatureBytes);
  if (!in.finished()) return std::nullopt;
  const Bytes message = cosigned(text, *out.unix_seconds);
  if (signature_fits(verifier.key(), SignatureAlgorithm::kEdDsa, message, signature)) return out;
  return std::nullopt;
}

}  // namespace

Result<NoteVerifier> NoteVerifier::of(std::string_view name, NoteKeyKind kind, PublicKey key) {
  if (!is_note_name(name)) return invalid_input("a signer's name is 1 to 255 visible ASCII characters without a plus");
  if (key.kind() != KeyKind::kEd25519) return invalid_input("notes are signed with Ed25519");
  const std::uint32_t id = id_of(name, kind, key);
  return NoteVerifier(std::string(name), kind, id, std::move(key));
}

Result<NoteVerifier> NoteVerifier::parse(std::string_view text) {
  const auto malformed = [] { return invalid_input("a note's verifier is NAME+HEX+BASE64"); };
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos || text.size() > kMostNoteNameBytes + 64) return malformed();
  const auto bytes = decode_base64(text.substr(second + 1));
  if (!bytes || bytes->empty()) return malformed();
  const auto kind = static_cast<NoteKeyKind>(bytes->front());
  if (kind != NoteKeyKind::kSignature && kind != NoteKeyKind::kCosignature) {
    return invalid_input("a note's verifier of this kind is not known");
  }
  WHORL_ASSIGN(PublicKey key, PublicKey::of(KeyKind::kEd25519, ByteView(*bytes).subspan(1)));
  WHORL_ASSIGN(NoteVerifier verifier, of(text.substr(0, first), kind, std::move(key)));
  if (verifier.text() != text) return invalid_input("a note's verifier contradicts itself: a character is wrong");
  return verifier;
}

std::string NoteVerifier::text() const {
  const Bytes id = ByteWriter().u32(id_).take();
  const Bytes key = ByteWriter().u8(static_cast<std::uint8_t>(kind_)).bytes(key_.bytes()).take();
  return name_ + "+" + hex_of(id) + "+" + encode_base64(key);
}

Result<NoteSigner> NoteSigner::of(std::string_view name, NoteKeyKind kind, PrivateKey key) {
  WHORL_ASSIGN(NoteVerifier verifier, NoteVerifier::of(name, kind, key.public_key()));
  return NoteSigner(std::move(verifier), std::move(key));
}

Result<Bytes> NoteSigner::sign(std::string_view text, std::uint64_t unix_seconds) const {
  if (verifier_.kind() == NoteKeyKind::kSignature) return crypto::sign(key_, as_bytes(text));
  WHORL_ASSIGN(const Bytes signature, crypto::sign(key_, cosigned(text, unix_seconds)));
  return ByteWriter().u64(unix_seconds).bytes(signature).take();
}

Result<SignedNote> SignedNote::of(std::string_view text) {
  if (text.size() > kMostNoteBytes) return invalid_input("a note has at most 1 MiB");
  if (!is_note_text(text)) {
    return invalid_input("a note's text is lines of UTF-8 without control characters, each with its end");
  }
  SignedNote out;
  out.text_ = std::string(text);
  return out;
}

Result<SignedNote::Signature> SignedNote::read_line(std::string_view line) {
  const auto malformed = [] { return invalid_input("a line of a note's signatures is malformed"); };
  if (!line.starts_with(kDash)) return malformed();
  line.remove_prefix(kDash.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || !is_note_name(line.substr(0, space))) return malformed();
  const std::string_view encoded = line.substr(space + 1);
  if (encoded.size() > base64_size(kMostSignatureBytes)) return malformed();
  const auto bytes = decode_base64(encoded);
  if (!bytes || bytes->size() <= kIdBytes) return malformed();
  ByteReader in(*bytes);
  Signature out{std::string(line.substr(0, space)), in.u32(), {}};
  const ByteView rest = in.bytes(in.left());
  out.bytes.assign(rest.begin(), rest.end());
  return out;
}

Result<SignedNote> SignedNote::parse(std::string_view note) {
  if (note.size() > kMostNoteBytes) return invalid_input("a note has at most 1 MiB");
  const std::size_t split = note.rfind("\n\n");
  if (split == std::string_view::npos) return invalid_input("a note has an empty line before its signatures");
  WHORL_ASSIGN(SignedNote out, of(note.substr(0, split + 1)));
  std::string_view rest = note.substr(split + 2);
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return invalid_input("a note's last line has no end");
    if (out.signatures_.size() >= kMostNoteSignatures) return invalid_input("a note has at most 100 signatures");
    WHORL_ASSIGN(Signature signature, read_line(rest.substr(0, end)));
    out.signatures_.push_back(std::move(signature));
    rest.remove_prefix(end + 1);
  }
  if (out.signatures_.empty()) return invalid_input("a note has at least one signature");
  return out;
}

std::string SignedNote::note() const {
  std::string out = text_ + "\n";
  for (const Signature& signature : signatures_) {
    const Bytes bytes = ByteWriter().u32(signature.id).bytes(signature.bytes).take();
    out += std::string(kDash) + signature.name + " " + encode_base64(bytes) + "\n";
  }
  return out;
}

Status SignedNote::add(const NoteSigner& signer, std::uint64_t unix_seconds) {
  const NoteVerifier& as = signer.verifier();
  if (signatures_.size() >= kMostNoteSignatures) return exhausted("a note has at most 100 signatures");
  for (const Signature& signature : signatures_) {
    if (signature.name == as.name() && signature.id == as.id()) return invalid_input("this key has signed the note");
  }
  WHORL_ASSIGN(Bytes bytes, signer.sign(text_, unix_seconds));
  signatures_.push_back({as.name(), as.id(), std::move(bytes)});
  return {};
}

Result<std::vector<NoteSigned>> SignedNote::signed_by(std::span<const NoteVerifier> known) const {
  std::vector<NoteSigned> out;
  std::vector<const NoteVerifier*> seen;
  for (const Signature& signature : signatures_) {
    for (const NoteVerifier& verifier : known) {
      if (verifier.name() != signature.name || verifier.id() != signature.id) continue;
      const auto by = fits(verifier, text_, signature.bytes);
      if (!by) return corruption("a note's signature by " + verifier.name() + " does not fit");
      if (std::find(seen.begin(), seen.end(), &verifier) != seen.end()) {
        return corruption("a note is signed twice by " + verifier.name());
      }
      seen.push_back(&verifier);
      out.push_back(*by);
    }
  }
  if (out.empty()) return corruption("nobody known has signed the note");
  return out;
}

}  // namespace whorl::crypto
