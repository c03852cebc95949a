// What an identity provider sends: its description (OpenID Connect Discovery 1.0), answers to codes (RFC 6749, 5.1),
// and what browsers bring from it (RFC 6749, 4.1.2; RFC 9207). Hostile until it has been read. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "server/tasks/callback_address.h"

namespace whorl::server {

inline constexpr std::size_t kMostProviderJsonBytes = std::size_t{64} << 10;

struct ProviderDescription {
  std::string authorization;  // where browsers are sent: an address without a query
  CallbackAddress token;
  CallbackAddress keys;
  std::string end_session;   // empty: it has none
  bool says_issuer = false;  // its answers to browsers name it (RFC 9207)
};

// Where the description of this issuer lies; nothing where it is no https address.
std::optional<CallbackAddress> description_address(const std::string& issuer);

// Errors: kInvalidInput for what is no such description, is of another issuer, does not know S256 of PKCE, or names an
// address that is not of the issuer's own origin: nobody is sent elsewhere by it.
Result<ProviderDescription> read_description(std::string_view json, const std::string& issuer);

// The ID token of an answer to a code. Errors: kInvalidInput where there is none.
Result<std::string> read_id_token(std::string_view json);

// What a browser brings. Providers add parameters of their own, which decide nothing here.
struct ProviderAnswer {
  std::string state;
  std::string code;   // empty where there is an error
  std::string error;  // as the provider names it; of letters, digits and '_' alone
  std::optional<std::string> issuer;
};
// Of the query of a target. Errors: kInvalidInput for what is not percent-encoded, too long, there twice or lacking.
Result<ProviderAnswer> read_provider_answer(std::string_view target);

}  // namespace whorl::server
