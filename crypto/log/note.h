// Signed notes (C2SP signed-note): a text that people read and keys sign, e.g. a checkpoint of a log or a directory of
// members.
//
// A note is its text, an empty line, and a line for each signature: "— NAME BASE64". Signatures are Ed25519: of the
// text (type 1), or of the text and a time (type 4, C2SP tlog-cosignature). Signatures by keys that the reader does not
// know are nothing to it; one by a key that it knows and that does not fit makes the note false. Stricter than C2SP:
// names are visible ASCII.
//
// Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/key_pair.h"

namespace whorl::crypto {

inline constexpr std::size_t kMostNoteBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMostNoteSignatures = 100;
inline constexpr std::size_t kMostNoteNameBytes = 255;

enum class NoteKeyKind : std::uint8_t { kSignature = 1, kCosignature = 4 };

// A key that signatures are held against.
class NoteVerifier {
 public:
  // Errors: kInvalidInput when the name is empty, too long, or has a space, a plus or what is not visible ASCII; when
  // the key is not Ed25519.
  static Result<NoteVerifier> of(std::string_view name, NoteKeyKind kind, PublicKey key);
  // "NAME+HEX+BASE64". Errors: kInvalidInput, also when the HEX is not that of name and key.
  static Result<NoteVerifier> parse(std::string_view text);
  [[nodiscard]] std::string text() const;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] NoteKeyKind kind() const { return kind_; }
  // The first 4 bytes of SHA-256(NAME, 10, type, key): not secret, and not unique.
  [[nodiscard]] std::uint32_t id() const { return id_; }
  [[nodiscard]] const PublicKey& key() const { return key_; }

 private:
  NoteVerifier(std::string name, NoteKeyKind kind, std::uint32_t id, PublicKey key)
      : name_(std::move(name)), kind_(kind), id_(id), key_(std::move(key)) {}

  std::string name_;
  NoteKeyKind kind_;
  std::uint32_t id_;
  PublicKey key_;
};

class NoteSigner {
 public:
  // Errors: as NoteVerifier::of.
  static Result<NoteSigner> of(std::string_view name, NoteKeyKind kind, PrivateKey key);
  [[nodiscard]] const NoteVerifier& verifier() const { return verifier_; }
  // The bytes of a signature of `text`: of a cosignature at that time, in seconds since 1970, which they begin with.
  [[nodiscard]] Result<Bytes> sign(std::string_view text, std::uint64_t unix_seconds) const;

 private:
  NoteSigner(NoteVerifier verifier, PrivateKey key) : verifier_(std::move(verifier)), key_(std::move(key)) {}
  NoteVerifier verifier_;
  PrivateKey key_;
};

// Who signed, as far as the reader knows keys.
struct NoteSigned {
  std::string name;
  NoteKeyKind kind = NoteKeyKind::kSignature;
  std::optional<std::uint64_t> unix_seconds = {};  // of a cosignature
};

class SignedNote {
 public:
  // Nobody has signed it yet. Errors: kInvalidInput when the text is empty, does not end with a line's end, is longer
  // than kMostNoteBytes, is no UTF-8, or has a control character other than the line's end.
  static Result<SignedNote> of(std::string_view text);
  // Errors: as above, and kInvalidInput for what is no note: no empty line before the signatures, no signature or more
  // than kMostNoteSignatures, a line of another form.
  static Result<SignedNote> parse(std::string_view note);

  [[nodiscard]] const std::string& text() const { return text_; }
  // The note, signatures in the order that they were added.
  [[nodiscard]] std::string note() const;
  // Errors: kInvalidInput when this key has signed it, kExhausted when there are kMostNoteSignatures; kInternal.
  Status add(const NoteSigner& signer, std::uint64_t unix_seconds = 0);

  // The keys among `known` that signed, in the note's order. Errors: kCorruption when a signature of a known key does
  // not fit, one of them signed twice, or none did.
  [[nodiscard]] Result<std::vector<NoteSigned>> signed_by(std::span<const NoteVerifier> known) const;

 private:
  struct Signature {
    std::string name;
    std::uint32_t id = 0;
    Bytes bytes;
  };
  static Result<Signature> read_line(std::string_view line);

  std::string text_;
  std::vector<Signature> signatures_;
};

}  // namespace whorl::crypto
