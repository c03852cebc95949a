#include "server/tasks/callback_sender.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <vector>

#include "base/catalogue.h"
#include "base/version.h"
#include "server/access/private_line.h"
#include "server/tls/greet.h"

namespace whorl::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace ip = boost::asio::ip;

constexpr std::size_t kMostHeaderBytes = 8 * 1024;
// Before the final answer; the time for an answer is for all of them together.
constexpr int kMostInterim = 8;
constexpr std::string_view kErrorOfInterface = "application/error+json";

using Numbers = std::vector<ip::address>;
using Message = http::request<http::string_body>;

// 100, 103: the final answer comes after it. 101 is final, and nobody asked for another protocol.
bool is_interim(unsigned status) { return status >= 100 && status <= 199 && status != 101; }

Error refused() { return failure(ErrorCode::kCallbackNotAllowed); }
Error went_wrong(const std::string& what) { return unavailable(what); }

// All of a name's numbers must be allowed: one that is not says that the name is not what the operator meant.
Status check_numbers(const CallbackTarget& target, const Numbers& numbers) {
  if (numbers.empty()) return went_wrong("the name has no address");
  for (const ip::address& number : numbers) {
    if (!target.may_reach(number)) return refused();
  }
  return {};
}

Result<Message> message_of(const CallbackTarget& target, const CallbackAddress& address, const Task& task,
                           std::string body) {
  const bool well = task.status < 400;
  Message out(http::verb::post, address.target(task.transaction_id, task.id), 11);
  out.set(http::field::host, address.authority());
  out.set(http::field::user_agent, "whorl/" + std::string(kVersion));
  out.set(http::field::connection, "close");
  const bool empty = well && task.status == 204;
  const std::string_view type = empty ? kJsonType : std::string_view(task.content_type);
  out.set(http::field::content_type, std::string(well ? type : kErrorOfInterface));
  for (const auto& [name, value] : task.headers) {
    if (name.starts_with("Whorl-")) out.set(name, value);
  }
  if (!target.token_file.empty()) {
    WHORL_ASSIGN(const std::string token, private_line(target.token_file));
    out.set(http::field::authorization, "Bearer " + token);
  }
  out.body() = empty ? "\"OK\"" : std::move(body);
  out.prepare_payload();
  return out;
}

template <class Stream>
asio::awaitable<Status> exchanged(Stream& stream, beast::tcp_stream& tcp, const Message& message, SendLimits limits) {
  beast::error_code error;
  tcp.expires_after(limits.answer);
  co_await http::async_write(stream, message, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return went_wrong("sending failed: " + error.message());
  beast::flat_buffer buffer(kMostHeaderBytes);
  for (int interim = 0; interim <= kMostInterim; ++interim) {
    http::response_parser<http::string_body> parser;
    parser.header_limit(kMostHeaderBytes);
    parser.body_limit(boost::none);  // it is not read
    co_await http::async_read_header(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return went_wrong("no answer: " + error.message());
    const unsigned status = parser.get().result_int();
    if (is_interim(status)) continue;
    if (status < 200 || status > 299) co_return went_wrong("answered with status " + std::to_string(status));
    co_return Status();
  }
  co_return went_wrong("more than " + std::to_string(kMostInterim) + " interim answers and no final one");
}

asio::awaitable<Status> over_tls(beast::tcp_stream& tcp, const CallbackTarget& target, const CallbackAddress& address,
                                 const Message& message, SendLimits limits) {
  asio::ssl::stream<beast::tcp_stream&> tls(tcp, *target.context);
  const Status greeted = co_await greet(tls, address);
  if (!greeted.ok()) co_return greeted;
  co_return co_await exchanged(tls, tcp, message, limits);
}

}  // namespace

asio::awaitable<Result<bool>> send_result(const CallbackRules& rules, const Task& task, ReadBody body,
                                          NameLookup& names, SendLimits limits) {
  const auto address = read_callback(task.callback);
  const CallbackTarget* const target = address ? rules.find(*address) : nullptr;
  if (target == nullptr) co_return refused();
  const NameLookup::Found found = co_await names.find(*address);
  if (!found.failure.empty()) co_return went_wrong(found.failure);
  const Status allowed = check_numbers(*target, found.numbers);
  if (!allowed.ok()) co_return allowed.error();
  beast::tcp_stream tcp(co_await asio::this_coro::executor);
  beast::error_code error;
  std::vector<ip::tcp::endpoint> endpoints;
  for (const ip::address& number : found.numbers) endpoints.emplace_back(number, address->port);
  tcp.expires_after(limits.connect);
  co_await tcp.async_connect(endpoints, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return went_wrong("cannot be reached: " + error.message());
  Result<std::optional<std::string>> text = body();
  if (!text.ok()) co_return text.error();
  if (!*text) co_return false;
  Result<Message> message = message_of(*target, *address, task, std::move(**text));
  if (!message.ok()) co_return message.error();
  Status sent;
  if (target->tls) {
    sent = co_await over_tls(tcp, *target, *address, *message, limits);
  } else {
    sent = co_await exchanged(tcp, tcp, *message, limits);
  }
  if (!sent.ok()) co_return sent.error();
  co_return true;
}

}  // namespace whorl::server
