#include "server/server.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <exception>
#include <optional>
#include <string>
#include <thread>

#include "base/catalogue.h"
#include "base/workers.h"
#include "engine/access/guarded_service.h"
#include "engine/case_desk.h"
#include "server/http/acceptor.h"
#include "server/http/connection.h"
#include "server/http/server_state.h"
#include "server/listen_check.h"
#include "server/operations/log.h"
#include "server/routes.h"

namespace whorl::server {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kMaxHeaderBytes = 64u << 10;  // a connection's buffer holds a whole header
Status check_limits(const ServerConfig& config) {
  const auto positive = [](auto value, const char* name) -> Status {
    if (value > decltype(value){}) return {};
    return failure(ErrorCode::kNotPositive, name);
  };
  WHORL_TRY(positive(config.queue_capacity, "queue_capacity"));
  WHORL_TRY(positive(config.max_connections, "max_connections"));
  WHORL_TRY(positive(config.max_header_bytes, "max_header_bytes"));
  WHORL_TRY(positive(config.max_body_bytes, "max_body_bytes"));
  WHORL_TRY(positive(config.request_deadline, "request_deadline"));
  if (config.max_header_bytes > kMaxHeaderBytes) {
    return failure(ErrorCode::kAboveMost, "max_header_bytes", with<"most">(kMaxHeaderBytes));
  }
  if (config.max_bodies_bytes < config.max_body_bytes) {
    return failure(ErrorCode::kBelowOther, "max_bodies_bytes", with<"other">("max_body_bytes"));
  }
  return {};
}

// What asks for no end and would be one: a reader of the log that goes, a limit on the size of files, timers.
void ignore_signals() {
  for (const int signal : {SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGXFSZ})
    std::signal(signal, SIG_IGN);
}

// Whether other machines could reach it; false as well for what is no address, which listening will refuse.
bool is_open_to_others(const std::string& address) {
  boost::system::error_code error;
  const auto read = asio::ip::make_address(address, error);
  return !error && !read.is_loopback();
}

RemoteKeys::Pace pace_of(const ServerConfig& config) {
  RemoteKeys::Pace out;
  out.every = config.keys_every;
  out.least = config.keys_least;
  out.retry = std::min(out.retry, out.least);
  return out;
}

// Null where none is configured.
Result<std::unique_ptr<AccessFiles>> access_of(const ServerConfig& config, World& world) {
  if (config.access_file.empty()) return std::unique_ptr<AccessFiles>();
  return AccessFiles::open(
      config.access_file, {is_open_to_others(config.address), config.access_every, pace_of(config)}, world, log_sink());
}

// Null where nobody is to be sent anything, and nothing was accepted before.
Result<std::unique_ptr<TaskDesk>> desk_of(const ServerConfig& config, engine::Service& service, World& world) {
  engine::TaskStore* const store = service.tasks();
  WHORL_ASSIGN(auto rules, CallbackRules::load(config.callbacks_file, config.callback_origins));
  if (store == nullptr) {
    if (rules->empty()) return std::unique_ptr<TaskDesk>();
    return failure(ErrorCode::kCallbacksOff, "callback");
  }
  if (rules->empty()) {
    std::size_t damaged = 0;
    WHORL_ASSIGN(const auto kept, store->all(damaged));
    if (kept.empty()) return std::unique_ptr<TaskDesk>();
  }
  TaskLimits limits;
  limits.keep = config.keep_results;
  return TaskDesk::open(*store, world, std::move(rules), limits);
}

bool is_ignored(int signal) {
  struct sigaction now {};
  return sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}  // namespace

Status check_files(ServerConfig config, World& world) {
  WHORL_TRY(check_limits(config));
  config.access_every = {};  // read once, and not watched
  const auto access = access_of(config, world);
  if (!access.ok()) return access.error();
  const auto callbacks = CallbackRules::load(config.callbacks_file, config.callback_origins);
  return callbacks.ok() ? Status() : Status(callbacks.error());
}

struct Server::Parts {
  Parts(ServerConfig config, std::shared_ptr<engine::Service> service, World& world, std::size_t workers,
        std::unique_ptr<AccessFiles> access, std::unique_ptr<TaskDesk> desk)
      : core(std::move(config), std::move(service), served_routes(), world, workers, std::move(access),
             std::move(desk)) {
    core.on_last_connection = [this] { finish_if_done(); };
  }

  ~Parts() {
    core.office.reset();
    core.queue.stop();
    core.long_queue.stop();
    core.door.stop();
    if (core.access) core.access->fetcher().stop();
    core.door_log.stop();
    core.on_last_connection = nullptr;
    acceptor.reset();
    grace.reset();
    signals.reset();
    io.reset();  // destroys what is left of the connections while `core` is still there
  }

  void begin_stop();
  void finish_if_done();
  void watch_signals();
  void run();

  Core core;
  std::unique_ptr<asio::io_context> io = std::make_unique<asio::io_context>(1);
  std::optional<Acceptor> acceptor{std::in_place, *io, core};
  std::optional<asio::steady_timer> grace;
  std::optional<asio::signal_set> signals;
  std::thread network;
};

void Server::Parts::begin_stop() {
  if (core.stopping) return;
  core.stopping = true;
  log_event("stopping: finishing the requests in work");
  acceptor->close();
  for (Connection* connection : core.connections) connection->stop_if_idle();
  grace.emplace(*io, core.config.grace);
  grace->async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    log_failure("the grace period is over: cutting the requests that are left");
    io->stop();
  });
  finish_if_done();
}

void Server::Parts::finish_if_done() {
  if (!core.stopping || !core.connections.empty()) return;
  if (grace) grace->cancel();
  if (signals) signals->cancel();
}

void Server::Parts::watch_signals() {
  if (!signals) {
    ignore_signals();
    signals.emplace(*io, SIGINT, SIGTERM, SIGQUIT);
    if (!is_ignored(SIGHUP)) signals->add(SIGHUP);
  }
  signals->async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    if (core.stopping && signal != SIGHUP) {
      io->stop();
      return;
    }
    begin_stop();
    if (!core.connections.empty()) watch_signals();
  });
}

void Server::Parts::run() {
  for (;;) {
    try {
      io->run();
      return;
    } catch (const std::exception& e) {
      log_failure(std::string("network thread: ") + e.what());
    }
  }
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Result<std::unique_ptr<Server>> Server::start(ServerConfig config, std::shared_ptr<engine::Service> service,
                                              World& world) {
  WHORL_TRY(check_limits(config));
  const std::size_t workers =
      config.threads > 0 ? config.threads : std::max<std::size_t>(1, std::thread::hardware_concurrency());
  try {
    WHORL_ASSIGN(auto access, access_of(config, world));
    if (access) service = access::make_guarded_service(std::move(service));
    start_worker_threads();  // before those of the long lane, whose priority is low
    WHORL_ASSIGN(auto desk, desk_of(config, *service, world));
    // What is due goes from now on, though nobody asks for a case.
    if (auto* const cases = service->case_desk()) WHORL_TRY(cases->list(engine::local_call(), {}));
    auto parts = std::make_unique<Parts>(std::move(config), std::move(service), world, workers, std::move(access),
                                         std::move(desk));
    WHORL_TRY(parts->acceptor->listen());
    if (parts->core.desk) {
      OfficeConfig office;
      office.workers =
          parts->core.config.task_workers > 0 ? parts->core.config.task_workers : std::max<std::size_t>(1, workers / 2);
      office.block_keys = [core = &parts->core] { return core->block_keys(); };
      parts->core.office.emplace(*parts->core.service, parts->core.routes, world, *parts->core.desk, office);
    }
    if (parts->core.config.handle_signals) parts->watch_signals();
    Parts* running = parts.get();
    asio::co_spawn(*running->io, running->acceptor->run(), asio::detached);
    running->network = std::thread([running] { running->run(); });
    return std::unique_ptr<Server>(new Server(std::move(parts)));
  } catch (const std::exception& e) {
    return internal_error(std::string("cannot start the server: ") + e.what());
  }
}

Server::~Server() {
  request_stop();
  wait();
}

std::uint16_t Server::port() const { return parts_->acceptor->port(); }

bool Server::is_tls() const { return parts_->core.access != nullptr && parts_->core.access->now()->tls != nullptr; }

void Server::request_stop() {
  asio::post(*parts_->io, [parts = parts_.get()] { parts->begin_stop(); });
}

void Server::wait() {
  if (parts_->network.joinable()) parts_->network.join();
  if (parts_->core.office) parts_->core.office->stop();
  parts_->core.queue.stop();
  parts_->core.long_queue.stop();
  parts_->core.door.stop();
  parts_->core.door_log.stop();
}

}  // namespace whorl::server
