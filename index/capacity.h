// What a gallery of a given size takes: measured constants, and what they add up to.
#pragma once

#include <cstdint>
#include <string>

namespace whorl::index {

// Measured: a finger's prepared template and places in its shard.
inline constexpr std::uint64_t kTypicalFingerBytes = 5200;
// Measured: an encounter's marks and its place in the directory.
inline constexpr std::uint64_t kMarkBytesOfEncounter = 60;

// "7.9 GiB", "512 MiB".
std::string gibibytes(std::uint64_t bytes);

}  // namespace whorl::index
