#include "server/http/connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include "server/http/dispatch.h"
#include "server/http/log.h"
#include "server/osia/osia_reply.h"

namespace whorl::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
// A small buffer makes the parser copy an image in scraps: 128 KiB is five times faster.
constexpr std::size_t kBufferBytes = 128u << 10;
constexpr std::size_t kLingerBytes = 1u << 20;
constexpr std::chrono::milliseconds kLingerTime{1000};

std::string text_of(beast::string_view s) { return {s.data(), s.size()}; }

bool wants_body(const RouteMatch& match) { return match.route->method == "POST"; }

// Nobody is left to answer: the client went away or a timeout closed the connection.
bool is_gone(const beast::error_code& error) {
  if (!error) return false;
  if (error == http::error::end_of_stream || error == http::error::partial_message) return true;
  return error.category() != http::make_error_code(http::error::body_limit).category();
}

Reply malformed_reply(const beast::error_code& error) {
  if (error == http::error::body_limit) return error_reply(413, "the body is larger than this server takes");
  if (error == http::error::header_limit) return error_reply(431, "the header is larger than this server takes");
  return error_reply(400, "malformed HTTP request: " + error.message());
}

http::response<http::string_body> http_response(const Request& request, const Reply& reply, unsigned version,
                                                bool keep_alive) {
  http::response<http::string_body> response(static_cast<http::status>(reply.status), version);
  response.set(http::field::server, "whorl");
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  if (!request.id.empty()) response.set("Whorl-Request", request.id);
  for (const auto& [name, value] : reply.headers) response.set(name, value);
  response.keep_alive(keep_alive);
  if (reply.status == 204) return response;
  response.set(http::field::content_type, reply.content_type);
  if (request.method == "HEAD") {
    response.content_length(reply.body.size());
    return response;
  }
  response.body() = reply.body;
  response.prepare_payload();
  return response;
}

}  // namespace

Connection::Connection(Core& core, asio::ip::tcp::socket socket)
    : core_(core), stream_(std::move(socket)), buffer_(kBufferBytes) {
  buffer_.reserve(kBufferBytes);
  core_.connections.insert(this);
}

Connection::~Connection() {
  core_.connections.erase(this);
  if (core_.connections.empty() && core_.on_last_connection) core_.on_last_connection();
}

void Connection::stop_if_idle() {
  if (idle_) stream_.close();
}

asio::awaitable<void> Connection::run() {
  beast::error_code ignored;
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  while (co_await wait_for_request()) {
    if (!co_await serve_one()) break;
    share_ = {};
  }
}

// Waits for the first byte, so that waiting between requests has its own, longer timeout.
asio::awaitable<bool> Connection::wait_for_request() {
  if (buffer_.size() > 0) co_return true;
  if (core_.stopping) co_return false;
  idle_ = true;
  stream_.expires_after(core_.config.idle_timeout);
  const auto [error, n] = co_await stream_.async_read_some(buffer_.prepare(kBufferBytes), kTuple);
  idle_ = false;
  if (error) co_return false;
  buffer_.commit(n);
  co_return true;
}

asio::awaitable<bool> Connection::serve_one() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(core_.config.max_header_bytes));
  parser_->body_limit(core_.config.max_body_bytes);
  stream_.expires_after(core_.config.header_timeout);
  const auto [error, n] = co_await http::async_read_header(stream_, buffer_, *parser_, kTuple);
  started_ = std::chrono::steady_clock::now();
  const bool has_header = parser_->is_header_done();
  Request request = has_header ? request_of_header() : Request{};
  request.id = core_.next_request_id();
  RouteMatch match = has_header ? match_route(request.method, request.target) : RouteMatch{};
  if (is_gone(error)) co_return false;
  if (error) {
    co_await answer(request, match, malformed_reply(error), false);
    co_await linger();
    co_return false;
  }
  if (const auto early = reply_before_body(match, request)) {
    const bool whole = parser_->is_done();
    const bool keep = co_await answer(request, match, *early, whole && parser_->keep_alive());
    if (!whole) co_await linger();
    co_return keep;
  }
  if (!parser_->is_done() && !co_await read_body()) co_return false;
  const bool keep_alive = parser_->keep_alive();
  const Request head = request;
  request.body = std::move(parser_->get().body());
  const Reply reply = co_await dispatch(core_, match, std::move(request), std::move(share_));
  co_return co_await answer(head, match, reply, keep_alive);
}

asio::awaitable<bool> Connection::read_body() {
  stream_.expires_after(core_.config.body_timeout);
  if (beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto [error, n] = co_await asio::async_write(stream_, asio::buffer(kContinue), kTuple);
    if (error) co_return false;
  }
  const auto [error, n] = co_await http::async_read(stream_, buffer_, *parser_, kTuple);
  if (!error) co_return true;
  if (is_gone(error)) co_return false;
  Request request = request_of_header();
  request.id = core_.next_request_id();
  const RouteMatch match = match_route(request.method, request.target);
  co_await answer(request, match, malformed_reply(error), false);
  co_await linger();
  co_return false;
}

Request Connection::request_of_header() {
  const auto& header = parser_->get();
  Request request;
  request.method = text_of(header.method_string());
  request.target = text_of(header.target());
  request.content_type = text_of(header[http::field::content_type]);
  request.content_encoding = text_of(header[http::field::content_encoding]);
  request.accept = text_of(header[http::field::accept]);
  return request;
}

std::optional<Reply> Connection::reply_before_body(const RouteMatch& match, const Request& request) {
  if (match.route == nullptr && match.allow.empty()) return error_reply(404, "no such path; see docs/http.md");
  if (match.route == nullptr) {
    Reply reply = error_reply(405, "this path takes: " + match.allow);
    reply.headers.emplace_back("Allow", match.allow);
    return reply;
  }
  const RouteId id = match.route->id;
  if (id == RouteId::kLivez || id == RouteId::kReadyz || id == RouteId::kMetrics) return own_page(id);
  if (core_.stopping) return error_reply(503, "the server is stopping; nothing was done");
  if (!wants_body(match)) {
    if (parser_->is_done()) return std::nullopt;
    return error_reply(400, "this route takes no body");
  }
  if (!accepts(request.content_type, kJsonType)) {
    return error_reply(415, "send the body as Content-Type: application/json");
  }
  if (!request.content_encoding.empty() && !beast::iequals(request.content_encoding, "identity")) {
    return error_reply(415, "Content-Encoding is not supported; send the body as it is");
  }
  const auto length = parser_->content_length();
  share_ = BodyShare(core_, length ? static_cast<std::size_t>(*length) : core_.config.max_body_bytes);
  if (!share_.held()) return error_reply(503, "too many large requests at once; nothing was done, try again");
  return std::nullopt;
}

Reply Connection::own_page(RouteId id) const {
  Reply reply;
  reply.content_type = "text/plain; charset=utf-8";
  if (id == RouteId::kLivez) {
    reply.body = "alive\n";
  } else if (id == RouteId::kReadyz && !core_.stopping) {
    reply.body = "ready\n";
  } else if (id == RouteId::kReadyz) {
    return error_reply(503, "the server is stopping");
  } else {
    reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
    reply.body = core_.metrics.exposition({core_.queue.depth(), core_.queue.capacity(), core_.connections.size(),
                                           !core_.stopping, core_.service->galleries({})});
  }
  return reply;
}

asio::awaitable<bool> Connection::answer(const Request& request, const RouteMatch& match, const Reply& reply,
                                         bool keep_alive) {
  const auto taken = std::chrono::steady_clock::now() - started_;
  const double seconds = std::chrono::duration<double>(taken).count();
  core_.metrics.count(match.label(), match.route != nullptr ? match.route->method : "other", reply.status, seconds,
                      reply.decision);
  log_request(match, request, reply, seconds * 1e3);
  keep_alive = keep_alive && !core_.stopping;
  auto response = http_response(request, reply, parser_->get().version() == 10 ? 10 : 11, keep_alive);
  stream_.expires_after(core_.config.write_timeout);
  const auto [error, n] = co_await http::async_write(stream_, response, kTuple);
  co_return !error && keep_alive;
}

// Closing with unread bytes makes the kernel send a reset that can overtake the answer: read some of the
// rest.
asio::awaitable<void> Connection::linger() {
  beast::error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.expires_after(kLingerTime);
  buffer_.clear();
  for (std::size_t total = 0; total < kLingerBytes;) {
    const auto [error, n] = co_await stream_.async_read_some(buffer_.prepare(kBufferBytes), kTuple);
    if (error) break;
    total += n;
  }
}

}  // namespace whorl::server
