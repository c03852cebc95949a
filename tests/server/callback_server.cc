#include "tests/server/callback_server.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cctype>

namespace whorl::tests {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

struct CallbackServer::Parts {
  asio::io_context io;
  tcp::acceptor acceptor{io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  Answer answer;
  std::atomic<bool> stopping = false;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Received> received;
  std::vector<std::shared_ptr<tcp::socket>> sockets;
  std::vector<std::thread> threads;
  std::thread accepting;

  void serve(tcp::socket& socket) {
    boost::beast::flat_buffer buffer;
    http::request_parser<http::string_body> parser;
    parser.body_limit(64u << 20);
    boost::system::error_code error;
    http::read(socket, buffer, parser, error);
    if (error) return;
    Received one;
    one.target = std::string(parser.get().target());
    one.body = parser.get().body();
    for (const auto& field : parser.get()) {
      std::string name(field.name_string());
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
      one.headers[name] = std::string(field.value());
    }
    std::size_t n = 0;
    {
      const std::scoped_lock lock(mutex);
      n = received.size();
      received.push_back(std::move(one));
    }
    changed.notify_all();
    const std::string bytes = answer ? answer(n) : status(204);
    if (bytes.empty()) return;  // stays open, and silent
    asio::write(socket, asio::buffer(bytes), error);
    socket.shutdown(tcp::socket::shutdown_both, error);
  }

  void accept() {
    while (!stopping) {
      auto socket = std::make_shared<tcp::socket>(io);
      boost::system::error_code error;
      acceptor.accept(*socket, error);
      if (error || stopping) return;
      const std::scoped_lock lock(mutex);
      sockets.push_back(socket);
      threads.emplace_back([this, socket] { serve(*socket); });
    }
  }
};

CallbackServer::CallbackServer(Answer answer) : parts_(std::make_unique<Parts>()) {
  parts_->answer = std::move(answer);
  parts_->accepting = std::thread([parts = parts_.get()] { parts->accept(); });
}

CallbackServer::~CallbackServer() {
  parts_->stopping = true;
  boost::system::error_code error;
  tcp::socket wake(parts_->io);
  wake.connect(parts_->acceptor.local_endpoint(), error);
  parts_->accepting.join();
  for (const auto& socket : parts_->sockets) socket->shutdown(tcp::socket::shutdown_both, error);
  for (std::thread& thread : parts_->threads) thread.join();
}

std::uint16_t CallbackServer::port() const { return parts_->acceptor.local_endpoint().port(); }

std::string CallbackServer::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port()) + path;
}

std::vector<Received> CallbackServer::wait_for(std::size_t n) {
  std::unique_lock lock(parts_->mutex);
  const bool came =
      parts_->changed.wait_for(lock, std::chrono::seconds(30), [&] { return parts_->received.size() >= n; });
  EXPECT_TRUE(came) << parts_->received.size() << " of " << n << " results came";
  return parts_->received;
}

std::size_t CallbackServer::count() const {
  const std::scoped_lock lock(parts_->mutex);
  return parts_->received.size();
}

std::string CallbackServer::status(int code, const std::string& headers) {
  return "HTTP/1.1 " + std::to_string(code) + " X\r\nContent-Length: 0\r\n" + headers + "\r\n";
}

std::string Received::parameter(const std::string& name) const {
  const auto at = target.find(name + "=");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 1;
  return target.substr(begin, target.find('&', begin) - begin);
}

std::string escaped(const std::string& text) {
  constexpr const char* kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) {
      out += c;
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

}  // namespace whorl::tests
