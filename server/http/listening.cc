#include "server/http/listening.h"

#include "base/catalogue.h"

namespace whorl::server {

namespace asio = boost::asio;
using asio::ip::tcp;

Result<asio::ip::address> address_of(const ServerConfig& config) {
  boost::system::error_code error;
  const auto out = asio::ip::make_address(config.address, error);
  if (error) return failure(ErrorCode::kAddressMalformed, "address");
  return out;
}

Result<std::uint16_t> listen_on(tcp::acceptor& socket, const asio::ip::address& address, const ServerConfig& config) {
  const tcp::endpoint endpoint(address, config.port);
  boost::system::error_code error;
  socket.open(endpoint.protocol(), error);
  if (!error) socket.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) socket.bind(endpoint, error);
  if (!error) socket.listen(asio::socket_base::max_listen_connections, error);
  std::uint16_t port = 0;
  if (!error) port = socket.local_endpoint(error).port();
  if (!error) return port;
  return failure(ErrorCode::kCannotListen, with<"address">(config.address), with<"port">(config.port),
                 with<"cause">(error.message()));
}

}  // namespace whorl::server
