#include "server/http/dispatch.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <memory>

#include "base/base64.h"
#include "base/catalogue.h"
#include "server/http/deadline_timer.h"
#include "server/http/exchange.h"

namespace whorl::server {
namespace {

namespace asio = boost::asio;

using Clock = std::chrono::steady_clock;
using Turn = WorkerQueue::Turn;

enum class Stage { kQueued, kRunning, kAbandoned };

struct Job {
  RouteMatch match;
  Request request;
  BodyShare share;
  engine::Call call;
  engine::AuditLeaf leaf;  // of the call
  std::atomic<Stage> stage{Stage::kQueued};
  Turn turn;  // when it came, and later as its work is more
  Weighing weighing;
  std::unique_ptr<Reply> reply;  // written by the worker, read by the network thread after the post below
  DeadlineTimer done;            // network thread only; ends at the deadline, or stopped by the answer

  Job(const asio::any_io_executor& executor, World& world, Turn came, Clock::duration deadline)
      : turn(came), done(executor, world, came + deadline) {
    call.deadline = came + deadline;
    call.leaf = &leaf;
  }
};

// How much later than when it came a request has its turn: some ten times as long as the work takes, so that what is
// small and comes soon after it goes first; at most a quarter of the deadline, so that it has its turn.
Clock::duration put_back(std::uint64_t pixels, Clock::duration deadline) {
  constexpr std::chrono::duration<double> kAPixel(3e-6);
  const std::chrono::duration<double> wanted = kAPixel * static_cast<double>(pixels);
  const Clock::duration most = deadline / 4;
  return wanted < most ? std::chrono::duration_cast<Clock::duration>(wanted) : most;
}

Reply busy_reply() { return error_reply(503, failure(ErrorCode::kBusy)); }

// Into the queue for as much work as it is.
bool submit(Core& core, const std::shared_ptr<Job>& job, const asio::any_io_executor& network);

void answer(const std::shared_ptr<Job>& job, Reply reply, const asio::any_io_executor& network) {
  job->request.body = {};
  job->share = {};
  asio::post(network, [job, done = std::make_unique<Reply>(std::move(reply))]() mutable {
    job->reply = std::move(done);
    job->done.stop();
  });
}

// What the caller needs to ask for the proof that the log tells of this.
Reply with_leaf(Reply reply, const audit::Noted& noted) {
  if (noted.n) {
    reply.headers.emplace_back("Whorl-Audit-Leaf", std::to_string(*noted.n) + " " + encode_base64(noted.hash));
  }
  return reply;
}

// On a worker.
void run(Core& core, const std::shared_ptr<Job>& job, const asio::any_io_executor& network) {
  Stage expected = Stage::kQueued;
  if (!job->stage.compare_exchange_strong(expected, Stage::kRunning)) return;
  const auto block_keys = core.block_keys();
  auto reply =
      answer_on_worker(*core.service, job->call, job->match, job->request, job->weighing, core.desk.get(), *block_keys);
  if (reply) return answer(job, with_leaf(std::move(*reply), job->leaf.noted), network);
  // Nothing was done yet, so the job waits as it did before.
  job->turn += put_back(job->weighing.pixels, core.config.request_deadline);
  job->stage = Stage::kQueued;
  if (!submit(core, job, network)) answer(job, busy_reply(), network);
}

bool submit(Core& core, const std::shared_ptr<Job>& job, const asio::any_io_executor& network) {
  WorkerQueue& queue = job->weighing.pixels > kQuickPixels ? core.long_queue : core.queue;
  return queue.try_submit(
      job->turn, [&core, job, network] { run(core, job, network); }, caller_key(job->call.who));
}

Reply late_reply(Job& job) {
  Stage expected = Stage::kQueued;
  if (job.stage.compare_exchange_strong(expected, Stage::kAbandoned)) {
    return error_reply(503, failure(ErrorCode::kWaitedTooLong));
  }
  return error_reply(504, failure(ErrorCode::kStillWorking));
}

}  // namespace

asio::awaitable<Reply> dispatch(Core& core, const RouteMatch& match, const engine::Principal& who, Request request,
                                BodyShare share) {
  const auto network = co_await asio::this_coro::executor;
  auto job = std::make_shared<Job>(network, core.world, core.world.ticks(), core.config.request_deadline);
  job->match = match;
  job->call.who = who;
  job->call.request_id = request.id;
  job->request = std::move(request);
  job->share = std::move(share);
  if (!submit(core, job, network)) co_return busy_reply();
  co_await job->done.wait();
  if (job->reply == nullptr) co_return late_reply(*job);
  co_return std::move(*job->reply);
}

}  // namespace whorl::server
