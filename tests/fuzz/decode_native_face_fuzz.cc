// Any bytes: decode_native_face refuses them or gives a template that encodes to the same bytes. Each input is tried as
// it is and once more with its checksum made right, as a hostile sender would.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/crc32c.h"
#include "templates/codec/native_face.h"
#include "tests/fuzz/require.h"

namespace {

void try_decode(whorl::ByteView bytes) {
  const auto got = whorl::codec::decode_native_face(bytes);
  if (!got.ok()) return;
  const auto again = whorl::codec::encode_native_face(*got);
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
