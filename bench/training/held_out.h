// What the second models and the calibration are worth on non-mated pairs that had no part in either.
#pragma once

#include <string>
#include <vector>

#include "bench/training/depth.h"

namespace whorl::training {

// Rows of Markdown: of each real set scored by models that never saw it, and of each of `tests`, the share of
// mated pairs that score above the highest (and above the tenth highest) of its non-mated ones: those within the set
// and those among `counted` and `tested` that one of its prints is in. By the first models alone, and with the second.
std::string highest_non_mated_table(const std::vector<SetEvidence>& sets, const std::vector<SetEvidence>& tests,
                                    const NonMated& non_mated, const Models& models,
                                    const fingerprint::CompareParameters& compare);

// Rows of Markdown: each real set in turn left out of training and of the calibration, fitted by the same
// rule; how many of its non-mated pairs reach each claim, and how many would if the claim were true. This is what
// kSensorMargin_db answers for. `left_out`: trials of `sets`, each by models that never saw it. Errors: those
// of Calibration::fit.
Result<std::string> left_out_claims_table(const std::vector<evaluation::Trial>& left_out, const NonMated& non_mated,
                                          const Models& models, const fingerprint::CompareParameters& compare);

}  // namespace whorl::training
