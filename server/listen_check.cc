#include "server/listen_check.h"

#include <boost/asio/io_context.hpp>

#include "base/catalogue.h"
#include "server/http/listening.h"

namespace whorl::server {
namespace {

Result<boost::asio::ip::address> checked_address(const ServerConfig& config) {
  WHORL_ASSIGN(const auto address, address_of(config));
  if (!address.is_loopback() && config.access_file.empty()) return failure(ErrorCode::kAddressNotLoopback, "address");
  return address;
}

}  // namespace

Status check_address(const ServerConfig& config) {
  const auto address = checked_address(config);
  return address.ok() ? Status() : Status(address.error());
}

Status check_port(const ServerConfig& config) {
  WHORL_ASSIGN(const auto address, checked_address(config));
  boost::asio::io_context context;
  boost::asio::ip::tcp::acceptor socket(context);
  const auto listening = listen_on(socket, address, config);
  return listening.ok() ? Status() : Status(listening.error());
}

}  // namespace whorl::server
