// Directories and pins: what is read is what would be written.
#include <cstddef>
#include <cstdint>

#include "exchange/directory/directory.h"
#include "exchange/directory/pins.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  const std::string_view text = as_text({data, size});
  const auto directory = exchange::parse_directory(text);
  if (directory.ok()) fuzz::require(directory->text() == text);
  (void)exchange::parse_pins(text);
  (void)exchange::open_directory(text, {}, {});
  return 0;
}
