#include "server/fetch/fetcher.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <exception>

#include "base/version.h"
#include "server/operations/log.h"
#include "server/tls/greet.h"

namespace whorl::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace ip = boost::asio::ip;

constexpr std::size_t kMostHeaderBytes = 16 * 1024;
constexpr std::chrono::milliseconds kLookupPatience{3'000};

using Message = http::request<http::string_body>;
using Parser = http::response_parser<http::string_body>;

Message message_of(Question& question) {
  const CallbackAddress& to = question.address;
  const std::string target = to.path + (to.query.empty() ? "" : "?" + to.query);
  Message out(question.form.empty() ? http::verb::get : http::verb::post, target, 11);
  out.set(http::field::host, to.authority());
  out.set(http::field::user_agent, "whorl/" + std::string(kVersion));
  out.set(http::field::accept, "application/json");
  out.set(http::field::connection, "close");
  for (const auto& [name, value] : question.headers) out.set(name, value);
  if (question.form.empty()) return out;
  out.set(http::field::content_type, "application/x-www-form-urlencoded");
  out.body() = std::move(question.form);
  out.prepare_payload();
  return out;
}

Result<std::string> body_of(Parser& parser) {
  const unsigned status = parser.get().result_int();
  if (status >= 300 && status < 400) return unavailable("it sends elsewhere (status " + std::to_string(status) + ")");
  if (status != 200) return unavailable("it answered with status " + std::to_string(status));
  return std::move(parser.get().body());
}

}  // namespace

std::optional<CallbackAddress> https_address(std::string_view url) {
  auto out = read_callback(url);
  return out && out->tls ? out : std::nullopt;
}

Fetcher::Fetcher() : names_(io_, kLookupPatience), thread_([this] { run(); }) {}

Fetcher::~Fetcher() { stop(); }

void Fetcher::stop() {
  io_.stop();
  if (thread_.joinable()) thread_.join();
}

void Fetcher::run() {
  for (;;) {
    try {
      io_.run();
      return;
    } catch (const std::exception& e) {
      log_failure(std::string("fetching: ") + e.what());
    }
  }
}

void Fetcher::ask(Question question, Answered answered) {
  asio::co_spawn(
      io_,
      [](Fetcher& fetcher, Question asked, Answered tell) -> asio::awaitable<void> {
        tell(co_await fetcher.answer(std::move(asked)));
      }(*this, std::move(question), std::move(answered)),
      asio::detached);
}

asio::awaitable<Result<std::string>> Fetcher::answer(Question question) {
  const auto until = std::chrono::steady_clock::now() + question.patience;
  const NameLookup::Found found = co_await names_.find(question.address);
  if (!found.failure.empty()) co_return unavailable(found.failure);
  std::vector<ip::tcp::endpoint> endpoints;
  for (const ip::address& number : found.numbers) endpoints.emplace_back(number, question.address.port);
  asio::ssl::stream<beast::tcp_stream> tls(co_await asio::this_coro::executor, *question.context);
  beast::tcp_stream& tcp = beast::get_lowest_layer(tls);
  tcp.expires_at(until);  // of all that follows
  beast::error_code error;
  co_await tcp.async_connect(endpoints, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return unavailable("it cannot be reached: " + error.message());
  const Status greeted = co_await greet(tls, question.address);
  if (!greeted.ok()) co_return greeted.error();
  const Message message = message_of(question);
  co_await http::async_write(tls, message, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return unavailable("sending failed: " + error.message());
  beast::flat_buffer buffer(kMostHeaderBytes + question.most_bytes);
  Parser parser;
  parser.header_limit(kMostHeaderBytes);
  parser.body_limit(question.most_bytes);
  co_await http::async_read(tls, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return unavailable("no whole answer: " + error.message());
  co_return body_of(parser);
}

}  // namespace whorl::server
