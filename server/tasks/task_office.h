// The threads that work on tasks and the one that sends their results, over one desk.
#pragma once

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "base/world.h"
#include "engine/access/block_keys.h"
#include "engine/service.h"
#include "server/http/router.h"
#include "server/tasks/callback_sender.h"
#include "server/tasks/task_desk.h"

namespace whorl::server {

struct OfficeConfig {
  std::size_t workers = 1;
  std::chrono::milliseconds deadline{std::chrono::minutes(5)};  // of one run of a task
  std::size_t most_sendings = 64;                               // at once
  std::size_t most_sendings_of_origin = 4;                      // so that one that is slow delays nobody else's
  SendLimits send = {};
  NameLookup::Resolve resolve = NameLookup::of_system;
  // Of what is encrypted or signed within the bodies, as they are when the work begins; never null.
  std::function<std::shared_ptr<const access::BlockKeys>()> block_keys;
};

// Thread-safe.
class TaskOffice {
 public:
  // All outlive it.
  TaskOffice(engine::Service& service, const RouteTable& routes, World& world, TaskDesk& desk, OfficeConfig config);
  // As stop().
  ~TaskOffice();

  // Work that has begun is finished, what waits is left for the next start; results under way are cut. Idempotent.
  void stop();

  TaskOffice(const TaskOffice&) = delete;
  TaskOffice& operator=(const TaskOffice&) = delete;

 private:
  void work();
  void run(const Task& task);

  engine::Service& service_;
  const RouteTable& routes_;
  World& world_;
  TaskDesk& desk_;
  const OfficeConfig config_;
  class Sending;
  std::unique_ptr<Sending> sending_;
  std::vector<std::thread> workers_;
};

}  // namespace whorl::server
