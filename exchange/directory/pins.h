// Pins: the identity keys that a member knows from its agreements, on paper. A directory cannot put others in their
// place.
//
//   b.rbdes.test 3f1c...    the SHA-256 thumbprint of a key (RFC 7638), 64 hexadecimal digits; a line for each key
//
// Lines that begin with '#' and empty ones are passed over. Thread-safety: plain values and pure functions.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "exchange/directory/directory.h"

namespace whorl::exchange {

using Pins = std::map<std::string, std::set<Sha256>>;

// Errors: kInvalidInput (directory_malformed).
Result<Pins> parse_pins(std::string_view text);

// The members that are pinned; the others are no partners. Errors: identity_not_pinned where one of them has a key that
// is not pinned: the office's signature is not enough. A pinned member that is not in the directory has left.
Result<Directory> partners(const Directory& directory, const Pins& pins);

}  // namespace whorl::exchange
