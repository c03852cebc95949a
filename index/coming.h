// What a gallery would have to hold besides: of encounters that are to come from another one, before any is put in.
// A plain value; thread-safe as such.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "base/result.h"
#include "index/moment.h"

namespace whorl::index {

// What a kept image takes of memory while its encounter is put in, as a multiple of its bytes.
inline constexpr std::uint64_t kCopiesOfImage = 3;

struct Coming {
  std::uint64_t encounters = 0;
  std::uint64_t bytes = 0;  // of memory, at most, by the gallery's own count
  // As searches know them: those that are in a gallery and inactive are under a name of their own.
  std::set<std::string> galleries;

  void add(const Coming& more);
};

// Of one, with its images. Reads the record, prepares nothing. Errors: kCorruption.
Result<Coming> coming_of(const CopiedEncounter& one);

}  // namespace whorl::index
