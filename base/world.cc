#include "base/world.h"

#include <ctime>
#include <mutex>
#include <random>

namespace whorl {
namespace {

class RealWorld final : public World {
 public:
  std::chrono::system_clock::time_point now() override { return std::chrono::system_clock::now(); }
  std::chrono::steady_clock::time_point ticks() override { return std::chrono::steady_clock::now(); }
  std::uint64_t random_u64() override {
    const std::lock_guard lock(mutex_);
    return (static_cast<std::uint64_t>(device_()) << 32) | device_();
  }

 private:
  std::mutex mutex_;
  std::random_device device_;
};

class SeededWorld final : public World {
 public:
  explicit SeededWorld(std::uint64_t seed) : generator_(seed) {}
  std::chrono::system_clock::time_point now() override {
    return std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000)) + step();
  }
  std::chrono::steady_clock::time_point ticks() override { return std::chrono::steady_clock::time_point(step()); }
  std::uint64_t random_u64() override {
    const std::lock_guard lock(mutex_);
    return generator_();
  }

 private:
  std::chrono::milliseconds step() {
    const std::lock_guard lock(mutex_);
    return std::chrono::milliseconds(++calls_);
  }
  std::mutex mutex_;
  std::mt19937_64 generator_;
  std::int64_t calls_ = 0;
};

}  // namespace

std::string World::new_uuid() {
  const std::uint64_t hi = (random_u64() & 0xffffffffffff0fffULL) | 0x4000ULL;
  const std::uint64_t lo = (random_u64() & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (int i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) out += '-';
    const std::uint64_t half = i < 16 ? hi : lo;
    out += kHex[(half >> (60 - 4 * (i % 16))) & 15];
  }
  return out;
}

World& real_world() {
  static RealWorld world;
  return world;
}

std::unique_ptr<World> make_seeded_world(std::uint64_t seed) { return std::make_unique<SeededWorld>(seed); }

std::string rfc3339(std::chrono::system_clock::time_point t) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(t);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace whorl
