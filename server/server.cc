#include "server/server.h"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <optional>
#include <thread>

#include "base/world.h"
#include "server/http/connection.h"
#include "server/http/log.h"
#include "server/http/server_state.h"

namespace whorl::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kMaxRefusalsAtOnce = 64;
constexpr std::size_t kMaxHeaderBytes = 64u << 10;  // a connection's buffer holds a whole header
constexpr std::string_view kRefusal =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Type: "
    "application/json\r\n"
    "Content-Length: 57\r\n\r\n{\"code\":503,\"message\":\"too many connections; try again\"}\n";

std::string random_run_id() {
  char out[16];
  std::snprintf(out, sizeof out, "%08x", static_cast<unsigned>(real_world().random_u64() & 0xFFFFFFFFu));
  return out;
}

Result<tcp::endpoint> endpoint_of(const ServerConfig& config) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(config.address, error);
  if (error) return invalid_input("must be an IPv4 or IPv6 address, e.g. 127.0.0.1", "address");
  if (!address.is_loopback() && !config.allow_non_loopback) {
    return invalid_input(
        "is not a loopback address, and there is no authentication: whoever reaches the port could enrol, "
        "search and "
        "erase. Bind 127.0.0.1, or allow it explicitly behind an authenticating proxy",
        "address");
  }
  return tcp::endpoint(address, config.port);
}

Status check_limits(const ServerConfig& config) {
  const auto positive = [](auto value, const char* name) -> Status {
    if (value > decltype(value){}) return {};
    return invalid_input("must be greater than zero", name);
  };
  WHORL_TRY(positive(config.queue_capacity, "queue_capacity"));
  WHORL_TRY(positive(config.max_connections, "max_connections"));
  WHORL_TRY(positive(config.max_header_bytes, "max_header_bytes"));
  WHORL_TRY(positive(config.max_body_bytes, "max_body_bytes"));
  WHORL_TRY(positive(config.request_deadline, "request_deadline"));
  if (config.max_header_bytes > kMaxHeaderBytes) {
    return invalid_input("must be at most " + std::to_string(kMaxHeaderBytes), "max_header_bytes");
  }
  if (config.max_bodies_bytes < config.max_body_bytes) {
    return invalid_input("must be at least max_body_bytes", "max_bodies_bytes");
  }
  return {};
}

// Answers, then reads a little of what the client sent: closing over unread bytes would reset the answer
// away.
asio::awaitable<void> refuse(tcp::socket socket, std::size_t& refusals) {
  boost::beast::tcp_stream stream(std::move(socket));
  stream.expires_after(std::chrono::seconds(1));
  co_await asio::async_write(stream, asio::buffer(kRefusal), kTuple);
  boost::system::error_code ignored;
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  std::array<char, 4096> scraps{};
  for (int i = 0; i < 64; ++i) {
    const auto [error, n] = co_await stream.async_read_some(asio::buffer(scraps), kTuple);
    if (error) break;
  }
  --refusals;
}

}  // namespace

struct Server::Parts {
  Parts(ServerConfig config, std::shared_ptr<engine::Service> service, std::size_t workers)
      : core(std::move(config), std::move(service), workers, random_run_id()) {
    core.on_last_connection = [this] { finish_if_done(); };
  }

  ~Parts() {
    core.queue.stop();
    core.on_last_connection = nullptr;
    acceptor.reset();
    grace.reset();
    signals.reset();
    io.reset();  // destroys what is left of the connections while `core` is still there
  }

  Status listen(const tcp::endpoint& endpoint);
  asio::awaitable<void> accept();
  void serve(tcp::socket socket);
  void begin_stop();
  void finish_if_done();
  void watch_signals();
  void run();

  Core core;
  std::unique_ptr<asio::io_context> io = std::make_unique<asio::io_context>(1);
  std::optional<tcp::acceptor> acceptor;
  std::optional<asio::steady_timer> grace;
  std::optional<asio::signal_set> signals;
  std::size_t refusals = 0;
  std::uint16_t port = 0;
  std::thread network;
};

Status Server::Parts::listen(const tcp::endpoint& endpoint) {
  boost::system::error_code error;
  acceptor.emplace(*io);
  acceptor->open(endpoint.protocol(), error);
  if (!error) acceptor->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor->bind(endpoint, error);
  if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
  if (!error) port = acceptor->local_endpoint(error).port();
  if (!error) return {};
  return unavailable("cannot listen on " + core.config.address + " port " + std::to_string(core.config.port) + ": " +
                     error.message());
}

asio::awaitable<void> Server::Parts::accept() {
  asio::steady_timer pause(*io);
  while (!core.stopping) {
    auto [error, socket] = co_await acceptor->async_accept(kTuple);
    if (core.stopping) co_return;
    if (!error) {
      serve(std::move(socket));
      continue;
    }
    // Out of descriptors, most likely: leave the others time to close theirs.
    log_failure("accept failed: " + error.message());
    pause.expires_after(std::chrono::milliseconds(100));
    co_await pause.async_wait(kTuple);
  }
}

void Server::Parts::serve(tcp::socket socket) {
  if (core.connections.size() >= core.config.max_connections) {
    core.metrics.count_refused_connection();
    if (refusals >= kMaxRefusalsAtOnce) return;
    ++refusals;
    asio::co_spawn(*io, refuse(std::move(socket), refusals), asio::detached);
    return;
  }
  auto connection = std::make_shared<Connection>(core, std::move(socket));
  asio::co_spawn(*io, connection->run(), [connection](const std::exception_ptr& failure) {
    if (failure == nullptr) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& e) {
      log_failure(std::string("connection ended by an exception: ") + e.what());
    }
  });
}

void Server::Parts::begin_stop() {
  if (core.stopping) return;
  core.stopping = true;
  log_event("stopping: finishing the requests in work");
  boost::system::error_code ignored;
  acceptor->close(ignored);
  for (Connection* connection : core.connections) connection->stop_if_idle();
  grace.emplace(*io, core.config.grace);
  grace->async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    log_failure("the grace period is over: cutting the requests that are left");
    io->stop();
  });
  finish_if_done();
}

void Server::Parts::finish_if_done() {
  if (!core.stopping || !core.connections.empty()) return;
  if (grace) grace->cancel();
  if (signals) signals->cancel();
}

void Server::Parts::watch_signals() {
  if (!signals) signals.emplace(*io, SIGINT, SIGTERM);
  signals->async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    if (core.stopping) {
      io->stop();
      return;
    }
    begin_stop();
    if (!core.connections.empty()) watch_signals();
  });
}

void Server::Parts::run() {
  for (;;) {
    try {
      io->run();
      return;
    } catch (const std::exception& e) {
      log_failure(std::string("network thread: ") + e.what());
    }
  }
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Result<std::unique_ptr<Server>> Server::start(ServerConfig config, std::shared_ptr<engine::Service> service) {
  WHORL_TRY(check_limits(config));
  WHORL_ASSIGN(const auto endpoint, endpoint_of(config));
  const std::size_t workers =
      config.threads > 0 ? config.threads : std::max<std::size_t>(1, std::thread::hardware_concurrency());
  try {
    auto parts = std::make_unique<Parts>(std::move(config), std::move(service), workers);
    WHORL_TRY(parts->listen(endpoint));
    if (parts->core.config.handle_signals) parts->watch_signals();
    Parts* running = parts.get();
    asio::co_spawn(*running->io, running->accept(), asio::detached);
    running->network = std::thread([running] { running->run(); });
    return std::unique_ptr<Server>(new Server(std::move(parts)));
  } catch (const std::exception& e) {
    return internal_error(std::string("cannot start the server: ") + e.what());
  }
}

Server::~Server() {
  request_stop();
  wait();
}

std::uint16_t Server::port() const { return parts_->port; }

void Server::request_stop() {
  asio::post(*parts_->io, [parts = parts_.get()] { parts->begin_stop(); });
}

void Server::wait() {
  if (parts_->network.joinable()) parts_->network.join();
  parts_->core.queue.stop();
}

}  // namespace whorl::server
