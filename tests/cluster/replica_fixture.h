// A part of three replicas and two fronts in one process, over a bus whose links can be cut.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <fstream>

#include "cluster/front.h"
#include "cluster/part_group.h"
#include "cluster/part_server.h"
#include "cluster/replica_log.h"
#include "cluster/replica_world.h"
#include "index/gallery.h"
#include "tests/cluster/cluster_fixture.h"
#include "tests/support/moved_world.h"

namespace whorl::cluster {

inline constexpr std::size_t kReplicasOfTest = 3;
inline constexpr const char* kReplicaNames[kReplicasOfTest] = {"p1", "p2", "p3"};

// An end of the bus that nothing leaves, and nothing reaches, while its link is cut.
class CutBus final : public Bus {
 public:
  using Link = std::shared_ptr<std::atomic<bool>>;
  CutBus(std::shared_ptr<LocalBroker> broker, Link cut) : bus_(std::move(broker)), cut_(std::move(cut)) {}

  Result<Waiting> send(const std::string& subject, ByteView message,
                       std::function<Bytes(ByteView)> asked_back) override {
    if (*cut_) return unavailable("the broker is not reached");
    WHORL_ASSIGN(auto waiting, bus_.send(subject, message, std::move(asked_back)));
    return Waiting([waiting = std::move(waiting), cut = cut_](Until until) -> Result<Bytes> {
      auto out = waiting(until);
      if (*cut) return unavailable("the connection to the broker was lost meanwhile");
      return out;
    });
  }
  Result<std::unique_ptr<Listening>> listen(const std::string& subject, std::function<void(Delivery)> hear) override {
    return bus_.listen(subject, [hear = std::move(hear), cut = cut_](Delivery delivery) {
      if (*cut) return;
      delivery.answer = [cut, answer = std::move(delivery.answer)](ByteView message) {
        if (!*cut) answer(message);
      };
      hear(std::move(delivery));
    });
  }
  [[nodiscard]] std::size_t most_bytes() const override { return bus_.most_bytes(); }

 private:
  LocalBus bus_;
  Link cut_;
};

class TestReplicas {
 public:
  TestReplicas() {
    std::ofstream(folder_.path() / "cluster.toml")
        << "name = \"test\"\nkey = \"cluster.key\"\nanswer_within_ms = 20000\nservers = [\"nats://127.0.0.1:4222\"]\n"
           "[[parts]]\nname = \"p\"\nslices = [\"0-4095\"]\nreplicas = [\"p1\", \"p2\", \"p3\"]\n";
    const auto key = folder_.path() / "cluster.key";
    std::ofstream(key) << std::string(kClusterKeyBytes, 7);
    std::filesystem::permissions(key, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    for (auto& each : replicas_) each.cut = std::make_shared<std::atomic<bool>>(false);
  }
  [[nodiscard]] ClusterConfig config() const { return read_cluster_config(folder_.path() / "cluster.toml").value(); }
  [[nodiscard]] Setting setting() const { return setting_of(config(), engine_at({}).calibrations); }
  [[nodiscard]] std::filesystem::path folder(const std::string& name) const { return folder_.path() / name; }

  Status start_replica(std::size_t i) {
    auto& each = replicas_[i];
    each.bus = std::make_unique<CutBus>(broker_, each.cut);
    engine::EngineConfig with = engine_at(folder(kReplicaNames[i]));
    with.lets_go_when_told = true;
    WHORL_ASSIGN(each.engine, engine::Engine::open(std::move(with), world_));
    ReplicaTimes times = times_;
    times.options.fill(options_[i]);
    times.world = &clock_;
    times.heartbeat = std::chrono::milliseconds(100);
    times.patience = std::chrono::milliseconds(600);
    times.answer = std::chrono::milliseconds(1000);
    WHORL_ASSIGN(each.server,
                 PartServer::start(*each.engine, *each.bus, config(), kReplicaNames[i], setting(), 2, {}, times));
    return {};
  }
  void stop_replica(std::size_t i) {
    replicas_[i].server.reset();
    replicas_[i].engine.reset();
    replicas_[i].bus.reset();
  }
  // Its disk is lost.
  void lose(std::size_t i) {
    stop_replica(i);
    std::filesystem::remove_all(folder(kReplicaNames[i]));
  }
  // For replicas that are started from now on.
  ReplicaTimes& times() { return times_; }
  void set_options(std::size_t i, std::uint8_t options) { options_[i] = options; }
  // Of leaders, for the dates of changes.
  void move_clock(std::chrono::hours ahead) { clock_.ahead = ahead; }
  LocalBroker& broker() { return *broker_; }
  void cut(std::size_t i, bool cut) { *replicas_[i].cut = cut; }
  [[nodiscard]] bool runs(std::size_t i) const { return replicas_[i].server != nullptr; }
  [[nodiscard]] bool is_cut(std::size_t i) const { return *replicas_[i].cut; }
  [[nodiscard]] Position position(std::size_t i) const { return *replicas_[i].server->position(); }
  engine::Engine& engine(std::size_t i) { return *replicas_[i].engine; }
  // The last change that is not in a replica's log any more; 0 where that is just changing.
  std::uint64_t log_begins_behind(std::size_t i) {
    const auto log = ReplicaLog::open(*engine(i).exchange_rows());
    return log.ok() ? log->promises().base : 0;
  }
  Bus& bus(std::size_t i) { return *replicas_[i].bus; }

  void start() {
    for (std::size_t i = 0; i < kReplicasOfTest; ++i) {
      const Status started = start_replica(i);
      ASSERT_TRUE(started.ok()) << started.error().text();
    }
    for (std::size_t i = 0; i < fronts_.size(); ++i) {
      auto opened =
          Front::open(config(), engine_at(folder("front-" + std::to_string(i))), std::make_unique<LocalBus>(broker_));
      ASSERT_TRUE(opened.ok()) << opened.error().text();
      fronts_[i] = std::move(opened).value();
    }
  }
  Front& front(std::size_t i = 0) { return *fronts_[i]; }

  // Which replica leads, of those that run.
  [[nodiscard]] std::optional<std::size_t> leader() const {
    for (std::size_t i = 0; i < kReplicasOfTest; ++i) {
      if (runs(i) && !is_cut(i) && position(i).leader == kReplicaNames[i]) return i;
    }
    return {};
  }
  // Names of everybody whom a replica holds.
  std::vector<std::string> people(std::size_t i) {
    std::vector<std::string> out;
    const auto content = engine(i).gallery_content({}, "ALL", 0, SIZE_MAX);
    if (!content.ok()) return out;
    for (const auto& entry : content->entries) out.push_back(entry.person_id);
    return out;
  }
  [[nodiscard]] bool all_alike() const {
    const Position first = position(0);
    for (std::size_t i = 0; i < kReplicasOfTest; ++i) {
      const Position each = position(i);
      if (!each.member || each.last_index != first.last_index || each.applied != first.last_index) return false;
    }
    return true;
  }

 private:
  struct One {
    CutBus::Link cut;
    std::unique_ptr<Bus> bus;
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<PartServer> server;
  };
  tests::TemporaryDirectory folder_;
  std::shared_ptr<LocalBroker> broker_ = std::make_shared<LocalBroker>();
  tests::MovedWorld clock_;
  ReplicaWorld world_{clock_};
  ReplicaTimes times_;
  std::array<std::uint8_t, kReplicasOfTest> options_{};
  std::array<One, kReplicasOfTest> replicas_;
  std::array<std::shared_ptr<Front>, 2> fronts_;
};

// Waits for a state.
template <class Holds>
bool comes_to_be(const Holds& holds, std::chrono::seconds within = std::chrono::seconds(60)) {
  const auto until = Until::clock::now() + within;
  while (Until::clock::now() < until) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return holds();
}

inline engine::Call for_seconds(int seconds) {
  engine::Call out;
  out.deadline = Until::clock::now() + std::chrono::seconds(seconds);
  return out;
}

}  // namespace whorl::cluster
