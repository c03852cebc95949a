#include "tests/server/http_client.h"

#include <poll.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

namespace whorl::tests {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

struct HttpClient::Parts {
  asio::io_context io;
  tcp::socket socket{io};
  beast::flat_buffer buffer;
  asio::ssl::context context{asio::ssl::context::tls_client};
  std::unique_ptr<asio::ssl::stream<tcp::socket&>> tls;  // null: plain TCP
  std::string failure;

  void connect(std::uint16_t port) { socket.connect({asio::ip::make_address("127.0.0.1"), port}); }
};

HttpClient::HttpClient(std::uint16_t port) : parts_(std::make_unique<Parts>()) { parts_->connect(port); }

HttpClient::HttpClient(std::uint16_t port, const TlsWish& wish) : HttpClient(port) {
  asio::ssl::context& context = parts_->context;
  context.add_certificate_authority(asio::buffer(wish.ca));
  context.set_verify_mode(asio::ssl::verify_peer);
  if (!wish.certificate.empty()) {
    // A client with a weak key takes it, too: the server must not.
    SSL_CTX_set_security_level(context.native_handle(), 0);
    context.use_certificate_chain(asio::buffer(wish.certificate));
    context.use_private_key(asio::buffer(wish.key), asio::ssl::context::pem);
  }
  if (wish.tls_12) SSL_CTX_set_max_proto_version(context.native_handle(), TLS1_2_VERSION);
  parts_->tls = std::make_unique<asio::ssl::stream<tcp::socket&>>(parts_->socket, context);
  std::string host = wish.host;
  SSL_ctrl(parts_->tls->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data());
  parts_->tls->set_verify_callback(asio::ssl::host_name_verification(wish.host));
  boost::system::error_code error;
  parts_->tls->handshake(asio::ssl::stream_base::client, error);
  if (error) parts_->failure = error.message();
}

HttpClient::~HttpClient() = default;

const std::string& HttpClient::failure() const { return parts_->failure; }

bool HttpClient::send(std::string_view bytes) {
  boost::system::error_code error;
  if (parts_->tls) {
    asio::write(*parts_->tls, asio::buffer(bytes), error);
  } else {
    asio::write(parts_->socket, asio::buffer(bytes), error);
  }
  return !error;
}

std::optional<HttpAnswer> HttpClient::receive() { return receive(false); }
std::optional<HttpAnswer> HttpClient::receive_head() { return receive(true); }

std::optional<HttpAnswer> HttpClient::receive(bool without_body) {
  http::response_parser<http::string_body> parser;
  parser.body_limit(64u << 20);
  parser.skip(without_body);
  boost::system::error_code error;
  if (parts_->tls) {
    http::read(*parts_->tls, parts_->buffer, parser, error);
  } else {
    http::read(parts_->socket, parts_->buffer, parser, error);
  }
  if (error) return std::nullopt;
  HttpAnswer answer;
  answer.status = static_cast<int>(parser.get().result_int());
  answer.keep_alive = parser.keep_alive();
  answer.body = parser.get().body();
  for (const auto& field : parser.get()) {
    std::string name(field.name_string().data(), field.name_string().size());
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    std::string& value = answer.headers[name];  // cookies may be several: a line each
    value = (name == "set-cookie" && !value.empty() ? value + "\n" : "") +
            std::string(field.value().data(), field.value().size());
  }
  return answer;
}

std::optional<HttpAnswer> HttpClient::ask(std::string_view method, std::string_view target, std::string_view body,
                                          const Headers& headers) {
  if (!send(request_text(method, target, body, headers))) return std::nullopt;
  return receive();
}

bool HttpClient::closed_by_server() {
  if (parts_->buffer.size() > 0) return false;
  pollfd readable{.fd = parts_->socket.native_handle(), .events = POLLIN, .revents = 0};
  if (::poll(&readable, 1, 20'000) != 1) return false;
  char byte = 0;
  boost::system::error_code error;
  return asio::read(parts_->socket, asio::buffer(&byte, 1), error) == 0 && error;
}

std::string HttpClient::request_text(std::string_view method, std::string_view target, std::string_view body,
                                     Headers headers) {
  std::string out = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!body.empty()) {
    headers.emplace("Content-Type", "application/json");
    headers.emplace("Content-Length", std::to_string(body.size()));
  }
  for (const auto& [name, value] : headers) out += name + ": " + value + "\r\n";
  return out + "\r\n" + std::string(body);
}

}  // namespace whorl::tests
