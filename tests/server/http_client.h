// A blocking HTTP client for tests: one connection, raw bytes or whole requests.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace whorl::tests {

struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  bool keep_alive = false;
};

using Headers = std::map<std::string, std::string>;

// How a client speaks TLS; all in PEM.
struct TlsWish {
  std::string ca;           // whose server certificates it takes
  std::string certificate;  // its own; empty: it has none
  std::string key;
  std::string host = "node.a.test";  // whom it wants to reach
  bool tls_12 = false;               // no newer version
};

class HttpClient {
 public:
  // Connects to 127.0.0.1; aborts the test program where nobody listens.
  explicit HttpClient(std::uint16_t port);
  // The same over TLS. Whether that went well says failure(): what the server refuses of the client comes later, when
  // the client reads.
  HttpClient(std::uint16_t port, const TlsWish& wish);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Why there is no connection over TLS; empty: there is.
  [[nodiscard]] const std::string& failure() const;

  // False when the server has closed the connection.
  bool send(std::string_view bytes);
  // The next answer; empty when the server closes before a whole one.
  std::optional<HttpAnswer> receive();
  // The answer to a HEAD: what follows its header belongs to the next.
  std::optional<HttpAnswer> receive_head();
  std::optional<HttpAnswer> ask(std::string_view method, std::string_view target, std::string_view body = {},
                                const Headers& headers = {});
  // Whether the server closes without sending anything more; false as well when it has done neither in 20 s.
  bool closed_by_server();

  // The bytes of a request; a body gets Content-Type: application/json unless `headers` names another.
  static std::string request_text(std::string_view method, std::string_view target, std::string_view body = {},
                                  Headers headers = {});

 private:
  std::optional<HttpAnswer> receive(bool without_body);
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace whorl::tests
