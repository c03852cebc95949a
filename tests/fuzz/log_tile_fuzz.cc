// The readers of tiles' paths, bundles of entries and proofs on any bytes; what is taken is written back to the byte.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "crypto/log/tile.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  using namespace whorl::crypto;
  const ByteView bytes(data, size);
  const std::string_view text = as_text(bytes);
  if (const auto name = tile_of_path(text); name.ok()) fuzz::require(tile_path(*name) == text);
  if (const auto name = entries_of_path(text); name.ok()) fuzz::require(entries_path(*name) == text);
  if (size == 0) return 0;
  if (const auto entries = entries_of_bundle(bytes.subspan(1), data[0]); entries.ok()) {
    const auto back = entry_bundle(*entries);
    fuzz::require(back.ok() && std::equal(back->begin(), back->end(), data + 1, data + size));
  }
  if (const auto hashes = tile_hashes(bytes.subspan(1), data[0]); hashes.ok()) {
    const Bytes back = tile_bytes(*hashes);
    fuzz::require(std::equal(back.begin(), back.end(), data + 1, data + size));
  }
  // Two numbers, two roots, and a proof of what is left: no proof of another root than that of its hashes is taken.
  ByteReader in(bytes);
  const std::uint64_t m = in.u64();
  const std::uint64_t n = in.u64();
  const ByteView rest = in.bytes(in.left());
  const auto hashes = tile_hashes(rest.first(rest.size() / 32 * 32), static_cast<unsigned>(rest.size() / 32 % 257));
  if (in.failed() || !hashes.ok() || hashes->size() < 2) return 0;
  const TreeProof proof(hashes->begin() + 2, hashes->end());
  (void)verify_inclusion((*hashes)[0], m, n, proof, (*hashes)[1]);
  if (verify_consistency(m, (*hashes)[0], n, (*hashes)[1], proof).ok()) fuzz::require(m <= n);
  return 0;
}
