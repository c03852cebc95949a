// Ranges of IP addresses, and which addresses are of machines that anybody may reach. Pure.
#pragma once

#include <array>
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

namespace whorl::server {

// An address as sixteen bytes, whatever form it came in: IPv4, and IPv6 forms that stand for IPv4 (mapped), are one.
using AddressBytes = std::array<std::uint8_t, 16>;
AddressBytes bytes_of(const boost::asio::ip::address& address);

struct AddressRange {
  AddressBytes first{};
  unsigned bits = 128;

  // "10.0.0.0/8", "fc00::/7", or one address. Nothing for any other text, or one with bits behind its length.
  static std::optional<AddressRange> parse(std::string_view text);
  [[nodiscard]] bool holds(const boost::asio::ip::address& address) const;
};

bool is_loopback(const boost::asio::ip::address& address);
// Not of this machine, a private or local network, documentation, tests, translation (6to4, Teredo, NAT64), groups, or
// what is reserved (IANA's special-purpose registries).
bool is_public(const boost::asio::ip::address& address);

}  // namespace whorl::server
