// The one seam to the world: time and randomness. Tests inject their own; a run repeats from a seed.
//
// Thread-safety: every method may be called from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace whorl {

class World {
 public:
  virtual ~World() = default;
  // Wall clock, for what is stored and shown.
  virtual std::chrono::system_clock::time_point now() = 0;
  // Monotonic clock, for deadlines and durations.
  virtual std::chrono::steady_clock::time_point ticks() = 0;
  // 64 unpredictable bits (the operating system's generator in the real world).
  virtual std::uint64_t random_u64() = 0;

  // A random UUID, version 4, from random_u64.
  std::string new_uuid();
};

// The machine's own clocks and random generator.
World& real_world();

// Time starts at a fixed instant and advances one millisecond a call; randomness is a seeded sequence.
std::unique_ptr<World> make_seeded_world(std::uint64_t seed);

// RFC 3339 in UTC with seconds, e.g. "2024-11-18T14:21:00Z".
std::string rfc3339(std::chrono::system_clock::time_point t);

}  // namespace whorl
