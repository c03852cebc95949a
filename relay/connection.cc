#include "relay/connection.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <charconv>

#include "exchange/envelope/day_keys.h"
#include "exchange/envelope/receipt.h"

namespace whorl::relay {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadBytes = 4096;
constexpr std::size_t kReadThoughRefused = 80u << 10;  // so that the connection can go on
constexpr std::chrono::milliseconds kWriteTime{60'000};

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 204: return "No Content";
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 429: return "Too Many Requests";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Error";
  }
}

std::string error_text(std::string_view code) { return R"({"error":")" + std::string(code) + "\"}"; }

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

// A receipt is read by its addressee alone; here it must be what a header and a body can hold.
bool is_receipt(std::string_view text) {
  return !text.empty() && text.size() <= exchange::kMostReceiptBytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; });
}

using Headers = std::vector<std::pair<std::string_view, std::string>>;

Headers of_type(std::string_view type) { return {{"Content-Type", std::string(type)}}; }

Headers headers_of(std::uint64_t delivery, const Message& message) {
  Headers out = of_type(kEnvelopeType);
  out.emplace_back(kFrom, message.from);
  out.emplace_back(kMessageId, message.id);
  out.emplace_back(kLane, name_of(message.lane));
  out.emplace_back(kDelivery, std::to_string(delivery));
  return out;
}

}  // namespace

Connection::Connection(Switch::Core& core, asio::ip::tcp::socket socket)
    : core_(core),
      stream_(std::move(socket), *core.standing->tls),
      bell_(std::make_shared<asio::steady_timer>(core.io)) {
  boost::system::error_code ignored;
  stream_.next_layer().set_option(asio::ip::tcp::no_delay(true), ignored);
  core_.connections.insert(this);
  give_time(core_.config.handshake_time);
}

Connection::~Connection() {
  core_.connections.erase(this);
  if (member_.empty()) return;
  if (receives_) core_.rendezvous.disconnected(member_);
  if (--core_.connections_of[member_] == 0) core_.connections_of.erase(member_);
}

void Connection::close() {
  boost::system::error_code ignored;
  stream_.next_layer().close(ignored);
  bell_->cancel();
}

bool Connection::identify() {
  const auto peer = hop_peer(stream_.native_handle());
  if (!peer) return false;
  for (const std::string& name : peer->names) {
    if (!core_.standing->directory.knows_tls_key(name, peer->key)) continue;
    if (core_.connections_of[name] >= core_.config.connections_of_member) return false;
    member_ = name;
    key_ = peer->key;
    ++core_.connections_of[name];
    core_.log(name + " connected");
    return true;
  }
  core_.log("a certificate was shown that the directory does not have");
  return false;
}

bool Connection::still_known() const { return core_.standing->directory.knows_tls_key(member_, key_); }

asio::awaitable<void> Connection::run() {
  const auto self = shared_from_this();
  const auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kTuple);
  if (error || !identify()) co_return;
  bool keep = true;
  while (keep) {
    keep = co_await serve_one();
    wipe();
  }
  close();
}

// Nothing of an envelope stays where it passed.
void Connection::wipe() {
  parser_.reset();
  if (reading_ || buffer_.size() > 0 || buffer_.capacity() == 0) return;
  const auto all = buffer_.prepare(buffer_.capacity());
  crypto::wipe({static_cast<std::uint8_t*>(all.data()), all.size()});
}

void Connection::listen_for_the_end() {
  if (reading_ || buffer_.size() > 0) return;
  reading_ = true;
  stream_.async_read_some(buffer_.prepare(kReadBytes),
                          [self = shared_from_this()](const boost::system::error_code& error, std::size_t n) {
                            self->reading_ = false;
                            self->buffer_.commit(n);
                            if (error) self->ended_ = true;
                            self->bell_->cancel();
                          });
}

asio::awaitable<bool> Connection::first_bytes() {
  give_time(core_.config.idle_time);
  listen_for_the_end();
  while (reading_) {
    bell_->expires_after(std::chrono::hours(1));
    co_await bell_->async_wait(kTuple);
  }
  co_return !ended_ && !core_.stopping;
}

std::string Connection::header(std::string_view name) const {
  const auto& fields = parser_->get();
  const auto found = fields.find({name.data(), name.size()});
  return found == fields.end() ? std::string() : std::string(found->value());
}

asio::awaitable<bool> Connection::serve_one() {
  if (!co_await first_bytes()) co_return false;
  if (!still_known()) co_return false;
  parser_.emplace();
  parser_->header_limit(kMostHeaderBytes);
  parser_->body_limit(kMostEnvelopeBytes);
  give_time(core_.config.header_time);
  const auto [error, n] = co_await http::async_read_header(stream_, buffer_, *parser_, kTuple);
  if (error) co_return false;
  const auto& request = parser_->get();
  if (request.version() != 11 || parser_->chunked()) co_return co_await answer(400, {}, error_text("malformed"), false);
  const std::string_view target(request.target().data(), request.target().size());
  if (request.method() == http::verb::post && target == "/x/v1/send") co_return co_await send();
  if (request.method() == http::verb::put && target == "/x/v1/keys") co_return co_await put_keys();
  if (parser_->content_length().value_or(0) != 0) co_return co_await answer(400, {}, error_text("malformed"), false);
  if (request.method() != http::verb::get) co_return co_await answer(404, {}, error_text("unknown_path"), true);
  if (target.starts_with("/x/v1/next?wait=")) co_return co_await next();
  co_return co_await get(target);
}

asio::awaitable<bool> Connection::read_body() {
  give_time(core_.config.body_time);
  const auto [error, n] = co_await http::async_read(stream_, buffer_, *parser_, kTuple);
  co_return !error;
}

asio::awaitable<bool> Connection::answer(int status, const Headers& headers, std::string_view body, bool keep) {
  std::string head = "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason_of(status)) + "\r\n";
  for (const auto& [name, value] : headers) head += std::string(name) + ": " + value + "\r\n";
  if (status != 204) head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  head += keep ? "\r\n" : "Connection: close\r\n\r\n";
  give_time(kWriteTime);
  // One after the other: together they would be copied to the stack first, where an envelope would stay.
  const auto [error, n] = co_await asio::async_write(stream_, asio::buffer(head), kTuple);
  if (error) co_return false;
  if (body.empty()) co_return keep;
  const auto [body_error, m] = co_await asio::async_write(stream_, asio::buffer(body), kTuple);
  co_return !body_error && keep;
}

asio::awaitable<bool> Connection::refuse(Undelivered why, bool body_was_read) {
  if (!body_was_read && parser_->content_length().value_or(kMostEnvelopeBytes) <= kReadThoughRefused) {
    if (!co_await read_body()) co_return false;
    body_was_read = true;
  }
  Headers headers;
  if (why == Undelivered::kQuotaDay || why == Undelivered::kQuotaYear) {
    const auto quota = why == Undelivered::kQuotaDay ? exchange::QuotaRefusal::kDay : exchange::QuotaRefusal::kYear;
    headers.emplace_back("Retry-After", std::to_string(exchange::quota_wait(quota, core_.now()).count()));
  }
  co_return co_await answer(status_of(why), headers, error_text(name_of(why)), body_was_read);
}

asio::awaitable<bool> Connection::send() {
  SendHead head{member_, header(kTo), header(kLane), header(kMessageId), header(kExpires), {}};
  if (const auto length = parser_->content_length()) head.bytes = *length;
  const auto standing = core_.standing;
  const SendTicket ticket = admit(head, standing->directory, standing->policy, core_.now());
  if (ticket.refused) co_return co_await refuse(*ticket.refused, false);
  if (const auto why = core_.rendezvous.refusal_of(member_, head.to, head.id, core_.world.ticks()))
    co_return co_await refuse(*why, false);
  if (!core_.rendezvous.take_room(member_, *head.bytes)) co_return co_await refuse(Undelivered::kBusy, false);
  const struct Room {
    Connection& connection;
    std::size_t bytes;
    ~Room() { connection.core_.rendezvous.give_room(connection.member_, bytes); }
  } room{*this, *head.bytes};
  if (!co_await read_body()) co_return false;
  const Delivered delivered = co_await hand_over(ticket);
  if (delivered.why) co_return co_await refuse(*delivered.why, true);
  co_return co_await answer(200, of_type(kEnvelopeType), delivered.receipt, true);
}

// With the quota taken, and given back where the message did not arrive.
asio::awaitable<Delivered> Connection::hand_over(SendTicket ticket) {
  const std::string to = header(kTo);
  const std::string id = header(kMessageId);
  if (const auto why = core_.rendezvous.refusal_of(member_, to, id, core_.world.ticks())) co_return Delivered{*why, {}};
  const auto at = core_.now();
  if (ticket.pair != nullptr) {
    const auto used =
        core_.counters.quotas().take(member_, to, exchange::share_of(*ticket.pair, core_.config.switches), at);
    if (used)
      co_return Delivered{*used == exchange::QuotaRefusal::kDay ? Undelivered::kQuotaDay : Undelivered::kQuotaYear, {}};
  }
  const auto outcome = std::make_shared<std::optional<Delivered>>();
  const auto bell = std::make_shared<asio::steady_timer>(core_.io, std::chrono::hours(1));
  core_.rendezvous.offer({member_, to, id, ticket.lane, std::move(parser_->get().body())}, core_.world.ticks(),
                         [outcome, bell](const Delivered& delivered) {
                           *outcome = delivered;
                           bell->cancel();
                         });
  give_time(kDroppedAfter + std::chrono::seconds(5));
  while (!*outcome) co_await bell->async_wait(kTuple);
  const Delivered delivered = **outcome;
  if (delivered.why && ticket.pair != nullptr) core_.counters.quotas().give_back(member_, to, at);
  if (!delivered.why) {
    core_.counters.count(member_, to, ticket.lane, core_.now());
    ++core_.delivered;
  }
  co_return delivered;
}

asio::awaitable<bool> Connection::next() {
  const std::string_view target(parser_->get().target().data(), parser_->get().target().size());
  const auto wait = number(target.substr(target.find('=') + 1));
  if (!wait || *wait > static_cast<std::uint64_t>(kLongestPoll.count()))
    co_return co_await answer(400, {}, error_text("malformed"), true);
  if (const std::string ack = header(kAck); !ack.empty()) {
    const std::size_t space = ack.find(' ');
    const auto delivery = number(std::string_view(ack).substr(0, space));
    const std::string receipt = space == std::string::npos ? std::string() : ack.substr(space + 1);
    if (!delivery || !is_receipt(receipt)) co_return co_await answer(400, {}, error_text("malformed"), true);
    core_.rendezvous.acknowledge(member_, *delivery, receipt);
  }
  parser_.reset();
  if (!std::exchange(receives_, true)) core_.rendezvous.connected(member_);
  using Handed = std::optional<std::pair<std::uint64_t, std::shared_ptr<const Message>>>;
  const auto handed = std::make_shared<Handed>();
  const auto number_of_wait = core_.rendezvous.wait(
      member_,
      [handed, bell = bell_](std::uint64_t delivery, std::shared_ptr<const Message> message) {
        handed->emplace(delivery, std::move(message));
        bell->cancel();
      },
      core_.world.ticks());
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(*wait);
  give_time(std::chrono::seconds(*wait) + core_.config.header_time);
  listen_for_the_end();
  while (!*handed && !ended_ && !core_.stopping && std::chrono::steady_clock::now() < until) {
    bell_->expires_at(until);
    co_await bell_->async_wait(kTuple);
  }
  if (number_of_wait != 0 && !*handed) core_.rendezvous.leave(member_, number_of_wait);
  if (ended_) co_return false;
  if (!*handed) co_return co_await answer(204, {}, {}, !core_.stopping);
  const auto& [delivery, message] = **handed;
  const Headers headers = headers_of(delivery, *message);
  co_return co_await answer(200, headers, {message->envelope.data(), message->envelope.size()}, true);
}

asio::awaitable<bool> Connection::put_keys() {
  if (parser_->content_length().value_or(kMostEnvelopeBytes) > exchange::kMostDayKeysBytes) {
    co_return co_await answer(413, {}, error_text("too_long"), false);
  }
  if (!co_await read_body()) co_return false;
  const auto& body = parser_->get().body();
  const std::string keys(body.data(), body.size());
  const auto read = exchange::read_day_keys(keys, member_, core_.standing->directory, core_.now());
  if (!read.ok()) co_return co_await answer(400, {}, error_text("malformed"), true);
  core_.day_keys[member_] = keys;
  co_return co_await answer(204, {}, {}, true);
}

asio::awaitable<bool> Connection::get(std::string_view path) {
  constexpr std::string_view kKeys = "/x/v1/keys/";
  const auto standing = core_.standing;
  if (path == "/x/v1/directory") co_return co_await answer(200, of_type("text/plain"), standing->directory_note, true);
  if (path == "/x/v1/policy") co_return co_await answer(200, of_type("text/plain"), standing->policy_note, true);
  if (path.starts_with(kKeys)) {
    const auto found = core_.day_keys.find(std::string(path.substr(kKeys.size())));
    const std::string keys = found == core_.day_keys.end() ? std::string() : found->second;
    if (!keys.empty()) co_return co_await answer(200, of_type(kEnvelopeType), keys, true);
  }
  co_return co_await answer(404, {}, error_text("unknown_path"), true);
}

}  // namespace whorl::relay
