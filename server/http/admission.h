// What is refused of every request, whatever its route: a length that two readers could see differently, a host that is
// not this server's, a page of another origin.
//
// There is no authentication on loopback, and a browser on this machine fetches what any web page asks for: also from a
// name that its owner lets point at 127.0.0.1 (DNS rebinding). Such a request is known by its Host and Origin.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.h"

namespace whorl::server {

// What the header says of the length and of who asks.
struct RequestHead {
  bool is_http_10 = false;
  bool has_content_length = false;
  std::vector<std::string> transfer_encodings;
  std::vector<std::string> hosts;
  std::optional<std::string> authority;  // of a target in absolute form; counts instead of the Host
  std::vector<std::string> origins;
  std::vector<std::string> fetch_sites;  // of Sec-Fetch-Site
};

// "host", "host:port", "[address]:port"
struct Authority {
  std::string host;  // lower case, without brackets
  std::string port;  // digits; empty where none is given
};
// Empty when malformed; user information is.
std::optional<Authority> read_authority(std::string_view text);

// ASCII letters alone are changed.
std::string lower_case(std::string_view text);

// The reply to a request that may not come in; the connection is closed after it. 400: no Host or several, a malformed
// one, a Transfer-Encoding whose end cannot be known; 501: one that ends in chunked but needs decoding; 403: a Host
// that is not in `own_hosts` (lower case, any port), an Origin other than the Host's own, a fetch from another site.
// Pure and thread-safe.
std::optional<Reply> refusal_at_the_door(const RequestHead& head, const std::vector<std::string>& own_hosts);

}  // namespace whorl::server
