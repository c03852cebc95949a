// Leaves, checkpoints one after another, and proofs: what is taken is given back to the byte.
#include <cstdint>
#include <cstdlib>

#include "audit/checkpoint_file.h"
#include "audit/leaf.h"
#include "audit/proof_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const whorl::ByteView bytes(data, size);
  if (const auto leaf = whorl::audit::parse_leaf(bytes); leaf.ok()) {
    const auto again = whorl::audit::encoded(*leaf);
    if (!again.ok() || whorl::as_text(*again) != whorl::as_text(bytes)) std::abort();
  }
  if (const auto proof = whorl::audit::ProofFile::parse(whorl::as_text(bytes)); proof.ok()) {
    if (proof->text() != whorl::as_text(bytes)) std::abort();
  }
  std::size_t kept = 0;
  for (const auto& note : whorl::audit::notes_of(whorl::as_text(bytes))) kept += note.size();
  if (kept > size) std::abort();
  return 0;
}
