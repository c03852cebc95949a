// What the network of the ridge flow is worth on sensors that neither it nor the score models saw.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "bench/training/corpus.h"

namespace whorl::training {

// A table: each set by first models that were trained on the others, all prints extracted by the network that never saw
// the set
// (`nets`/flow_net_SET.bin); then `tests` by models and a network that saw all the sets (flow_net_all.bin). The same by
// gradients alone in the row before. Prints each row to standard output when it is done. Cost: two minutes on two
// cores. Errors: those of reading the networks and of comparing.
Status print_flow_worth(const std::vector<CorpusSet>& sets, const std::vector<CorpusSet>& tests,
                        const std::string& nets);

// A table: templates of the extractor before the network against each other, against this build's, and this build's,
// all by the models that ship. Prints as print_flow_worth does. Errors: those of comparing.
Status print_versions(const std::vector<CorpusSet>& sets);

}  // namespace whorl::training
