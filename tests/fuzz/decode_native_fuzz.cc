// Any bytes: decode_native refuses them or gives a template that encodes to the same bytes; prepare_native takes all
// that decode_native takes, with the same result, and what it takes can be compared. Each input is tried as it
// is and once more with its checksum made right, as a hostile sender would.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "base/crc32c.h"
#include "templates/codec/native.h"
#include "tests/fuzz/require.h"

namespace {

void try_decode(whorl::ByteView bytes) {
  using whorl::fingerprint::PreparedTemplate;
  const auto got = whorl::codec::decode_native(bytes);
  const auto prepared = whorl::codec::prepare_native(bytes);
  if (prepared.ok()) {
    whorl::fuzz::require(whorl::fingerprint::PreparedView::parse(prepared->bytes()).ok());
    whorl::fuzz::require(std::isfinite(whorl::fingerprint::compare(*prepared, *prepared).score));
  }
  if (!got.ok()) return;
  const PreparedTemplate expected(*got, {}, whorl::fingerprint::RidgeForm::kCoded);
  whorl::fuzz::require(prepared.ok() && std::ranges::equal(prepared->bytes(), expected.bytes()));
  const auto again = whorl::codec::encode_native(*got);
  whorl::fuzz::require(again.ok() && std::equal(again->begin(), again->end(), bytes.begin(), bytes.end()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const whorl::ByteView bytes(data, size);
  try_decode(bytes);
  if (size < 4) return 0;
  const whorl::ByteView covered = bytes.first(size - 4);
  try_decode(whorl::ByteWriter().bytes(covered).u32(whorl::crc32c(covered)).take());
  return 0;
}
