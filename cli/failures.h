// Pictures of the comparisons that failed, for people to see why.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "cli/figures.h"
#include "datasets/trials.h"

namespace whorl::cli {

// For each false non-match of persons (FMR 0.01 %; figures.fusion) one PNG a finger: both prints side by side, their
// minutiae, and a line for each pair that falls together; and failures.csv, a line a picture, with the numbers that say
// why. The folder is made. Returns how many pictures there are.
// Errors: kInvalidInput where a sample is no image file; those of the readers and of write_file.
Result<std::size_t> write_failures(const std::filesystem::path& folder, const datasets::Trials& run,
                                   const Figures& figures);

}  // namespace whorl::cli
