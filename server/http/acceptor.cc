#include "server/http/acceptor.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "base/catalogue.h"
#include "server/http/connection.h"
#include "server/http/listening.h"
#include "server/http/stream.h"
#include "server/operations/log.h"

namespace whorl::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kMostTurnedAwayAtOnce = 64;
constexpr std::chrono::milliseconds kRefusalTime{1000};
constexpr std::chrono::milliseconds kPauseAfterFailure{100};

// What a connection too many gets, whole.
const std::string& refusal() {
  static const std::string text = [] {
    const Reply reply = error_reply(503, failure(ErrorCode::kConnectionsFull));
    std::string out = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Type: application/json\r\n";
    for (const auto& [name, value] : reply.headers) out += name + ": " + value + "\r\n";
    return out + "Content-Length: " + std::to_string(reply.body.size()) + "\r\n\r\n" + reply.body;
  }();
  return text;
}

Result<asio::ip::address> allowed_address(const Core& core) {
  WHORL_ASSIGN(const auto address, address_of(core.config));
  if (!address.is_loopback() && (core.access == nullptr || !core.access->now()->tls)) {
    return failure(ErrorCode::kAddressNotLoopback, "address");
  }
  return address;
}

void log_end(const std::exception_ptr& failure) {
  if (failure == nullptr) return;
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) {
    log_failure(std::string("connection ended by an exception: ") + e.what());
  }
}

}  // namespace

Status Acceptor::listen() {
  WHORL_ASSIGN(const auto address, allowed_address(core_));
  WHORL_ASSIGN(port_, listen_on(socket_, address, core_.config));
  return {};
}

asio::awaitable<void> Acceptor::run() {
  asio::steady_timer pause(io_);
  while (!core_.stopping) {
    auto [error, socket] = co_await socket_.async_accept(kTuple);
    if (core_.stopping) co_return;
    if (!error) {
      serve(std::move(socket));
      continue;
    }
    // Out of descriptors, most likely: leave the others time to close theirs.
    log_failure("accept failed: " + error.message());
    pause.expires_after(kPauseAfterFailure);
    co_await pause.async_wait(kTuple);
  }
}

void Acceptor::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void Acceptor::serve(tcp::socket socket) {
  if (make_room()) {
    const auto tls = core_.access == nullptr ? nullptr : core_.access->now()->tls;
    auto connection = std::make_shared<Connection>(core_, Stream(std::move(socket), tls));
    asio::co_spawn(io_, connection->run(), [connection](const std::exception_ptr& failure) { log_end(failure); });
    return;
  }
  core_.metrics.count_refused_connection();
  // Over TLS a handshake would cost more than the place that there is none of.
  if (core_.access != nullptr && core_.access->now()->tls) return;
  if (being_turned_away_ >= kMostTurnedAwayAtOnce) return;
  asio::co_spawn(io_, turn_away(std::move(socket)), asio::detached);
}

// False when every connection is at work. Of those that wait for their clients, one that has never asked goes first,
// then one between two requests; among equals the one that has waited longest.
bool Acceptor::make_room() {
  std::size_t open = 0;
  Connection* longest = nullptr;
  const auto order = [](const Connection& c) { return std::pair(c.waiting(), c.waiting_since()); };
  for (Connection* connection : core_.connections) {
    if (connection->given_up()) continue;
    ++open;
    if (connection->waiting() == Connection::Waiting::kNot) continue;
    if (longest == nullptr || order(*connection) < order(*longest)) longest = connection;
  }
  if (open < core_.config.max_connections) return true;
  if (longest == nullptr) return false;
  longest->give_up();
  core_.metrics.count_connection_given_up();
  return true;
}

asio::awaitable<void> Acceptor::turn_away(tcp::socket socket) {
  ++being_turned_away_;
  Stream stream(std::move(socket), nullptr);
  co_await stream.write(refusal(), kRefusalTime);
  co_await stream.finish();
  --being_turned_away_;
}

}  // namespace whorl::server
