// parse_answer on any key and value; what is accepted is written back byte for byte.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "index/record/kept_answer.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  // Input: one byte of key length, the key, the value.
  ByteReader in(ByteView(data, size));
  const ByteView key = in.bytes(in.u8());
  if (in.failed()) return 0;
  const ByteView value = in.bytes(in.left());
  const auto parsed = index::parse_answer(key, value);
  if (!parsed.ok()) return 0;
  const auto again = index::encode_answer(*parsed);
  const Bytes same_key = index::answer_key(parsed->key);
  fuzz::require(again.ok() && ByteView(*again).size() == value.size() &&
                std::equal(value.begin(), value.end(), again->begin()) &&
                std::equal(key.begin(), key.end(), same_key.begin()));
  return 0;
}
