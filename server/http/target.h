// The request target: its forms, its parts, and percent-encoding. RFC 9112 3.2, RFC 3986 2.1. Pure and thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whorl::server {

struct Target {
  std::string origin_form;               // "/v1/persons?transactionId=1"
  std::optional<std::string> authority;  // "127.0.0.1:8080", of an absolute form: it counts instead of Host
};

// Origin form, or absolute form of http or https. Empty for anything else.
std::optional<Target> read_target(std::string_view target);

// The segments of the path after the leading slash, percent-decoded. Empty when the path does not begin with a slash,
// holds a '%' that begins no escape, or a character that has to be escaped. `target` is in origin form.
std::optional<std::vector<std::string>> path_segments(std::string_view target);

// What stands behind the first '?', as it came.
std::string_view query_text(std::string_view target);

// The target without a parameter of its query, wherever it stands.
std::string without_parameter(std::string_view target, std::string_view name);

// A name or value of a query: '+' is a space. Empty where path_segments would be.
std::optional<std::string> decoded_query_text(std::string_view text);

}  // namespace whorl::server
