// Keys among JSON's values. Private to crypto/jose.
#pragma once

#include <optional>
#include <string_view>

#include "crypto/jose/jwk.h"
#include "crypto/jose/strict_json.h"

namespace whorl::crypto {

// The public key in these members; empty where its kind or curve is not known here. Errors: as parse_jwk's, of the
// key's own members.
Result<std::optional<PublicKey>> public_key_in(const JoseMembers& members);

// The names of algorithms: "EdDSA", "ES256", "RS256", "PS256".
std::string_view name_of(SignatureAlgorithm algorithm);

}  // namespace whorl::crypto
