// One client connection: reads requests one after the other, answers each. Private to server/.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <memory>
#include <optional>

#include "server/http/message.h"
#include "server/http/router.h"
#include "server/http/server_state.h"
#include "server/http/stream.h"

namespace whorl::server {

// Lives as long as its run() coroutine, on the network thread alone. Stands in core.connections from
// construction to destruction.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Core& core, Stream stream);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Serves until the client leaves, a timeout or limit is hit, or the server stops. The caller keeps the
  // shared pointer alive (co_spawn with a lambda that holds it).
  boost::asio::awaitable<void> run();

  // Closes the connection when it is between two requests.
  void stop_if_idle();

 private:
  boost::asio::awaitable<bool> wait_for_request();
  boost::asio::awaitable<bool> serve_one();
  boost::asio::awaitable<Stream::Failure> read_body();
  boost::asio::awaitable<bool> answer(const Request& request, const RouteMatch& match, const Reply& reply,
                                      bool keep_alive);
  // Answers and gives the connection up.
  boost::asio::awaitable<bool> refuse(const Request& request, const RouteMatch& match, const Reply& reply);
  // The reply that needs no body: the server's own pages, and whatever is wrong with the header already.
  std::optional<Reply> reply_before_body(const RouteMatch& match, const Request& request);
  std::optional<Reply> refuse_body(const BodyRule& rule, const Request& request);
  Request request_of_header();

  Core& core_;
  Stream stream_;
  boost::beast::flat_buffer buffer_;
  std::optional<RequestParser> parser_;
  BodyShare share_;
  std::chrono::steady_clock::time_point started_;
  bool idle_ = true;
};

}  // namespace whorl::server
