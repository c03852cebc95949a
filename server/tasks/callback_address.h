// The address that a client gives for a result: read strictly, since whoever names one makes this machine call it.
//
// Takes http and https with a host that is a name (letters, digits, '-' and '_') or a number as RFC 3986 has it: four
// decimal parts, or an IPv6 address in brackets. What resolvers take besides (one number, hexadecimal and octal parts,
// a dot at the end) is refused, and so are users, fragments, dot segments, and characters that have to be escaped.
// Pure.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace whorl::server {

inline constexpr std::size_t kMostCallbackBytes = 2048;

struct CallbackAddress {
  bool tls = false;
  std::string host;                                     // lower case; of IPv6 without brackets
  std::optional<boost::asio::ip::address> number = {};  // where the host is one
  std::uint16_t port = 0;
  std::string path;   // "/..."
  std::string query;  // without the mark; empty where there is none

  // "https://client.example:8443", which an operator allows; and the value of Host.
  [[nodiscard]] std::string origin() const;
  [[nodiscard]] std::string authority() const;
  // What is asked for: path and query with the two parameters that every result carries.
  [[nodiscard]] std::string target(std::string_view transaction_id, std::string_view task_id) const;
};

// Nothing where it is no such address, or names transactionId or taskId already.
std::optional<CallbackAddress> read_callback(std::string_view url);

// Letters, digits, '-', '.', '_' and '~' as they are, all else escaped.
std::string percent_encoded(std::string_view text);

}  // namespace whorl::server
