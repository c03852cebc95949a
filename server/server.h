// The HTTP front end: OSIA's ABIS interface (docs/http.md) over a Service.
//
// One network thread (Asio coroutines) reads, routes and writes; a fixed pool of workers parses bodies and
// calls the service; a bounded queue lies between them, and when it is full the answer is 503 with
// Retry-After.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/world.h"
#include "engine/service.h"

namespace whorl::server {

struct ServerConfig {
  std::string address = "127.0.0.1";  // an IPv4 or IPv6 address, no name
  std::uint16_t port = 0;             // 0: any free port; Server::port() tells which
  // The file that says who may come in, and how (docs/access.md). Empty: only programs on this machine reach the port,
  // and all of them are the local user, who may do everything. An address that is not loopback needs one, with TLS.
  std::filesystem::path access_file;
  std::chrono::milliseconds access_every{1000};   // how often it is looked whether its files have changed; 0: never
  std::chrono::milliseconds keys_every{600'000};  // how often keys are fetched that lie elsewhere
  std::chrono::milliseconds keys_least{60'000};   // from one fetch to the next, whoever shows a key that is not known
  // Names by which clients may call this server (the Host of a request), whatever the port, besides localhost,
  // 127.0.0.1, [::1], `address` and the address of this machine that they reach. All others are refused: a name that
  // somebody else owns may point here.
  std::vector<std::string> allowed_hosts;
  // To whom results of accepted requests are sent (docs/callbacks.md): a file, and origins beside it. None: a request
  // with a callback is refused.
  std::filesystem::path callbacks_file;
  std::vector<std::string> callback_origins;
  std::chrono::milliseconds keep_results{std::chrono::hours(24)};
  std::size_t task_workers = 0;  // threads that work on accepted requests; 0: half as many as there are cores
  // SIGTERM, SIGINT, SIGQUIT and SIGHUP (unless it was ignored before, as nohup does): stop gracefully; a second one
  // but SIGHUP: stop at once. SIGPIPE, SIGUSR1 and SIGUSR2 are ignored: a log that nobody reads ends nothing.
  bool handle_signals = false;

  std::size_t threads = 0;  // workers; 0: one a core
  std::size_t queue_capacity = 64;
  std::size_t max_connections = 256;
  std::size_t max_header_bytes = 16u << 10;  // at most 64 KiB
  std::size_t max_body_bytes = 24u << 20;
  std::size_t max_bodies_bytes = 512u << 20;  // of all requests in work together

  std::chrono::milliseconds request_deadline{30'000};  // from the end of the body to the answer
  std::chrono::milliseconds idle_timeout{60'000};      // between two requests of a connection
  std::chrono::milliseconds header_timeout{10'000};    // for a whole header, however slowly it drips
  std::chrono::milliseconds body_timeout{30'000};      // for a whole body
  std::chrono::milliseconds write_timeout{30'000};     // for a whole answer
  std::chrono::milliseconds grace{10'000};             // for requests in work when a stop is asked for
};

// Thread-safety: request_stop() and port() from any thread; wait() and destruction from the owner's.
class Server {
 public:
  // Binds, listens and begins to answer. Errors: kInvalidInput (address malformed, or not loopback without TLS and
  // sign-in; a limit of zero or out of range), kUnavailable (the address cannot be bound); those of the access files.
  // `world` outlives the server: deadlines of requests and their durations are of its clock, request numbers of its
  // randomness. The timeouts of sockets are the operating system's.
  static Result<std::unique_ptr<Server>> start(ServerConfig config, std::shared_ptr<engine::Service> service,
                                               World& world = real_world());
  // request_stop(), then wait().
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] bool is_tls() const;

  // Begins a graceful stop and returns: no new connections, /readyz and new requests answer 503, idle
  // connections close, requests in work are finished. What is not finished after `grace` is cut. Idempotent.
  void request_stop();

  // Returns when the stop is complete and every worker has come home (a call of the service that is running
  // cannot be cut: wait() waits for it). The process may then exit with 0.
  void wait();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace whorl::server
