// The encounter file's reader on any bytes; what it accepts to the end is written back byte for byte, where no record
// is of an earlier version.
#include <cstddef>
#include <cstdint>
#include <sstream>

#include "index/record/encounter_file.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  const std::string bytes(as_text(ByteView(data, size)));
  std::istringstream in(bytes);
  auto reader = index::EncounterFileReader::open(in);
  if (!reader.ok()) return 0;
  std::ostringstream out;
  index::EncounterFileWriter writer(out);
  bool newest = true;
  for (;;) {
    const auto record = reader->next_encoded();
    if (!record.ok()) return 0;
    if (!*record) break;
    const auto parsed = index::parse_record((*record)->key, (*record)->value);
    if (!parsed.ok()) return 0;
    newest = newest && !index::is_of_earlier_version((*record)->value);
    fuzz::require(writer.add(*parsed).ok());
  }
  fuzz::require(writer.finish().ok() && (!newest || out.str() == bytes));
  return 0;
}
