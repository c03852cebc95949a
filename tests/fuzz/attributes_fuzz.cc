// parse_attributes on any bytes: what is accepted is written back byte for byte, and can be asked for.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "index/record/attributes.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  const ByteView bytes(data, size);
  const auto parsed = index::parse_attributes(bytes);
  if (!parsed.ok()) return 0;
  const auto again = index::encode_attributes(*parsed);
  fuzz::require(!again || (again->size() == bytes.size() && std::equal(bytes.begin(), bytes.end(), again->begin())));
  const index::EncounterFilter::Term term{false, "gender", {"\"M\""}, "1", "\"Z\"", false};
  for (const index::Attribute& each : *parsed) {
    const bool held = index::holds(term, each.value);
    fuzz::require(!held || index::comparable(term, each.value));
    fuzz::require(index::find_attribute(*parsed, each.name) != nullptr);
  }
  return 0;
}
