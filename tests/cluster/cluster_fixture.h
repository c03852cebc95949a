// A cluster of four parts and a front in one process, over a bus in the process or over a broker of its own, beside one
// engine that holds the same people.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <fstream>

#include "cluster/front.h"
#include "cluster/part_server.h"
#include "cluster/seal.h"
#include "tests/cluster/local_bus.h"
#include "tests/cluster/nats_broker.h"
#include "tests/engine/engine_fixture.h"

namespace whorl::cluster {

enum class Over { kProcess, kNats };

inline constexpr std::size_t kPartsOfTest = 4;
inline constexpr const char* kPartNames[kPartsOfTest] = {"a", "b", "c", "d"};

inline engine::EngineConfig engine_at(const std::filesystem::path& folder) {
  engine::EngineConfig out;
  out.directory = folder;
  out.calibrations[Modality::kFinger] = engine::test_calibration();
  out.threads = 2;
  return out;
}

class TestCluster {
 public:
  // Not `ready()` where there is no broker.
  explicit TestCluster(Over over) : over_(over) {
    if (over == Over::kNats) broker_ = std::make_unique<NatsBroker>(folder_.path());
    write_config("cluster.toml", "0-1023", "1024-2047");
    write_key("cluster.key", 7);
  }
  [[nodiscard]] bool ready() const { return over_ == Over::kProcess || broker_->port() != 0; }

  // The first two parts' slices are as given, the others have half of what is left each.
  std::filesystem::path write_config(const std::string& name, const std::string& first, const std::string& second,
                                     const std::string& key = "cluster.key") {
    std::filesystem::path file = folder_.path() / name;
    std::ofstream out(file);
    out << "name = \"test\"\nkey = \"" << key << "\"\nanswer_within_ms = 20000\nservers = [\""
        << (over_ == Over::kNats ? broker_->url() : "nats://127.0.0.1:4222") << "\"]\n";
    const std::array<std::string, kPartsOfTest> slices{first, second, "2048-3071", "3072-4095"};
    for (std::size_t i = 0; i < kPartsOfTest; ++i) {
      out << "[[parts]]\nname = \"" << kPartNames[i] << "\"\nslices = [\"" << slices[i] << "\"]\n";
    }
    return file;
  }
  void write_key(const std::string& name, char byte) {
    const std::filesystem::path file = folder_.path() / name;
    std::ofstream(file) << std::string(kClusterKeyBytes, byte);
    std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  [[nodiscard]] ClusterConfig config(const std::string& name = "cluster.toml") const {
    auto read = read_cluster_config(folder_.path() / name);
    EXPECT_TRUE(read.ok()) << read.error().text();
    return std::move(read).value();
  }
  [[nodiscard]] std::unique_ptr<Bus> bus() {
    if (over_ == Over::kProcess) return std::make_unique<LocalBus>(local_);
    auto connected = connect_nats(config().broker, "test");
    EXPECT_TRUE(connected.ok()) << connected.error().text();
    return std::move(connected).value();
  }
  LocalBroker& local() { return *local_; }
  [[nodiscard]] pid_t broker_process() const { return broker_->process(); }
  [[nodiscard]] std::filesystem::path folder(const std::string& name) const { return folder_.path() / name; }

  Status start_part(std::size_t i, const std::string& config_name = "cluster.toml") {
    Part& part = parts_[i];
    part.bus = bus();
    WHORL_ASSIGN(part.engine, engine::Engine::open(engine_at(folder(std::string("part-") + kPartNames[i]))));
    const ClusterConfig with = config(config_name);
    WHORL_ASSIGN(part.server, PartServer::start(*part.engine, *part.bus, with, kPartNames[i],
                                                setting_of(with, engine_at({}).calibrations), 2));
    return {};
  }
  void stop_part(std::size_t i) {
    parts_[i].server.reset();
    parts_[i].bus.reset();
    parts_[i].engine.reset();
  }
  void start() {
    for (std::size_t i = 0; i < kPartsOfTest; ++i) {
      const Status started = start_part(i);
      ASSERT_TRUE(started.ok()) << started.error().text();
    }
    auto opened = Front::open(config(), engine_at(folder("front")), bus());
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    front_ = std::move(opened).value();
  }

  Front& front() { return *front_; }
  engine::Engine& part(std::size_t i) { return *parts_[i].engine; }

 private:
  struct Part {
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<Bus> bus;
    std::unique_ptr<PartServer> server;
  };

  const Over over_;
  tests::TemporaryDirectory folder_;
  std::unique_ptr<NatsBroker> broker_;
  std::shared_ptr<LocalBroker> local_ = std::make_shared<LocalBroker>();
  std::array<Part, kPartsOfTest> parts_;
  std::shared_ptr<Front> front_;
};

// Person i has a right index finger of their own.
inline Sample finger_of(int i, std::uint64_t capture) {
  return engine::sample(engine::FingerPosition::kRightIndex,
                        tests::another_capture(tests::random_finger(static_cast<std::uint64_t>(i) * 10 + 2), capture));
}

inline engine::EnrolRequest enrolment_of(int i) {
  engine::EnrolRequest out;
  out.person_id = "person-" + std::to_string(i);
  out.encounter_id = "e1";
  out.samples = {finger_of(i, 1)};
  if (i % 5 == 0) out.galleries.emplace_back("visa");
  return out;
}

inline engine::IdentifyRequest search_for(int i) {
  engine::IdentifyRequest out;
  out.samples = {finger_of(i, 99)};
  return out;
}

}  // namespace whorl::cluster
