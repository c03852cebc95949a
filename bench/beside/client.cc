#include "bench/beside/client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "base/base64.h"

namespace whorl::bench {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

std::string identify_body(const Bytes& image, double ppi) {
  return R"({"filter":{},"biometricData":[{"biometricType":"FINGER","biometricSubType":"RIGHT_INDEX","resolution":)" +
         std::to_string(static_cast<int>(ppi)) + R"(,"image":")" + encode_base64(image) + "\"}]}";
}

struct Client::Parts {
  asio::io_context io;
  tcp::socket socket{io};
  boost::beast::flat_buffer buffer;
};

Client::Client(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Client::~Client() = default;

Result<std::unique_ptr<Client>> Client::connect(const std::string& address, std::uint16_t port) {
  auto parts = std::make_unique<Parts>();
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(address, error);
  if (!error) parts->socket.connect({ip, port}, error);
  if (error) return unavailable("no server answers at " + address + ", port " + std::to_string(port));
  parts->socket.set_option(tcp::no_delay(true), error);
  return std::unique_ptr<Client>(new Client(std::move(parts)));
}

Result<int> Client::identify(const std::string& body) {
  http::request<http::string_body> request(http::verb::post, "/v1/identify/ALL?transactionId=bench", 11, body);
  request.set(http::field::host, "localhost");
  request.set(http::field::content_type, "application/json");
  request.prepare_payload();
  boost::system::error_code error;
  http::write(parts_->socket, request, error);
  http::response<http::string_body> answer;
  if (!error) http::read(parts_->socket, parts_->buffer, answer, error);
  if (error) return unavailable("the server ended the connection: " + error.message());
  return static_cast<int>(answer.result_int());
}

}  // namespace whorl::bench
