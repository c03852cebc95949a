#include "server/http/dispatch.h"

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <memory>

#include "server/http/deadline_timer.h"
#include "server/http/exchange.h"

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
  DeadlineTimer done;            // network thread only; ends at the deadline, or stopped by the answer

  Job(const asio::any_io_executor& executor, World& world, std::chrono::steady_clock::time_point at)
      : done(executor, world, at) {
    call.deadline = at;
  }
};

void run(const std::shared_ptr<Job>& job, engine::Service& service, const asio::any_io_executor& network) {
  Stage expected = Stage::kQueued;
  if (!job->stage.compare_exchange_strong(expected, Stage::kRunning)) return;
  auto reply = std::make_unique<Reply>(answer_on_worker(service, job->call, job->match, job->request));
  job->request.body = {};
  job->share = {};
  asio::post(network, [job, answer = std::move(reply)]() mutable {
    job->reply = std::move(answer);
    job->done.stop();
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
  const auto deadline = core.world.ticks() + core.config.request_deadline;
  auto job = std::make_shared<Job>(network, core.world, deadline);
  job->match = match;
  job->call.request_id = request.id;
  job->request = std::move(request);
  job->share = std::move(share);
  auto task = [job, service = core.service, network] { run(job, *service, network); };
  if (!core.queue.try_submit(std::move(task))) {
    co_return error_reply(503, "the server is busy: its queue is full; nothing was done, try again");
  }
  co_await job->done.wait();
  if (job->reply == nullptr) co_return late_reply(*job);
  co_return std::move(*job->reply);
}

}  // namespace whorl::server
