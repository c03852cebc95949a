// Any bytes: decode_native refuses them or gives a template that encodes to the same bytes.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "templates/codec/native.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto got = whorl::codec::decode_native({data, size});
  if (!got.ok()) return 0;
  const auto bytes = whorl::codec::encode_native(*got);
  whorl::fuzz::require(bytes.ok() && std::equal(bytes->begin(), bytes->end(), data, data + size));
  return 0;
}
