// A whole encounter file into a gallery, going on where a killed load stopped.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_system.h"
#include "index/gallery.h"

namespace whorl::index {

struct LoadReport {
  std::uint64_t encounters = 0;  // loaded by this run
  std::uint64_t fingers = 0;
  std::uint64_t resumed_after = 0;  // records that an earlier run had gone through
  std::uint64_t refused = 0;        // by this run
  // The first of them.
  static constexpr std::size_t kMaxRefusals = 100;
  std::vector<LoadOutcome::Refusal> refusals;
};

// Whom a load takes of a file; `name` tells one choice from another where a killed load goes on.
struct LoadOnly {
  std::string name;
  std::function<bool(std::string_view person_id)> wanted;  // empty: everybody
};

// Loads every encounter of the file that the gallery does not have; those that it has, or that are not acceptable, are
// refused one by one and the others loaded. Each batch goes in whole or not at all, with a mark of how far the load
// came: after a kill the same call on the same file goes on there; nothing is lost and nothing doubled.
// `progress(done, total)` in bytes of the file, from this thread. `only`: whoever it does not want is passed over.
// Errors: those of EncounterFileReader (what was loaded before stays), kExhausted, kUnavailable.
Result<LoadReport> load_file(Gallery& gallery, const std::filesystem::path& path,
                             const std::function<void(std::uint64_t, std::uint64_t)>& progress = {},
                             FileSystem& files = real_file_system(), const LoadOnly& only = {});

}  // namespace whorl::index
