// The text that keeps a password: what is taken is written again as it came, and cannot take the machine's memory.
#include <cstddef>
#include <cstdint>

#include "crypto/password.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  using whorl::fuzz::require;
  const auto text = as_text(ByteView(data, size));
  const auto hash = crypto::parse_password_hash(text);
  if (!hash.ok()) return 0;
  require(crypto::password_hash_text(*hash) == text);
  require(hash->log_n <= 17 && hash->p <= 4 && hash->salt.size() == 16);
  return 0;
}
