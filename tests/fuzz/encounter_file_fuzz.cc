// The encounter file's reader on any bytes; what it accepts to the end is written back byte for byte.
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
  for (;;) {
    const auto record = reader->next();
    if (!record.ok()) return 0;
    if (!*record) break;
    fuzz::require(writer.add(**record).ok());
  }
  fuzz::require(writer.finish().ok() && out.str() == bytes);
  return 0;
}
