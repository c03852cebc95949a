#include "cli/node_client.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>
#include <optional>

#include "base/text.h"
#include "base/tls_rules.h"
#include "base/version.h"
#include "crypto/private_file.h"
#include "server/tasks/address_range.h"
#include "server/tasks/callback_address.h"

namespace whorl::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace json = boost::json;
using server::CallbackAddress;
using Message = http::request<http::string_body>;
using Answer = http::response<http::string_body>;

constexpr std::size_t kMostTokenBytes = 4096;
// A person's encounters with their images are the longest: 64 MiB of them, in base64.
constexpr std::size_t kMostAnswerBytes = std::size_t{96} << 20;
constexpr std::uint32_t kMostHeaderBytes = 16 * 1024;

Error no_answer(const std::string& what) { return unavailable("the node does not answer: " + what); }

bool is_this_machine(const CallbackAddress& address) {
  return address.number ? server::is_loopback(*address.number) : address.host == "localhost";
}

Status trust(asio::ssl::context& context, const std::filesystem::path& authorities) {
  set_tls_rules(context.native_handle());
  context.set_verify_mode(asio::ssl::verify_peer);
  beast::error_code error;
  if (authorities.empty()) {
    context.set_default_verify_paths(error);
  } else {
    context.load_verify_file(authorities.string(), error);
  }
  if (error) return invalid_input("holds no certificates that can be read: " + error.message(), "--ca");
  return {};
}

template <class Stream>
asio::awaitable<Result<Answer>> exchanged(Stream& stream, const Message& message) {
  beast::error_code error;
  co_await http::async_write(stream, message, asio::redirect_error(asio::use_awaitable, error));
  // A node that refuses a long body answers before it has read all of it.
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.header_limit(kMostHeaderBytes);
  parser.body_limit(kMostAnswerBytes);
  beast::error_code read;
  co_await http::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, read));
  if (read) co_return no_answer((error ? error : read).message());
  co_return parser.release();
}

asio::awaitable<Result<Answer>> over_tls(beast::tcp_stream& tcp, asio::ssl::context& context,
                                         const CallbackAddress& address, const Message& message) {
  asio::ssl::stream<beast::tcp_stream&> tls(tcp, context);
  // What SSL_set_tlsext_host_name() stands for, without its cast.
  std::string host = address.host;
  if (!address.number &&
      SSL_ctrl(tls.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data()) != 1) {
    co_return no_answer("its name cannot be shown");
  }
  tls.set_verify_callback(asio::ssl::host_name_verification(address.host));
  beast::error_code error;
  co_await tls.async_handshake(asio::ssl::stream_base::client, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return no_answer("the handshake failed: " + error.message());
  co_return co_await exchanged(tls, message);
}

asio::awaitable<Result<Answer>> ask(const CallbackAddress& address, asio::ssl::context* context,
                                    const Message& message) {
  const auto executor = co_await asio::this_coro::executor;
  beast::error_code error;
  asio::ip::tcp::resolver resolver(executor);
  const auto found = co_await resolver.async_resolve(address.host, std::to_string(address.port),
                                                     asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return no_answer("its name is not found: " + error.message());
  beast::tcp_stream tcp(executor);
  tcp.expires_after(NodeClient::kPatience);
  co_await tcp.async_connect(found, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return no_answer(error.message());
  if (context != nullptr) co_return co_await over_tls(tcp, *context, address, message);
  co_return co_await exchanged(tcp, message);
}

// A Result is never empty, and what is spawned gives something that can be.
asio::awaitable<void> ask_into(const CallbackAddress& address, asio::ssl::context* context, const Message& message,
                               std::optional<Result<Answer>>& out) {
  out.emplace(co_await ask(address, context, message));
}

ErrorKind kind_of(unsigned status) {
  switch (status) {
    case 401:
    case 403: return ErrorKind::kUnauthorised;
    case 404: return ErrorKind::kNotFound;
    case 409: return ErrorKind::kAlreadyExists;
    case 429: return ErrorKind::kExhausted;
    default: return status < 500 ? ErrorKind::kInvalidInput : ErrorKind::kUnavailable;
  }
}

// The node's words, or where there are none its status.
Error told_by(const Answer& answer) {
  boost::system::error_code error;
  const json::value value = json::parse(answer.body(), error);
  const auto* object = error ? nullptr : value.if_object();
  const auto* message = object == nullptr ? nullptr : object->if_contains("message");
  Error out = unavailable("the node answered with status " + std::to_string(answer.result_int()));
  if (message != nullptr && message->is_string()) out = unavailable(std::string(message->get_string()));
  out.kind = kind_of(answer.result_int());
  return out;
}

}  // namespace

struct NodeClient::Parts {
  CallbackAddress address;
  std::unique_ptr<asio::ssl::context> context;  // of https
  std::string authorization;

  Result<json::value> request(Message message) {
    message.set(http::field::host, address.authority());
    message.set(http::field::user_agent, "whorl/" + std::string(kVersion));
    message.set(http::field::connection, "close");
    if (!authorization.empty()) message.set(http::field::authorization, authorization);
    message.prepare_payload();
    asio::io_context io;
    std::optional<Result<Answer>> got;
    auto pending = asio::co_spawn(io, ask_into(address, context.get(), message, got), asio::use_future);
    io.run();
    pending.get();
    WHORL_ASSIGN(const Answer answer, std::move(*got));
    if (answer.result_int() < 200 || answer.result_int() > 299) return told_by(answer);
    if (answer.body().empty()) return json::value();
    boost::system::error_code error;
    json::value value = json::parse(answer.body(), error);
    if (error) return no_answer("what it says is no JSON");
    return value;
  }
};

NodeClient::NodeClient(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
NodeClient::NodeClient(NodeClient&&) noexcept = default;
NodeClient& NodeClient::operator=(NodeClient&&) noexcept = default;
NodeClient::~NodeClient() = default;

Result<NodeClient> NodeClient::open(const NodeAt& at) {
  auto address = server::read_callback(at.url);
  const bool bare = address && (address->path.empty() || address->path == "/") && address->query.empty();
  if (!bare) return invalid_input("is http://HOST:PORT or https://HOST:PORT, without a path", "--node");
  if (!address->tls && !is_this_machine(*address))
    return invalid_input("another machine is asked over https alone: fingerprints go over this connection", "--node");
  if (!address->tls && !at.authorities.empty()) return invalid_input("means something only beside https", "--ca");
  auto parts = std::make_unique<Parts>();
  if (address->tls) {
    parts->context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
    WHORL_TRY(trust(*parts->context, at.authorities));
  }
  if (!at.token.empty()) {
    WHORL_ASSIGN(const auto token, crypto::read_private_file(at.token, kMostTokenBytes, crypto::OthersMay::kNothing));
    const std::string_view text = as_text(token.view());
    parts->authorization = "Bearer " + std::string(text.substr(0, text.find_first_of("\r\n \t")));
  }
  parts->address = std::move(*address);
  return NodeClient(std::move(parts));
}

Result<json::value> NodeClient::ask(const NodeRequest& request) {
  const http::verb verb = http::string_to_verb(request.method);
  if (verb == http::verb::unknown) return invalid_input("is no method of HTTP", "method");
  Message message(verb, request.path, 11, request.body);
  if (!request.body.empty()) message.set(http::field::content_type, "application/json");
  if (!request.accept.empty()) message.set(http::field::accept, request.accept);
  if (!request.idempotency_key.empty()) message.set("Idempotency-Key", request.idempotency_key);
  return parts_->request(std::move(message));
}

Result<json::value> NodeClient::post(const std::string& path, std::string body, std::string_view idempotency_key) {
  return ask({"POST", path, std::move(body), {}, std::string(idempotency_key)});
}

Result<json::value> NodeClient::get(const std::string& path) { return ask({"GET", path}); }

}  // namespace whorl::cli
