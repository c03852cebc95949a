// A part of a cluster: answers a front's questions about the people of its own engine, and makes the changes that it is
// told, each with its leaf in the batch of its effect.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/event.h"
#include "base/world.h"
#include "cluster/bus.h"
#include "cluster/config.h"
#include "cluster/messages.h"
#include "engine/engine.h"

namespace whorl::cluster {

// What the replicas of a part are to each other: how patient, and how alike.
struct ReplicaTimes {
  // A leader says so often that it is there.
  std::chrono::milliseconds heartbeat{200};
  // Once nobody was heard for this long, and up to as long again, another stands.
  std::chrono::milliseconds patience{1500};
  // For the answer of another replica.
  std::chrono::milliseconds answer{2000};
  // Of a change in the log, at least.
  std::chrono::milliseconds least_kept{600'000};
  // Of a change that a replica which is away has not got, at most.
  std::chrono::milliseconds most_kept{86'400'000};
  // Between two orders of a leader to let go what is due.
  std::chrono::milliseconds let_go_every{3'600'000};
  // Of this process (config.h): replicas with others do not follow each other.
  Sha256 options{};
  // Whose clock dates the changes of a leader; borrowed, null: the machine's.
  World* world = nullptr;
};

class PartServer {
 public:
  virtual ~PartServer() = default;

  // Answers until it is destroyed, with so many threads (0: as many as the machine has cores). Borrows engine and bus.
  // `name`: of the part, or of one of its replicas; the world of their engines is a ReplicaWorld. Errors: kNotFound (no
  // part of this name in the map), kInvalidInput (somebody is enrolled here whose slice is another part's: names one; a
  // replica that has people and no log), kAlreadyExists (a part of this name answers at the broker), kCorruption (of
  // its log), kUnavailable. Cost: reads the names of everybody, about 200 bytes of memory an encounter for a moment.
  static Result<std::unique_ptr<PartServer>> start(engine::Engine& engine, Bus& bus, const ClusterConfig& config,
                                                   const std::string& name, const Setting& setting, int threads = 0,
                                                   EventSink events = {}, const ReplicaTimes& times = {});

  // How far this replica is; nothing of a part that has one alone.
  [[nodiscard]] virtual std::optional<Position> position() = 0;
};

}  // namespace whorl::cluster
