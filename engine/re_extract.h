// Extracting templates again from the images that a gallery keeps, for a newer extractor than theirs. Plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"

namespace whorl::engine {

struct ReExtractRequest {
  // Every sample with a kept image. False: those of other extractor versions than this build's.
  bool all = false;
  // Is told how many of the encounters are done.
  ProgressCallback progress = {};
  // Asked before each encounter, from several threads at once; true ends the work, which a later call goes on with.
  std::function<bool()> stop = {};
  // With `all`, how far the work came is noted after each so many encounters: at most those are done twice.
  std::size_t batch = 256;
};

struct ReExtractReport {
  static constexpr std::size_t kMostFailures = 100;
  struct Failure {
    std::string person_id;
    std::string encounter_id;
    Error error;  // field "samples[i]", in the order of the record
  };
  std::uint64_t encounters = 0;     // records that were replaced
  std::uint64_t samples = 0;        // extracted again
  std::uint64_t without_image = 0;  // would have been, and keep their templates
  std::uint64_t failed = 0;         // could not be extracted from their images, and keep their templates
  std::uint64_t changed = 0;        // encounters that somebody else changed or erased meanwhile, left to a later call
  std::uint64_t resumed_after = 0;  // with `all`: encounters that an earlier call had done
  bool stopped = false;
  std::vector<Failure> failures;  // the first
};

}  // namespace whorl::engine
