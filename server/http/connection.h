// One client connection: reads requests one after the other, answers each. Private to server/.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/access/visitor.h"
#include "server/http/admission.h"
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

  // What the connection waits for. One that waits for its client may be given up for another.
  enum class Waiting { kForFirst, kForNext, kForHeader, kNot };
  [[nodiscard]] Waiting waiting() const { return waiting_; }
  [[nodiscard]] std::chrono::steady_clock::time_point waiting_since() const { return waiting_since_; }

  // Closes the connection when it is between two requests.
  void stop_if_idle();
  // Closes the connection; it ends soon after.
  void give_up();
  [[nodiscard]] bool given_up() const { return given_up_; }

 private:
  boost::asio::awaitable<bool> wait_for_request();
  boost::asio::awaitable<bool> serve_one();
  // All that follows the header, as far as the memory for bodies allows.
  boost::asio::awaitable<Stream::Failure> read_body();
  // Memory for what is read next. False where others have it.
  bool make_room();
  // What the request whose header has come shows of who sends it.
  Visitor visitor_of(const Request& request, const RequestHead& head);
  // Who sent it; the caller is then `who_`.
  boost::asio::awaitable<std::optional<Reply>> admit(const RouteMatch& match, const Visitor& visitor);
  boost::asio::awaitable<bool> answer(const Request& request, const RouteMatch& match, const Reply& reply,
                                      bool keep_alive);
  // Answers and gives the connection up.
  boost::asio::awaitable<bool> refuse(const Request& request, const RouteMatch& match, const Reply& reply);
  // The reply that needs no body: the server's own pages, and whatever is wrong with the header already.
  std::optional<Reply> reply_before_body(const RouteMatch& match, const Request& request);
  std::optional<Reply> refuse_body(const BodyRule& rule, const Request& request);

  Core& core_;
  Stream stream_;
  boost::beast::flat_buffer buffer_;
  std::optional<RequestParser> parser_;
  BodyShare share_;
  std::size_t most_body_bytes_ = 0;  // of the request in work: what it announces, or may have
  const std::vector<std::string> own_hosts_;
  engine::Principal who_;  // of the request in work
  // Of TLS: the client's certificate, and whether it is taken under this reading of the access files.
  std::optional<access::PeerCertificate> peer_;
  bool peer_taken_ = true;
  std::shared_ptr<const TlsContext> taken_by_;
  std::optional<std::chrono::steady_clock::time_point> started_;  // of the latest request: when its header had come
  Waiting waiting_ = Waiting::kForFirst;
  std::chrono::steady_clock::time_point waiting_since_;
  bool given_up_ = false;
};

}  // namespace whorl::server
