#include "server/http/stream.h"

#include <algorithm>
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

Stream::Stream(asio::ip::tcp::socket socket, std::shared_ptr<const TlsContext> tls)
    : context_(std::move(tls)), tcp_(std::make_unique<Tcp>(std::move(socket))) {
  beast::error_code ignored;
  tcp_->socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  if (context_) tls_ = std::make_unique<Tls>(*tcp_, context_->context());
}

asio::awaitable<Stream::Failure> Stream::handshake(Timeout timeout) {
  if (!tls_) co_return Failure();
  tcp_->expires_after(timeout);
  const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::server, kTuple);
  co_return error;
}

std::optional<access::PeerCertificate> Stream::peer() const {
  return tls_ ? peer_of(tls_->native_handle()) : std::nullopt;
}

bool Stream::would_come_in(const TlsContext* context) const {
  return tls_ && context != nullptr && context->still_takes(tls_->native_handle());
}

asio::awaitable<Stream::Failure> Stream::read_some(beast::flat_buffer& buffer, std::size_t most, Timeout timeout) {
  tcp_->expires_after(timeout);
  if (tls_) {
    const auto [error, n] = co_await tls_->async_read_some(buffer.prepare(most), kTuple);
    if (!error) buffer.commit(n);
    co_return error;
  }
  const auto [error, n] = co_await tcp_->async_read_some(buffer.prepare(most), kTuple);
  if (!error) buffer.commit(n);
  co_return error;
}

asio::awaitable<Stream::Failure> Stream::read_header(beast::flat_buffer& buffer, RequestParser& parser,
                                                     Timeout timeout) {
  tcp_->expires_after(timeout);
  if (tls_) {
    const auto [error, n] = co_await http::async_read_header(*tls_, buffer, parser, kTuple);
    co_return error;
  }
  const auto [error, n] = co_await http::async_read_header(*tcp_, buffer, parser, kTuple);
  co_return error;
}

void Stream::expect_body(RequestParser& parser, Timeout timeout) {
  parser.eager(true);  // what is read is for the body at once
  tcp_->expires_after(timeout);
}

asio::awaitable<Stream::Failure> Stream::read_some_body(beast::flat_buffer& buffer, RequestParser& parser) {
  if (tls_) {
    const auto [error, n] = co_await http::async_read_some(*tls_, buffer, parser, kTuple);
    co_return error;
  }
  const auto [error, n] = co_await http::async_read_some(*tcp_, buffer, parser, kTuple);
  co_return error;
}

asio::awaitable<Stream::Failure> Stream::write(std::string_view bytes, Timeout timeout) {
  tcp_->expires_after(timeout);
  if (tls_) {
    const auto [error, n] = co_await asio::async_write(*tls_, asio::buffer(bytes), kTuple);
    co_return error;
  }
  const auto [error, n] = co_await asio::async_write(*tcp_, asio::buffer(bytes), kTuple);
  co_return error;
}

asio::awaitable<Stream::Failure> Stream::write(Response& response, Timeout timeout) {
  tcp_->expires_after(timeout);
  if (tls_) {
    const auto [error, n] = co_await http::async_write(*tls_, response, kTuple);
    co_return error;
  }
  const auto [error, n] = co_await http::async_write(*tcp_, response, kTuple);
  co_return error;
}

asio::awaitable<void> Stream::finish() {
  tcp_->expires_after(kUnreadTime);
  // Says that the answer was whole. It fails where the client still sends, which changes nothing.
  if (tls_) co_await tls_->async_shutdown(kTuple);
  beast::error_code ignored;
  tcp_->socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  std::array<char, 16u << 10> unread;
  for (std::size_t total = 0; total < kMostUnreadBytes;) {
    const auto [error, n] = co_await tcp_->async_read_some(asio::buffer(unread), kTuple);
    if (error) break;
    total += n;
  }
}

void Stream::close() { tcp_->close(); }

std::string Stream::local_address() const {
  beast::error_code error;
  const auto endpoint = tcp_->socket().local_endpoint(error);
  return error ? std::string() : endpoint.address().to_string();
}

std::string Stream::client_address() const {
  beast::error_code error;
  const auto address = tcp_->socket().remote_endpoint(error).address();
  if (error) return {};
  if (!address.is_v6() || address.to_v6().is_v4_mapped()) return address.to_string();
  auto bytes = address.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return asio::ip::address_v6(bytes).to_string();
}

}  // namespace whorl::server
