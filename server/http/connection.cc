#include "server/http/connection.h"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>

#include "base/catalogue.h"
#include "server/http/dispatch.h"
#include "server/http/exchange.h"
#include "server/http/request_head.h"
#include "server/operations/log.h"

namespace whorl::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

// A small buffer makes the parser copy an image in scraps: 128 KiB is five times faster.
constexpr std::size_t kBufferBytes = 128u << 10;
// What is read of a body before its share grows: what lies in the buffer, and what one read adds at most.
constexpr std::size_t kBodyStep = 2 * kBufferBytes;

// A body is larger than the memory that is left for its caller.
Stream::Failure no_room() { return boost::system::errc::make_error_code(boost::system::errc::not_enough_memory); }

// Nobody is left to answer: the client went away or a timeout closed the connection.
bool is_gone(const Stream::Failure& failure) {
  if (!failure) return false;
  if (failure == http::error::end_of_stream || failure == http::error::partial_message) return true;
  if (failure == no_room()) return false;
  return failure.category() != http::make_error_code(http::error::body_limit).category();
}

Reply malformed_reply(const Stream::Failure& fault) {
  if (fault == no_room()) return error_reply(503, failure(ErrorCode::kBodiesFull));
  if (fault == http::error::body_limit) return error_reply(413, failure(ErrorCode::kBodyTooLarge));
  if (fault == http::error::header_limit) return error_reply(431, failure(ErrorCode::kHeaderTooLarge));
  return error_reply(400, failure(ErrorCode::kHttpMalformed, with<"cause">(fault.message())));
}

// The names by which a client may call this server, besides those that the operator allows.
std::vector<std::string> own_hosts(const ServerConfig& config, const Stream& stream) {
  std::vector<std::string> out{"localhost", "127.0.0.1", "::1", config.address, stream.local_address()};
  if (stream.is_tls()) out.insert(out.end(), stream.context()->names().begin(), stream.context()->names().end());
  out.insert(out.end(), config.allowed_hosts.begin(), config.allowed_hosts.end());
  for (std::string& host : out) host = lower_case(host);
  return out;
}

const OnDoor* door_handler(const RouteMatch& match) {
  return match.route == nullptr ? nullptr : std::get_if<OnDoor>(&match.route->handler);
}

Reply unmatched_reply(const RouteMatch& match) {
  if (match.malformed) return error_reply(400, failure(ErrorCode::kTargetMalformed));
  if (match.allow.empty()) return error_reply(404, failure(ErrorCode::kUnknownPath));
  Reply reply = error_reply(405, failure(ErrorCode::kMethodNotAllowed, with<"methods">(match.allow)));
  reply.headers.emplace_back("Allow", match.allow);
  return reply;
}

Response http_response(const Request& request, const Reply& reply, unsigned version, bool keep_alive) {
  Response response(static_cast<http::status>(reply.status), version);
  response.set(http::field::server, "whorl");
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  if (!request.id.empty()) response.set("Whorl-Request", request.id);
  for (const auto& [name, value] : reply.headers) {
    if (name == "Set-Cookie") {
      response.insert(name, value);
    } else {
      response.set(name, value);
    }
  }
  response.keep_alive(keep_alive);
  if (reply.status == 204 || reply.status == 304) return response;
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

Connection::Connection(Core& core, Stream stream)
    : core_(core),
      stream_(std::move(stream)),
      buffer_(kBufferBytes),
      own_hosts_(own_hosts(core.config, stream_)),
      waiting_since_(core.world.ticks()) {
  buffer_.reserve(kBufferBytes);
  core_.connections.insert(this);
}

Connection::~Connection() {
  core_.connections.erase(this);
  if (core_.connections.empty() && core_.on_last_connection) core_.on_last_connection();
}

void Connection::stop_if_idle() {
  if (waiting_ == Waiting::kForFirst || waiting_ == Waiting::kForNext) give_up();
}

void Connection::give_up() {
  given_up_ = true;
  stream_.close();
}

asio::awaitable<void> Connection::run() {
  // A client that never ends the handshake holds this connection until the timeout, or until another needs it.
  if (co_await stream_.handshake(core_.config.header_timeout)) {
    core_.metrics.count_failed_handshake();
    co_return;
  }
  peer_ = stream_.peer();
  taken_by_ = stream_.context();
  // No `break`, which GCC 12 turns into a trap in this coroutine, and no co_await beside &&, which it evaluates
  // whatever stands on the other side.
  bool keep = co_await wait_for_request();
  while (keep) {
    keep = co_await serve_one();
    share_ = {};
    if (keep) keep = co_await wait_for_request();
  }
}

// Waits for the first byte, so that waiting between requests has its own, longer timeout.
asio::awaitable<bool> Connection::wait_for_request() {
  if (buffer_.size() > 0) co_return true;
  if (core_.stopping) co_return false;
  waiting_since_ = core_.world.ticks();
  waiting_ = started_ ? Waiting::kForNext : Waiting::kForFirst;
  const auto failure = co_await stream_.read_some(buffer_, kBufferBytes, core_.config.idle_timeout);
  waiting_ = Waiting::kNot;
  co_return !failure;
}

asio::awaitable<bool> Connection::serve_one() {
  parser_.emplace();
  who_ = {};
  parser_->header_limit(static_cast<std::uint32_t>(core_.config.max_header_bytes));
  parser_->body_limit(core_.config.max_body_bytes);
  waiting_ = Waiting::kForHeader;
  const auto bad_header = co_await stream_.read_header(buffer_, *parser_, core_.config.header_timeout);
  waiting_ = Waiting::kNot;
  if (is_gone(bad_header)) co_return false;
  started_ = core_.world.ticks();
  Request request = parser_->is_header_done() ? request_of(*parser_) : Request{};
  request.id = core_.next_request_id();
  const RouteMatch match = core_.routes.match(request.method, request.target);
  if (bad_header) co_return co_await refuse(request, match, malformed_reply(bad_header));
  RequestHead head_said = head_of(*parser_);
  if (match.route != nullptr && match.route->from_elsewhere) head_said.fetch_sites.clear();
  if (const auto refused = refusal_at_the_door(head_said, own_hosts_)) {
    co_return co_await refuse(request, match, *refused);
  }
  const Visitor visitor = visitor_of(request, head_said);
  auto early = co_await admit(match, visitor);
  if (!early) early = reply_before_body(match, request);
  if (!early) {
    if (const OnDoor* at_door = door_handler(match)) early = co_await (*at_door)(core_, visitor, request);
  }
  if (early) {
    if (!parser_->is_done()) co_return co_await refuse(request, match, *early);
    co_return co_await answer(request, match, *early, parser_->keep_alive());
  }
  const auto bad_body = co_await read_body();
  if (is_gone(bad_body)) co_return false;
  if (bad_body) co_return co_await refuse(request, match, malformed_reply(bad_body));
  const bool keep_alive = parser_->keep_alive();
  const Request head = request;
  request.body = std::move(parser_->get().body());
  const Reply reply = co_await dispatch(core_, match, who_, std::move(request), std::move(share_));
  co_return co_await answer(head, match, reply, keep_alive);
}

Visitor Connection::visitor_of(const Request& request, const RequestHead& head) {
  if (peer_) {
    const auto access = core_.access->now();
    if (access->tls != taken_by_) peer_taken_ = stream_.would_come_in(access->tls.get());
    taken_by_ = access->tls;
  }
  return {.authorizations = authorizations_of(*parser_),
          .peer = peer_,
          .peer_taken = peer_taken_,
          .address = stream_.client_address(),
          .by_script = is_of_script(*parser_),
          .cookies = cookies_of(*parser_),
          .guards = guards_of(*parser_),
          .changes = request.method != "GET" && request.method != "HEAD",
          .own_page = is_of_own_page(head)};
}

asio::awaitable<std::optional<Reply>> Connection::admit(const RouteMatch& match, const Visitor& visitor) {
  Admission admission = co_await core_.door.admit(match, visitor);
  who_ = std::move(admission.who);
  co_return std::move(admission.refused);
}

asio::awaitable<Stream::Failure> Connection::read_body() {
  if (parser_->is_done()) co_return Stream::Failure();
  if (beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
    const auto failure = co_await stream_.write("HTTP/1.1 100 Continue\r\n\r\n", core_.config.body_timeout);
    if (failure) co_return failure;
  }
  stream_.expect_body(*parser_, core_.config.body_timeout);
  while (!parser_->is_done()) {
    if (!make_room()) co_return no_room();
    const auto failure = co_await stream_.read_some_body(buffer_, *parser_);
    if (failure) co_return failure;
  }
  co_return Stream::Failure();
}

// Twice as much each time, so that a large body is copied a few times alone.
bool Connection::make_room() {
  std::string& body = parser_->get().body();
  const std::size_t wanted = body.size() + kBodyStep;
  if (share_.bytes() >= std::min(wanted, most_body_bytes_)) return true;
  if (!share_.grow_to(std::min(std::max(wanted, 2 * share_.bytes()), most_body_bytes_))) return false;
  body.reserve(share_.bytes());
  return true;
}

std::optional<Reply> Connection::reply_before_body(const RouteMatch& match, const Request& request) {
  if (match.route == nullptr) return unmatched_reply(match);
  if (door_handler(match) != nullptr) return refuse_body(match.route->body, request);
  if (!std::holds_alternative<OnWorker>(match.route->handler)) return answer_on_network(core_, match, request);
  if (core_.stopping) return error_reply(503, failure(ErrorCode::kStopping));
  return refuse_body(match.route->body, request);
}

std::optional<Reply> Connection::refuse_body(const BodyRule& rule, const Request& request) {
  if (!rule.json) {
    if (parser_->is_done()) return std::nullopt;
    return error_reply(400, failure(ErrorCode::kNoBodyTaken));
  }
  if (rule.optional && parser_->is_done()) return std::nullopt;
  if (!names_type(request.content_type, kJsonType)) {
    return error_reply(415, failure(ErrorCode::kNotSentAsJson));
  }
  if (!request.content_encoding.empty() && !beast::iequals(request.content_encoding, "identity")) {
    return error_reply(415, failure(ErrorCode::kContentEncoding));
  }
  const std::size_t most = std::min(rule.max_bytes, core_.config.max_body_bytes);
  const auto length = parser_->content_length();
  if (length && *length > most) return malformed_reply(http::error::body_limit);
  parser_->body_limit(most);
  most_body_bytes_ = length ? static_cast<std::size_t>(*length) : most;
  share_ = BodyShare(core_.bodies, caller_key(who_));
  if (!make_room()) return error_reply(503, failure(ErrorCode::kBodiesFull));
  return std::nullopt;
}

asio::awaitable<bool> Connection::answer(const Request& request, const RouteMatch& match, const Reply& reply,
                                         bool keep_alive) {
  const double seconds = std::chrono::duration<double>(core_.world.ticks() - started_.value_or(waiting_since_)).count();
  core_.metrics.count(match.label(), match.route != nullptr ? match.route->method : "other", reply.status, seconds,
                      reply.decision);
  log_request(match, request, who_, reply, seconds * 1e3);
  keep_alive = keep_alive && !core_.stopping;
  auto response =
      http_response(request, as_accepted(reply, request.accept), parser_->get().version() == 10 ? 10 : 11, keep_alive);
  const auto failure = co_await stream_.write(response, core_.config.write_timeout);
  co_return !failure && keep_alive;
}

asio::awaitable<bool> Connection::refuse(const Request& request, const RouteMatch& match, const Reply& reply) {
  co_await answer(request, match, reply, false);
  co_await stream_.finish();
  co_return false;
}

}  // namespace whorl::server
