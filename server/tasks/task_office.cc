#include "server/tasks/task_office.h"

#include <sys/resource.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "base/catalogue.h"
#include "server/http/exchange.h"
#include "server/operations/log.h"

namespace whorl::server {

namespace asio = boost::asio;

// Sends what is due, from a thread of its own.
class TaskOffice::Sending {
 public:
  Sending(TaskDesk& desk, const OfficeConfig& config) : desk_(desk), config_(config) {
    asio::co_spawn(io_, watch(), asio::detached);
    desk_.on_due([this] { asio::post(io_, [this] { timer_.cancel(); }); });
    thread_ = std::thread([this] { run(); });
  }
  ~Sending() {
    desk_.on_due({});
    io_.stop();
    thread_.join();
  }
  Sending(const Sending&) = delete;
  Sending& operator=(const Sending&) = delete;

 private:
  void run() {
    for (;;) {
      try {
        io_.run();
        return;
      } catch (const std::exception& e) {
        log_failure(std::string("sending results: ") + e.what());
      }
    }
  }

  asio::awaitable<void> watch() {
    constexpr std::chrono::milliseconds kLook{500};
    for (;;) {  // until io_ is stopped
      try {
        desk_.tidy();
        for (Task& task : desk_.due(config_.most_sendings - under_way_, config_.most_sendings_of_origin)) {
          ++under_way_;
          asio::co_spawn(io_, send(std::move(task)), asio::detached);
        }
      } catch (const std::exception& e) {
        log_failure(std::string("looking for results to send: ") + e.what());
      }
      timer_.expires_after(kLook);
      boost::system::error_code cancelled;
      co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
  }

  // The result as it is now.
  Result<std::optional<std::string>> body_of(const std::string& id) {
    WHORL_ASSIGN(const auto bytes, desk_.store().result(id));
    if (!bytes) return std::optional<std::string>();
    return std::optional(std::string(as_text(*bytes)));
  }

  // False where it is there no more.
  asio::awaitable<Result<bool>> sent(const Task& task) {
    const auto there = desk_.store().has_result(task.id);
    if (!there.ok() || !*there) co_return there;
    co_return co_await send_result(
        desk_.rules(), task, [this, &task] { return body_of(task.id); }, names_, config_.send);
  }

  asio::awaitable<void> send(Task task) {
    Result<bool> done = false;
    try {
      done = co_await sent(task);
    } catch (const std::exception& e) {
      done = internal_error(e.what());
    }
    --under_way_;
    if (!done.ok()) {
      log_failure("a result was not delivered (task " + task.id + "): " + done.error().text());
      desk_.not_sent(task.id);
    } else if (*done) {
      desk_.sent(task.id);
    } else {
      desk_.vanished(task.id);
    }
  }

  TaskDesk& desk_;
  const OfficeConfig& config_;
  std::size_t under_way_ = 0;  // of the thread
  asio::io_context io_{1};
  asio::steady_timer timer_{io_};
  NameLookup names_{io_, config_.send.lookup, config_.resolve};
  std::thread thread_;
};

TaskOffice::TaskOffice(engine::Service& service, const RouteTable& routes, World& world, TaskDesk& desk,
                       OfficeConfig config)
    : service_(service),
      routes_(routes),
      world_(world),
      desk_(desk),
      config_(std::move(config)),
      sending_(std::make_unique<Sending>(desk, config_)) {
  for (std::size_t i = 0; i < config_.workers; ++i) workers_.emplace_back([this] { work(); });
}

TaskOffice::~TaskOffice() { stop(); }

void TaskOffice::stop() {
  desk_.stop();
  for (std::thread& worker : workers_) {
    if (worker.joinable()) worker.join();
  }
  sending_.reset();
}

void TaskOffice::work() {
  // Behind those who wait for their answer. Where it is refused, tasks are as urgent.
  constexpr int kNice = 5;
  setpriority(PRIO_PROCESS, 0, kNice);
  while (const auto task = desk_.take()) {
    try {
      run(*task);
    } catch (const std::exception& e) {
      log_failure("task " + task->id + ": " + e.what());
      desk_.put_off(task->id,
                    error_reply(500, failure(ErrorCode::kOutOfMemory, with<"detail">("the task was not done"))));
    }
  }
}

namespace {

// What another time may be answered otherwise: it is busy, or the same key is being worked on.
bool is_for_later(const Reply& reply) {
  return reply.status == 503 || reply.status == 504 ||
         (reply.error && reply.error->reason.code == ErrorCode::kKeyInUse);
}

// What an effect that is there already was answered with.
Reply answered_before(const Bytes& effect) {
  if (effect.empty()) return no_content();
  Reply reply;
  reply.body = as_text(effect);
  return reply;
}

}  // namespace

void TaskOffice::run(const Task& task) {
  const auto effect = desk_.store().effect(task.id);
  if (!effect.ok()) return desk_.put_off(task.id, error_reply(effect.error(), task.request.id));
  if (*effect) return desk_.done(task.id, answered_before(**effect));
  auto body = desk_.store().request(task.id);
  if (!body.ok()) return desk_.put_off(task.id, error_reply(body.error(), task.request.id));
  if (!*body) return desk_.refuse_erased(task.id);
  const auto begun = desk_.begin(task.id);
  if (!begun.ok()) return desk_.put_off(task.id, error_reply(begun.error(), task.request.id));
  if (!*begun) {
    log_failure("task " + task.id + " ends the process, and is not tried again");
    return desk_.done(task.id, error_reply(500, failure(ErrorCode::kTaskEndsProcess, with<"runs">(task.begun))));
  }
  Request request = task.request;
  request.body = as_text(**body);
  const RouteMatch match = routes_.match(request.method, request.target);
  if (match.route == nullptr || !std::holds_alternative<OnWorker>(match.route->handler)) {
    return desk_.done(task.id, error_reply(404, failure(ErrorCode::kUnknownPath)));
  }
  engine::Call call;
  call.who = task.who;
  call.request_id = request.id;
  call.task = task.id;
  call.deadline = world_.ticks() + config_.deadline;
  Weighing weighing{1, false};  // its turn has come
  const auto block_keys = config_.block_keys();
  const auto reply = answer_on_worker(service_, call, match, request, weighing, nullptr, *block_keys);
  if (!reply) return desk_.done(task.id, error_reply(500, failure(ErrorCode::kUnknownPath)));
  if (weighing.goes_on) return desk_.go_on(task.id);
  if (is_for_later(*reply)) return desk_.put_off(task.id, *reply);
  if (!reply->log.empty()) log_failure("task " + task.id + ": " + reply->log);
  desk_.done(task.id, *reply);
}

}  // namespace whorl::server
