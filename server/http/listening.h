// Where a server listens. Private to this room.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>

#include "base/result.h"
#include "server/server.h"

namespace whorl::server {

// Errors: kInvalidInput.
Result<boost::asio::ip::address> address_of(const ServerConfig& config);

// Opens `socket` at `address` and the port of `config`, and listens. Gives the port, which may be any free one. Errors:
// kUnavailable.
Result<std::uint16_t> listen_on(boost::asio::ip::tcp::acceptor& socket, const boost::asio::ip::address& address,
                                const ServerConfig& config);

}  // namespace whorl::server
