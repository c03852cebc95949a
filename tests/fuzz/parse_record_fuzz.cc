// parse_record on any key and value, with the checksum put right so that the fields behind it are reached.
#include <cstddef>
#include <cstdint>

#include "base/crc32c.h"
#include "index/record/stored_record.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  // Input: one byte of key length, the key, the value without its checksum.
  ByteReader in(ByteView(data, size));
  const ByteView key = in.bytes(in.u8());
  if (in.failed()) return 0;
  const ByteView body = in.bytes(in.left());
  (void)index::parse_record(key, body);
  const Bytes value = ByteWriter().bytes(body).u32(crc32c(body, crc32c(key))).take();
  const auto parsed = index::parse_record(key, value);
  if (!parsed.ok()) return 0;
  // What is accepted is written back byte for byte; of an earlier version, so that it reads the same.
  const auto again = index::encoded(*parsed);
  whorl::fuzz::require(again.ok());
  if (!index::is_of_earlier_version(value)) {
    whorl::fuzz::require(again->value == value);
  } else {
    const auto reread = index::parse_record(again->key, again->value);
    whorl::fuzz::require(reread.ok() && *reread == *parsed);
  }
  return 0;
}
