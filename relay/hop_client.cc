#include "relay/hop_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "base/descriptor.h"
#include "base/freed.h"
#include "base/text.h"

namespace whorl::relay {
namespace {

constexpr std::size_t kMostReplyHeader = 8192;
constexpr std::size_t kMostReplyBody = kMostEnvelopeBytes;

using Ssl = std::unique_ptr<SSL, Freed<SSL_free>>;

void set_patience(int socket, std::chrono::milliseconds patience) {
  const timeval time{static_cast<time_t>(patience.count() / 1000),
                     static_cast<suseconds_t>(patience.count() % 1000 * 1000)};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

Error gone(const std::string& what) { return unavailable("the switch does not answer: " + what); }

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

// "NAME: VALUE" lines after the first, which says the status.
std::optional<HopReply> read_head(std::string_view head) {
  HopReply out;
  std::size_t end = head.find("\r\n");
  const std::string_view first = head.substr(0, end);
  if (!first.starts_with("HTTP/1.1 ") || first.size() < 12) return std::nullopt;
  const auto [at, error] = std::from_chars(first.data() + 9, first.data() + 12, out.status);
  if (error != std::errc() || at != first.data() + 12) return std::nullopt;
  while (end != std::string_view::npos) {
    head.remove_prefix(end + 2);
    end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) return line.empty() ? std::optional(std::move(out)) : std::nullopt;
    out.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  return out;
}

}  // namespace

std::string HopReply::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (same_name(key, name)) return value;
  }
  return {};
}

struct HopClient::Parts {
  explicit Parts(int number) : socket(number) {}

  Descriptor socket;
  Ssl ssl;
  std::string left;  // that was read beyond the last reply

  Status write(std::string_view bytes) const {
    while (!bytes.empty()) {
      std::size_t n = 0;
      if (SSL_write_ex(ssl.get(), bytes.data(), bytes.size(), &n) != 1)
        return ERR_clear_error(), gone("it takes nothing");
      bytes.remove_prefix(n);
    }
    return {};
  }
  Status read_more() {
    char bytes[16384];
    std::size_t n = 0;
    if (SSL_read_ex(ssl.get(), bytes, sizeof bytes, &n) != 1) return ERR_clear_error(), gone("the connection is over");
    left.append(bytes, n);
    return {};
  }
};

HopClient::HopClient(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
HopClient::HopClient(HopClient&&) noexcept = default;
HopClient& HopClient::operator=(HopClient&&) noexcept = default;
HopClient::~HopClient() = default;

Result<HopClient> HopClient::dial(const Target& target, ssl_ctx_st* context, const KnowsSwitch& knows) {
  ERR_clear_error();
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(target.port);
  if (::inet_pton(AF_INET, target.address.c_str(), &to.sin_addr) != 1) return invalid_input("is no address", "address");
  auto parts = std::make_unique<Parts>(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!parts->socket.open()) return gone("no socket");
  const int number = parts->socket.number();
  const int on = 1;
  set_patience(number, std::min(target.patience, kDialPatience));
  ::setsockopt(number, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(number, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) return gone("it does not listen");
  parts->ssl.reset(SSL_new(context));
  if (!parts->ssl || SSL_set_fd(parts->ssl.get(), number) != 1) return internal_error("OpenSSL makes no connection");
  if (SSL_connect(parts->ssl.get()) != 1) return ERR_clear_error(), gone("the handshake failed");
  const auto peer = hop_peer(parts->ssl.get());
  if (!peer || !knows(*peer)) return unauthorised("who answers is not the switch of the directory");
  set_patience(number, target.patience);
  return HopClient(std::move(parts));
}

Result<HopReply> HopClient::request(const std::string& method, const std::string& target, const Headers& headers,
                                    std::string_view body) {
  std::string head = method + " " + target + " HTTP/1.1\r\nHost: switch\r\n";
  for (const auto& [name, value] : headers) head += name + ": " + value + "\r\n";
  if (method != "GET") head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  WHORL_TRY(parts_->write(head + "\r\n"));
  WHORL_TRY(parts_->write(body));
  std::size_t end = std::string::npos;
  while ((end = parts_->left.find("\r\n\r\n")) == std::string::npos) {
    if (parts_->left.size() > kMostReplyHeader) return gone("its reply has no end");
    WHORL_TRY(parts_->read_more());
  }
  auto reply = read_head(std::string_view(parts_->left).substr(0, end));
  if (!reply) return gone("its reply is none");
  parts_->left.erase(0, end + 4);
  if (reply->status == 204) return std::move(*reply);
  std::size_t bytes = 0;
  const std::string length = reply->header("Content-Length");
  const auto [at, error] = std::from_chars(length.data(), length.data() + length.size(), bytes);
  if (error != std::errc() || at != length.data() + length.size() || bytes > kMostReplyBody)
    return gone("its reply has no length");
  while (parts_->left.size() < bytes) WHORL_TRY(parts_->read_more());
  reply->body = parts_->left.substr(0, bytes);
  parts_->left.erase(0, bytes);
  return std::move(*reply);
}

Result<HopReply> HopClient::send(const std::string& to, WireLane lane, const std::string& id, std::int64_t expires,
                                 std::string_view envelope) {
  const Headers headers{{std::string(kTo), to},
                        {std::string(kLane), std::string(name_of(lane))},
                        {std::string(kMessageId), id},
                        {std::string(kExpires), std::to_string(expires)},
                        {"Content-Type", std::string(kEnvelopeType)}};
  return request("POST", "/x/v1/send", headers, envelope);
}

Result<HopReply> HopClient::next(std::chrono::seconds wait, const std::string& ack) {
  Headers headers;
  if (!ack.empty()) headers.emplace_back(kAck, ack);
  return request("GET", "/x/v1/next?wait=" + std::to_string(wait.count()), headers, {});
}

}  // namespace whorl::relay
