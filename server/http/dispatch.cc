#include "server/http/dispatch.h"

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

#include "server/http/handlers.h"

namespace whorl::server {
namespace {

namespace asio = boost::asio;

enum class Stage { kQueued, kRunning, kAbandoned };

struct Job {
  RouteMatch match;
  Request request;
  BodyShare share;
  engine::Call call;
  std::atomic<Stage> stage{Stage::kQueued};
  std::unique_ptr<Reply> reply;  // written by the worker, read by the network thread after the post below
  asio::steady_timer done;       // network thread only; expires at the deadline, cancelled by the answer

  Job(const asio::any_io_executor& executor, std::chrono::steady_clock::time_point at) : done(executor, at) {
    call.deadline = at;
  }
};

void run(const std::shared_ptr<Job>& job, engine::Service& service, const asio::any_io_executor& network) {
  Stage expected = Stage::kQueued;
  if (!job->stage.compare_exchange_strong(expected, Stage::kRunning)) return;
  auto reply = std::make_unique<Reply>(handle(service, job->call, job->match, job->request));
  job->request.body = {};
  job->share = {};
  asio::post(network, [job, answer = std::move(reply)]() mutable {
    job->reply = std::move(answer);
    job->done.cancel();
  });
}

Reply late_reply(Job& job) {
  Stage expected = Stage::kQueued;
  if (job.stage.compare_exchange_strong(expected, Stage::kAbandoned)) {
    return error_reply(503, "the request waited in the queue past its deadline; nothing was done, try again");
  }
  return error_reply(504,
                     "the deadline passed while the request was being worked on; a change that it asks for may still "
                     "take effect, so read before you repeat it");
}

}  // namespace

asio::awaitable<Reply> dispatch(Core& core, const RouteMatch& match, Request request, BodyShare share) {
  const auto network = co_await asio::this_coro::executor;
  const auto deadline = std::chrono::steady_clock::now() + core.config.request_deadline;
  auto job = std::make_shared<Job>(network, deadline);
  job->match = match;
  job->call.request_id = request.id;
  job->request = std::move(request);
  job->share = std::move(share);
  auto task = [job, service = core.service, network] { run(job, *service, network); };
  if (!core.queue.try_submit(std::move(task))) {
    co_return error_reply(503, "the server is busy: its queue is full; nothing was done, try again");
  }
  // The answer is posted to this thread, so it cannot come before this wait has begun.
  co_await job->done.async_wait(asio::as_tuple(asio::use_awaitable));
  if (job->reply == nullptr) co_return late_reply(*job);
  co_return std::move(*job->reply);
}

}  // namespace whorl::server
