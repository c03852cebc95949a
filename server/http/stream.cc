#include "server/http/stream.h"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

namespace whorl::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kMostUnreadBytes = 1u << 20;
constexpr std::chrono::milliseconds kUnreadTime{1000};

}  // namespace

Stream::Stream(asio::ip::tcp::socket socket) : tcp_(std::move(socket)) {
  beast::error_code ignored;
  tcp_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
}

asio::awaitable<Stream::Failure> Stream::read_some(beast::flat_buffer& buffer, std::size_t most, Timeout timeout) {
  tcp_.expires_after(timeout);
  const auto [error, n] = co_await tcp_.async_read_some(buffer.prepare(most), kTuple);
  if (!error) buffer.commit(n);
  co_return error;
}

asio::awaitable<Stream::Failure> Stream::read_header(beast::flat_buffer& buffer, RequestParser& parser,
                                                     Timeout timeout) {
  tcp_.expires_after(timeout);
  const auto [error, n] = co_await http::async_read_header(tcp_, buffer, parser, kTuple);
  co_return error;
}

asio::awaitable<Stream::Failure> Stream::read_body(beast::flat_buffer& buffer, RequestParser& parser, Timeout timeout) {
  tcp_.expires_after(timeout);
  const auto [error, n] = co_await http::async_read(tcp_, buffer, parser, kTuple);
  co_return error;
}

asio::awaitable<Stream::Failure> Stream::write(std::string_view bytes, Timeout timeout) {
  tcp_.expires_after(timeout);
  const auto [error, n] = co_await asio::async_write(tcp_, asio::buffer(bytes), kTuple);
  co_return error;
}

asio::awaitable<Stream::Failure> Stream::write(Response& response, Timeout timeout) {
  tcp_.expires_after(timeout);
  const auto [error, n] = co_await http::async_write(tcp_, response, kTuple);
  co_return error;
}

asio::awaitable<void> Stream::finish() {
  beast::error_code ignored;
  tcp_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  tcp_.expires_after(kUnreadTime);
  std::array<char, 16u << 10> unread;
  for (std::size_t total = 0; total < kMostUnreadBytes;) {
    const auto [error, n] = co_await tcp_.async_read_some(asio::buffer(unread), kTuple);
    if (error) break;
    total += n;
  }
}

void Stream::close() { tcp_.close(); }

std::string Stream::local_address() const {
  beast::error_code error;
  const auto endpoint = tcp_.socket().local_endpoint(error);
  return error ? std::string() : endpoint.address().to_string();
}

}  // namespace whorl::server
