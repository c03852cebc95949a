// The bytes between this server and one client. Everything that knows what kind of socket lies underneath stands in
// stream.cc: another kind (TLS over TCP) is added there and where connections are accepted.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <string>
#include <string_view>

namespace whorl::server {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::string_body>;
using Response = boost::beast::http::response<boost::beast::http::string_body>;

// Belongs to the network thread; one operation at a time. An operation that outlasts its timeout fails, and the stream
// is then closed.
class Stream {
 public:
  using Failure = boost::beast::error_code;  // false when all went well
  using Timeout = std::chrono::milliseconds;

  explicit Stream(boost::asio::ip::tcp::socket socket);

  // Waits for bytes and appends them to `buffer`, which takes at most `most`.
  boost::asio::awaitable<Failure> read_some(boost::beast::flat_buffer& buffer, std::size_t most, Timeout timeout);
  boost::asio::awaitable<Failure> read_header(boost::beast::flat_buffer& buffer, RequestParser& parser,
                                              Timeout timeout);
  // All that follows the header.
  boost::asio::awaitable<Failure> read_body(boost::beast::flat_buffer& buffer, RequestParser& parser, Timeout timeout);
  boost::asio::awaitable<Failure> write(std::string_view bytes, Timeout timeout);
  boost::asio::awaitable<Failure> write(Response& response, Timeout timeout);

  // Sends nothing more and reads some of what the client still sends: closing over unread bytes makes the kernel send a
  // reset, which can overtake the answer. Takes a second and a mebibyte at most.
  boost::asio::awaitable<void> finish();
  // An operation in progress fails.
  void close();
  // The address of this machine that the client called; empty when the connection is gone.
  [[nodiscard]] std::string local_address() const;

 private:
  boost::beast::tcp_stream tcp_;
};

}  // namespace whorl::server
