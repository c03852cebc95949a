#include "tests/engine/engine_fixture.h"

#include <stdexcept>

#include "templates/fingerprint/compare/compare.h"

namespace whorl::engine {

const Calibration& test_calibration() {
  static const Calibration calibration = [] {
    constexpr std::uint64_t kFingers = 120;
    std::vector<fingerprint::PreparedTemplate> first;
    std::vector<double> non_mated;
    std::vector<double> mated;
    for (std::uint64_t i = 0; i < kFingers; ++i) {
      const auto finger = tests::random_finger(1'000'000 + i);
      first.emplace_back(finger);
      const fingerprint::PreparedTemplate second(tests::another_capture(finger, 5));
      mated.push_back(fingerprint::compare(first.back(), second).score);
      for (std::uint64_t j = 0; j < i; ++j) non_mated.push_back(fingerprint::compare(first[j], second).score);
    }
    return Calibration::fit(non_mated, std::move(mated), "random fingers").value();
  }();
  return calibration;
}

std::shared_ptr<Engine> opened_engine(const std::filesystem::path& gallery) {
  EngineConfig config;
  config.directory = gallery;
  config.calibrations[Modality::kFinger] = test_calibration();
  auto opened = Engine::open(std::move(config));
  if (!opened.ok()) throw std::runtime_error(opened.error().text());
  return std::move(opened).value();
}

}  // namespace whorl::engine
