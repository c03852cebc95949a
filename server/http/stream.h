// The bytes between this server and one client, over TCP or over TLS. Everything that knows which of them lies
// underneath stands in stream.cc.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/access/sign_in.h"
#include "server/http/request_body.h"
#include "server/tls/tls_context.h"

namespace whorl::server {

using RequestParser = boost::beast::http::request_parser<RequestBody>;
using Response = boost::beast::http::response<boost::beast::http::string_body>;

// Belongs to the network thread; one operation at a time. An operation that outlasts its timeout fails, and the stream
// is then closed.
class Stream {
 public:
  using Failure = boost::beast::error_code;  // false when all went well
  using Timeout = std::chrono::milliseconds;

  // Over TLS where there is a context: handshake() comes first then.
  Stream(boost::asio::ip::tcp::socket socket, std::shared_ptr<const TlsContext> tls);

  [[nodiscard]] bool is_tls() const { return tls_ != nullptr; }
  // Of TLS; without it there is nothing to do.
  boost::asio::awaitable<Failure> handshake(Timeout timeout);
  // The certificate of the client, once the handshake is through; nothing where it showed none.
  [[nodiscard]] std::optional<access::PeerCertificate> peer() const;
  // Whether it would come in under another context, too; without a TLS of its own it would not.
  [[nodiscard]] bool would_come_in(const TlsContext* context) const;

  // Waits for bytes and appends them to `buffer`, which takes at most `most`.
  boost::asio::awaitable<Failure> read_some(boost::beast::flat_buffer& buffer, std::size_t most, Timeout timeout);
  boost::asio::awaitable<Failure> read_header(boost::beast::flat_buffer& buffer, RequestParser& parser,
                                              Timeout timeout);
  // All that follows the header has to come within `timeout` from now; then some more of it, until the parser is done.
  void expect_body(RequestParser& parser, Timeout timeout);
  boost::asio::awaitable<Failure> read_some_body(boost::beast::flat_buffer& buffer, RequestParser& parser);
  boost::asio::awaitable<Failure> write(std::string_view bytes, Timeout timeout);
  boost::asio::awaitable<Failure> write(Response& response, Timeout timeout);

  // Sends nothing more and reads some of what the client still sends: closing over unread bytes makes the kernel send a
  // reset, which can overtake the answer. Takes a second and a mebibyte at most.
  boost::asio::awaitable<void> finish();
  // An operation in progress fails.
  void close();
  // The address of this machine that the client called, and the client's own, of IPv6 its network of 64 bits; empty
  // when the connection is gone.
  [[nodiscard]] std::string local_address() const;
  [[nodiscard]] std::string client_address() const;
  // The context that the connection came in under; null without TLS.
  [[nodiscard]] const std::shared_ptr<const TlsContext>& context() const { return context_; }

 private:
  using Tcp = boost::beast::tcp_stream;
  using Tls = boost::asio::ssl::stream<Tcp&>;

  std::shared_ptr<const TlsContext> context_;
  std::unique_ptr<Tcp> tcp_;
  std::unique_ptr<Tls> tls_;  // over tcp_, which it refers to
};

}  // namespace whorl::server
