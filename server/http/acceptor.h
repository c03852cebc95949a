// The listening socket: takes connections in, up to the limit. At the limit a connection whose client keeps it waiting
// makes room for a new one, so that idle clients lock nobody out; where all are at work the new one is told to try
// again.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "server/http/server_state.h"

namespace whorl::server {

// Belongs to the network thread but for construction and listen(), which come before it runs. `io` and `core` outlive
// it.
class Acceptor {
 public:
  Acceptor(boost::asio::io_context& io, Core& core) : io_(io), core_(core), socket_(io) {}

  // Binds the address and port of the configuration. Errors: kInvalidInput (the address is malformed, or not loopback
  // where the access files do not ask for TLS and for who comes in), kUnavailable (it cannot be bound).
  Status listen();
  [[nodiscard]] std::uint16_t port() const { return port_; }

  // Takes connections in until close().
  boost::asio::awaitable<void> run();
  void close();

 private:
  void serve(boost::asio::ip::tcp::socket socket);
  bool make_room();
  boost::asio::awaitable<void> turn_away(boost::asio::ip::tcp::socket socket);

  boost::asio::io_context& io_;
  Core& core_;
  boost::asio::ip::tcp::acceptor socket_;
  std::uint16_t port_ = 0;
  std::size_t being_turned_away_ = 0;
};

}  // namespace whorl::server
