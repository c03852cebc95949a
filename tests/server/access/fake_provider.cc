#include "tests/server/access/fake_provider.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include "crypto/jose/jwk.h"
#include "crypto/jose/jws.h"

namespace whorl::tests {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Stream = asio::ssl::stream<tcp::socket>;
using Members = std::map<std::string, std::string>;

std::string text_of(const Members& members) {
  std::string out;
  for (const auto& [name, value] : members) {
    if (!value.empty()) out += (out.empty() ? "\"" : ",\"") + name + "\":" + value;
  }
  return "{" + out + "}";
}

Members with(Members usual, const Members& other) {
  for (const auto& [name, value] : other) usual[name] = value;
  return usual;
}

std::string quoted(const std::string& text) { return '"' + text + '"'; }

}  // namespace

struct FakeProvider::Parts {
  explicit Parts(TestCa& ca) {
    const Issued own = ca.issue({.name = "localhost", .dns = {"localhost"}, .usage = "serverAuth"});
    context.use_certificate_chain(asio::buffer(own.certificate));
    context.use_private_key(asio::buffer(own.key), asio::ssl::context::pem);
  }

  asio::io_context io;
  asio::ssl::context context{asio::ssl::context::tls_server};
  tcp::acceptor acceptor{io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::atomic<bool> stopping = false;
  mutable std::mutex mutex;  // guards what follows
  crypto::PrivateKey key = *crypto::PrivateKey::make(crypto::KeyKind::kP256);
  int generation = 1;
  std::map<std::string, Answer> answers;
  std::map<std::string, int> counts;
  std::string form;
  std::string authorization;
  std::vector<std::shared_ptr<Stream>> streams;
  std::vector<std::thread> threads;
  std::thread accepting;

  void serve(Stream& stream, const FakeProvider& provider) {
    boost::system::error_code error;
    stream.handshake(asio::ssl::stream_base::server, error);
    if (error) return;
    boost::beast::flat_buffer buffer;
    http::request<http::string_body> request;
    http::read(stream, buffer, request, error);
    if (error) return;
    const std::string path(request.target());
    Answer answer;
    {
      const std::scoped_lock lock(mutex);
      ++counts[path];
      if (request.method() == http::verb::post) {
        form = request.body();
        authorization = std::string(request[http::field::authorization]);
      }
      if (answers.contains(path)) answer = answers.at(path);
    }
    std::string bytes = json("{}", "404 Not Found");
    if (answer) {
      bytes = answer();
    } else if (path == "/.well-known/openid-configuration") {
      bytes = json(provider.description());
    } else if (path == "/jwks") {
      bytes = json(provider.key_set());
    }
    if (bytes.empty()) return;  // stays open, and silent
    asio::write(stream, asio::buffer(bytes), error);
    stream.shutdown(error);
  }

  void accept(const FakeProvider& provider) {
    while (!stopping) {
      auto stream = std::make_shared<Stream>(io, context);
      boost::system::error_code error;
      acceptor.accept(stream->next_layer(), error);
      if (error || stopping) return;
      const std::scoped_lock lock(mutex);
      streams.push_back(stream);
      threads.emplace_back([this, stream, &provider] { serve(*stream, provider); });
    }
  }
};

FakeProvider::FakeProvider(TestCa& ca) : parts_(std::make_unique<Parts>(ca)) {
  parts_->accepting = std::thread([this] { parts_->accept(*this); });
}

FakeProvider::~FakeProvider() {
  parts_->stopping = true;
  boost::system::error_code error;
  tcp::socket wake(parts_->io);
  wake.connect(parts_->acceptor.local_endpoint(), error);
  parts_->accepting.join();
  for (const auto& stream : parts_->streams) stream->next_layer().shutdown(tcp::socket::shutdown_both, error);
  for (std::thread& thread : parts_->threads) thread.join();
}

std::string FakeProvider::issuer() const {
  return "https://localhost:" + std::to_string(parts_->acceptor.local_endpoint().port());
}

void FakeProvider::answer_to(const std::string& path, Answer answer) {
  const std::scoped_lock lock(parts_->mutex);
  parts_->answers[path] = std::move(answer);
}

int FakeProvider::count(const std::string& path) const {
  const std::scoped_lock lock(parts_->mutex);
  const auto at = parts_->counts.find(path);
  return at == parts_->counts.end() ? 0 : at->second;
}

void FakeProvider::rotate() {
  const std::scoped_lock lock(parts_->mutex);
  parts_->key = *crypto::PrivateKey::make(crypto::KeyKind::kP256);
  ++parts_->generation;
}

const crypto::PrivateKey& FakeProvider::key() const { return parts_->key; }
std::string FakeProvider::kid() const { return "k" + std::to_string(parts_->generation); }

std::string FakeProvider::key_set() const {
  const std::scoped_lock lock(parts_->mutex);
  return R"({"keys":[)" + crypto::jwk_text(parts_->key.public_key(), kid()) + "]}";
}

std::string FakeProvider::description(const Members& other) const {
  const std::string own = issuer();
  return text_of(with({{"issuer", quoted(own)},
                       {"authorization_endpoint", quoted(own + "/auth")},
                       {"token_endpoint", quoted(own + "/token")},
                       {"jwks_uri", quoted(own + "/jwks")},
                       {"end_session_endpoint", quoted(own + "/end")},
                       {"code_challenge_methods_supported", R"(["S256"])"},
                       {"authorization_response_iss_parameter_supported", "true"}},
                      other));
}

std::string FakeProvider::id_token(const std::string& nonce, const Members& other) const {
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  const std::string claims = text_of(with({{"iss", quoted(issuer())},
                                           {"sub", quoted("anna")},
                                           {"aud", quoted("node-a")},
                                           {"nonce", quoted(nonce)},
                                           {"iat", std::to_string(now.count())},
                                           {"exp", std::to_string(now.count() + 600)},
                                           {"groups", R"(["border","cafeteria"])"}},
                                          other));
  return *crypto::sign_jws(parts_->key, {.kid = kid(), .typ = "JWT"}, as_bytes(claims));
}

std::string FakeProvider::last_form() const {
  const std::scoped_lock lock(parts_->mutex);
  return parts_->form;
}
std::string FakeProvider::last_authorization() const {
  const std::scoped_lock lock(parts_->mutex);
  return parts_->authorization;
}

std::string FakeProvider::json(const std::string& body, const std::string& status, const std::string& headers) {
  return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + headers + "\r\n" + body;
}

}  // namespace whorl::tests
