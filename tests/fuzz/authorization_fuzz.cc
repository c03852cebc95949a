// The header Authorization: any bytes are one of its forms or an error that holds none of them.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "server/access/authorization.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  using whorl::fuzz::require;
  const std::string value(as_text(ByteView(data, size)));
  const auto read = server::read_authorization(std::span(&value, 1));
  if (!read.ok()) {
    require(read.error().code() == "token_refused");
    return 0;
  }
  if (const auto* token = std::get_if<server::BearerToken>(&*read)) require(!token->token.empty());
  if (const auto* named = std::get_if<server::NameAndPassword>(&*read)) {
    require(!named->name.empty() && named->name.find(':') == std::string::npos);
  }
  require(!std::holds_alternative<std::monostate>(*read));
  return 0;
}
