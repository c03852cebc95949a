// Pictures of the pairs that come nearest to an error, for people to see why. Private to cli.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "base/result.h"
#include "datasets/trials.h"
#include "engine/evaluation/page/page.h"

namespace whorl::cli {

// Visits the pairs of one set with the highest non-mated and then the lowest mated scores, `most` of either kind, the
// worst first; none has a picture. Errors: those of the visitor, with which it ends.
Status each_worst(const evaluation::Trial& set, const std::vector<evaluation::Sample>& samples,
                  const engine::Calibration* calibration, std::size_t most,
                  const std::function<Status(const evaluation::Pair&, evaluation::WorstPair)>& visit);

// Of each set the pairs with the highest non-mated and the lowest mated scores, a few of either kind. With `pictures`
// each has a small JPEG of both prints; a pair of samples that are no image files has none, nor has one whose files no
// longer give a template. Errors: those of the readers.
Result<std::vector<evaluation::WorstPair>> worst_of(const datasets::Trials& run, const engine::Calibration* calibration,
                                                    bool pictures);

// Writes the pictures, large and as PNG, and worst.csv, a line a picture, into `folder`, which is made. Whoever sees
// them sees prints: the files are private to their owner. Returns how many there are. Errors: kInvalidInput where no
// sample is an image file; those of the readers and of write_file.
Result<std::size_t> write_worst(const std::filesystem::path& folder, const datasets::Trials& run,
                                const engine::Calibration* calibration);

}  // namespace whorl::cli
