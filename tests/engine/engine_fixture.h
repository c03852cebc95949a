// An engine over a temporary gallery, with a calibration of the tests' own, and persons made of random fingers.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "engine/engine.h"
#include "tests/support/random_prints.h"
#include "tests/support/shared_data.h"

namespace whorl::engine {

// Fitted once to comparisons of random fingers, which are not the fingers that the tests use.
const Calibration& test_calibration();

// Over a gallery in this folder, which it makes where there is none. Throws std::runtime_error where it does not open.
std::shared_ptr<Engine> opened_engine(const std::filesystem::path& gallery);

constexpr std::uint8_t number(FingerPosition position) { return static_cast<std::uint8_t>(position); }

inline Sample sample(FingerPosition position, const fingerprint::FingerprintTemplate& finger) {
  return {Modality::kFinger, number(position), Format::kNativeFinger, tests::native(finger), {}};
}

class EngineTest : public testing::Test {
 protected:
  void SetUp() override { reopen(); }

  [[nodiscard]] EngineConfig config() const {
    EngineConfig config;
    config.directory = directory_.path() / "gallery";
    config.calibrations[Modality::kFinger] = test_calibration();
    config.threads = 2;
    return config;
  }

  void reopen() {
    engine_.reset();
    auto opened = Engine::open(config(), *world_);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    engine_ = std::move(opened).value();
  }

  Engine& engine() { return *engine_; }
  void close() { engine_.reset(); }

  // Person i has two fingers of their own: right index and left index.
  static std::vector<Sample> fingers_of(int i, std::uint64_t capture) {
    const auto seed = static_cast<std::uint64_t>(i) * 10;
    return {sample(FingerPosition::kRightIndex, tests::another_capture(tests::random_finger(seed + 2), capture)),
            sample(FingerPosition::kLeftIndex, tests::another_capture(tests::random_finger(seed + 7), capture))};
  }

  static EnrolRequest enrol_request(int i, std::uint64_t capture = 1) {
    EnrolRequest request;
    request.person_id = "p" + std::to_string(i);
    request.encounter_id = "e" + std::to_string(capture);
    request.samples = fingers_of(i, capture);
    return request;
  }

  void enrol_person(int i, std::uint64_t capture = 1, PersonRule rule = PersonRule::kNew) {
    EnrolRequest request = enrol_request(i, capture);
    request.person_rule = rule;
    const auto receipt = engine().enrol({}, request);
    ASSERT_TRUE(receipt.ok()) << receipt.error().text();
  }

  static IdentifyRequest identify_person(int i, std::uint64_t capture = 99) {
    IdentifyRequest request;
    request.samples = fingers_of(i, capture);
    return request;
  }

 private:
  tests::TemporaryDirectory directory_;
  std::unique_ptr<World> world_ = make_seeded_world(1);
  std::unique_ptr<Engine> engine_;
};

}  // namespace whorl::engine
