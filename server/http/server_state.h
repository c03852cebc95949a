// What the connections of one server share. Private to server/.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/world.h"
#include "server/access/door.h"
#include "server/http/body_pool.h"
#include "server/http/router.h"
#include "server/http/worker_queue.h"
#include "server/operations/metrics.h"
#include "server/server.h"
#include "server/tasks/task_office.h"

namespace whorl::server {

class Connection;

// Everything but the queues, `access`, `metrics`, `service` and `bodies` belongs to the network thread.
struct Core {
  // `routes` and `world` outlive it.
  // `access` null: everybody is the local user.
  Core(ServerConfig config_in, std::shared_ptr<engine::Service> service_in, const RouteTable& routes_in,
       World& world_in, std::size_t workers, std::unique_ptr<AccessFiles> access_in, std::unique_ptr<TaskDesk> desk_in)
      : config(std::move(config_in)),
        service(std::move(service_in)),
        routes(routes_in),
        world(world_in),
        run(run_name(world_in)),
        access(std::move(access_in)),
        door_log(*service),
        door(world_in, metrics, door_log, access.get()),
        bodies(config.max_bodies_bytes),
        desk(std::move(desk_in)),
        queue(workers, config.queue_capacity),
        long_queue(std::max<std::size_t>(1, workers / 2), config.queue_capacity, WorkerQueue::Priority::kLow) {}

  const ServerConfig config;
  const std::shared_ptr<engine::Service> service;
  const RouteTable& routes;
  World& world;
  const std::string run;  // random, one a server: request ids stay apart over restarts
  std::uint64_t requests = 0;
  Metrics metrics;
  const std::unique_ptr<AccessFiles> access;
  DoorLog door_log;
  Door door;
  BodyPool bodies;  // that are being read or worked on
  // Null where no callbacks are allowed.
  std::unique_ptr<TaskDesk> desk;
  bool stopping = false;
  std::set<Connection*> connections;
  std::function<void()> on_last_connection;  // called when the set runs empty
  // Last: their threads use the members above. The quick one's workers put work that is long into the other.
  WorkerQueue queue;
  WorkerQueue long_queue;
  std::optional<TaskOffice> office;  // where there is a desk; opened once the server listens

  // Of the access files as they are now. Thread-safe.
  [[nodiscard]] std::shared_ptr<const access::BlockKeys> block_keys() const {
    static const auto none = std::make_shared<const access::BlockKeys>();
    return access ? access->now()->blocks : none;
  }

  static std::string run_name(World& world);
  std::string next_request_id() { return run + "-" + std::to_string(++requests); }
};

}  // namespace whorl::server
