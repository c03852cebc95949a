// Runs the mining that training and counting need, population by population.
#pragma once

#include "bench/training/depth.h"

namespace whorl::training {

// Manifests of the two synthetic populations; the set's name is the folder's. The second calibrates with
// three fifths of its fingers; the rest only try what came out.
struct NonMatedSources {
  std::string mined;
  std::string counted;
};

// `content`: of the synthetic prints, that of the others. `prints`: of the sets, in their order; `tests`: of those that
// only measure. Progress goes to standard error. Errors: those of the readers.
Result<NonMated> find_non_mated(const NonMatedSources& sources, const std::vector<Prints>& prints,
                                const std::vector<Prints>& tests, Content content,
                                const fingerprint::ScoreModels& first);

}  // namespace whorl::training
