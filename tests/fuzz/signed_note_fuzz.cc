// The readers of notes, their verifiers and checkpoints on any text; what is taken is written back to the byte.
#include <cstddef>
#include <cstdint>

#include "crypto/log/checkpoint.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  using namespace whorl::crypto;
  static const NoteVerifier known =
      *NoteVerifier::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  const std::string_view text = as_text(ByteView(data, size));
  if (const auto note = SignedNote::parse(text); note.ok()) {
    fuzz::require(note->note() == text);
    (void)note->signed_by({&known, 1});
  }
  (void)open_checkpoint(text, known, {});
  if (const auto checkpoint = Checkpoint::parse(text); checkpoint.ok()) fuzz::require(checkpoint->text() == text);
  if (const auto verifier = NoteVerifier::parse(text); verifier.ok()) fuzz::require(verifier->text() == text);
  return 0;
}
