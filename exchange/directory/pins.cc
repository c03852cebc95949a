#include "exchange/directory/pins.h"

#include "base/catalogue.h"

namespace whorl::exchange {
namespace {

constexpr std::size_t kMostPinsBytes = std::size_t{64} << 10;

Error malformed(std::size_t line) {
  return failure(ErrorCode::kDirectoryMalformed, "line " + std::to_string(line),
                 with<"detail">("a pin is a member's name, a space, and 64 hexadecimal digits"));
}

}  // namespace

Result<Pins> parse_pins(std::string_view text) {
  Pins out;
  if (text.size() > kMostPinsBytes) return failure(ErrorCode::kFileTooLong, with<"most_bytes">(kMostPinsBytes));
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || !is_member_name(line.substr(0, space))) return malformed(number);
    const auto digest = sha256_named(line.substr(space + 1));
    if (!digest) return malformed(number);
    out[std::string(line.substr(0, space))].insert(*digest);
  }
  return out;
}

Result<Directory> partners(const Directory& directory, const Pins& pins) {
  Directory out = directory;
  out.members.clear();
  for (const auto& [name, keys] : pins) {
    const auto found = directory.members.find(name);
    if (found == directory.members.end()) continue;  // it has left
    for (const crypto::Jwk& key : found->second.identity) {
      if (!keys.contains(crypto::jwk_thumbprint(key.key)))
        return failure(ErrorCode::kIdentityNotPinned, with<"member">(name));
    }
    out.members.insert(*found);
  }
  return out;
}

}  // namespace whorl::exchange
