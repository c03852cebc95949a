#include "server/tasks/address_range.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string>

namespace whorl::server {
namespace {

namespace ip = boost::asio::ip;

constexpr unsigned kBitsOfMapped = 96;
constexpr unsigned kBits = 128;

constexpr const char* kNotPublic[] = {"0.0.0.0/8",      "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8",
                                      "169.254.0.0/16", "172.16.0.0/12",  "192.0.0.0/24",  "192.0.2.0/24",
                                      "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
                                      "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4",   "2001::/23",
                                      "2001:db8::/32",  "2002::/16",      "3fff::/20"};
constexpr const char* kPublicOfIpv6 = "2000::/3";

bool same_bits(const AddressBytes& a, const AddressBytes& b, unsigned bits) {
  const std::size_t whole = bits / 8;
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin())) return false;
  const unsigned rest = bits % 8;
  return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

}  // namespace

AddressBytes bytes_of(const ip::address& address) {
  if (address.is_v6()) return address.to_v6().to_bytes();
  return ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes();
}

std::optional<AddressRange> AddressRange::parse(std::string_view text) {
  const auto slash = text.find('/');
  boost::system::error_code error;
  const auto address = ip::make_address(std::string(text.substr(0, slash)), error);
  if (error || (address.is_v6() && address.to_v6().scope_id() != 0)) return {};
  AddressRange out{bytes_of(address), kBits};
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    unsigned bits = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    const unsigned most = address.is_v4() ? kBits - kBitsOfMapped : kBits;
    if (failed != std::errc() || end != digits.data() + digits.size() || bits > most) return {};
    out.bits = address.is_v4() ? kBitsOfMapped + bits : bits;
  }
  AddressBytes zeros = out.first;
  for (unsigned bit = out.bits; bit < kBits; ++bit) {
    zeros[bit / 8] = static_cast<std::uint8_t>(zeros[bit / 8] & ~(0x80U >> bit % 8));
  }
  if (zeros != out.first) return {};
  return out;
}

bool AddressRange::holds(const ip::address& address) const { return same_bits(first, bytes_of(address), bits); }

bool is_loopback(const ip::address& address) {
  static const AddressRange v4 = *AddressRange::parse("127.0.0.0/8");
  return v4.holds(address) || address == ip::address(ip::address_v6::loopback());
}

bool is_public(const ip::address& address) {
  static const AddressRange mapped{bytes_of(ip::address(ip::address_v4())), kBitsOfMapped};
  static const AddressRange v6 = *AddressRange::parse(kPublicOfIpv6);
  if (!mapped.holds(address) && !v6.holds(address)) return false;
  return std::none_of(std::begin(kNotPublic), std::end(kNotPublic),
                      [&](const char* range) { return AddressRange::parse(range)->holds(address); });
}

}  // namespace whorl::server
