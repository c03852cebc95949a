// An HTTP request and its reply as plain values, so that handlers know no network.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace whorl::server {

struct Request {
  std::string method;
  std::string target;  // origin-form: "/v1/persons?transactionId=1"
  std::string content_type;
  std::string content_encoding;
  std::string accept;
  std::string accept_encoding;
  std::string if_none_match;
  std::vector<std::string> keys;  // every Idempotency-Key: one, in a request that is well formed
  std::string body;
  std::string id;  // made by the server; stands in the log and in the reply's Whorl-Request header
};

inline constexpr std::string_view kJsonType = "application/json";
inline constexpr std::string_view kErrorType = "application/vnd.whorl.error+json";

// `text` without spaces and tabs at its ends; and equality of ASCII texts whatever their case.
std::string_view trimmed(std::string_view text);
bool same_ignoring_case(std::string_view a, std::string_view b);

// Whether a header that lists media types (Accept, Content-Type) names `type`, with or without parameters.
bool names_type(std::string_view header, std::string_view type);

struct Reply {
  int status = 200;
  std::string content_type{kJsonType};
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string log;                  // what only the operator may read; empty mostly
  std::string_view decision;        // of a search, for the metrics; static text, empty elsewhere
  std::optional<Error> error = {};  // what the body tells, where it tells one
};

// {"code": status, "message": "field: message"} as OSIA has it, which leaves no room for more: the error's code stands
// in the header Whorl-Reason. 503 gets Retry-After.
Reply error_reply(int status, Error error);

// The reply to a failed operation; the error itself, or for what may not be told the request's id.
Reply error_reply(const Error& error, const std::string& request_id);

// An error that a client takes as kErrorType, with everything: {"code", "message", "field", "reasonCode",
// "reasonArguments"}. Any other reply is left as it is.
Reply as_accepted(Reply reply, std::string_view accept);

// A success without content.
Reply no_content();

// `text` made safe for a header's value: one line of printable ASCII, at most 512 bytes.
std::string header_value(std::string_view text);

}  // namespace whorl::server
