// The handshake of this server where it is the client.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/result.h"
#include "server/tasks/callback_address.h"
#include "server/tls/client_context.h"

namespace whorl::server {

// Over a stream that is connected: says which server is meant, and takes nobody else's certificate. Both are borrowed
// until it is done. Errors: kUnavailable.
template <class Next>
boost::asio::awaitable<Status> greet(boost::asio::ssl::stream<Next>& tls, const CallbackAddress& server) {
  namespace asio = boost::asio;
  if (!server.number && !name_server(tls.native_handle(), server.host)) {
    co_return unavailable("the name cannot be shown");
  }
  tls.set_verify_callback(asio::ssl::host_name_verification(server.host));
  boost::system::error_code error;
  co_await tls.async_handshake(asio::ssl::stream_base::client, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return unavailable("the handshake failed: " + error.message());
  co_return Status();
}

}  // namespace whorl::server
