#include "server/access/private_line.h"

#include "engine/access/private_file.h"
#include "server/http/message.h"

namespace whorl::server {

Result<std::string> private_line(const std::filesystem::path& file) {
  constexpr std::size_t kMostBytes = 4096;
  WHORL_ASSIGN(const auto bytes, access::read_private_file(file, kMostBytes, access::OthersMay::kNothing));
  const std::string_view text = as_text(bytes.view());
  return std::string(trimmed(text.substr(0, text.find_first_of("\r\n"))));
}

}  // namespace whorl::server
