#include "server/listen_check.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/catalogue.h"

namespace whorl::server {

namespace asio = boost::asio;

Status check_address(const ServerConfig& config) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(config.address, error);
  if (error) return failure(ErrorCode::kAddressMalformed, "address");
  if (!address.is_loopback() && config.access_file.empty()) return failure(ErrorCode::kAddressNotLoopback, "address");
  return {};
}

Status check_port(const ServerConfig& config) {
  WHORL_TRY(check_address(config));
  boost::system::error_code error;
  const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(config.address, error), config.port);
  asio::io_context context;
  asio::ip::tcp::acceptor socket(context);
  socket.open(endpoint.protocol(), error);
  if (!error) socket.set_option(asio::ip::tcp::acceptor::reuse_address(true), error);
  if (!error) socket.bind(endpoint, error);
  if (!error) socket.listen(1, error);
  if (!error) return {};
  return failure(ErrorCode::kCannotListen, with<"address">(config.address), with<"port">(config.port),
                 with<"cause">(error.message()));
}

}  // namespace whorl::server
