// A real HTTP server on a free port of 127.0.0.1 that takes results, as a client of the interface has one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace whorl::tests {

struct Received {
  std::string target;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  // A parameter of the query, as it came.
  [[nodiscard]] std::string parameter(const std::string& name) const;
};

class CallbackServer {
 public:
  // What is answered to the n-th request (from 0) as raw bytes; "" leaves the connection open and silent.
  using Answer = std::function<std::string(std::size_t n)>;
  explicit CallbackServer(Answer answer = {});
  ~CallbackServer();
  CallbackServer(const CallbackServer&) = delete;
  CallbackServer& operator=(const CallbackServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  // "http://127.0.0.1:PORT/results"
  [[nodiscard]] std::string url(const std::string& path = "/results") const;
  // The first `n` that came; fails the test where they do not come in half a minute.
  std::vector<Received> wait_for(std::size_t n);
  [[nodiscard]] std::size_t count() const;

  // 204 No Content; and any status without a body.
  static std::string status(int code, const std::string& headers = "");

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// `text` with everything but letters and digits escaped, for a query.
std::string escaped(const std::string& text);

}  // namespace whorl::tests
