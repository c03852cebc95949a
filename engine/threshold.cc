// Thresholds from rates.
#include "engine/threshold.h"

#include <algorithm>
#include <cmath>

namespace whorl::engine {

double identify_threshold_db(double target_fpir, std::uint64_t persons) {
  return 10.0 * std::log10(static_cast<double>(std::max<std::uint64_t>(1, persons)) / target_fpir);
}

double verify_threshold_db(double target_fmr) { return -10.0 * std::log10(target_fmr); }

}  // namespace whorl::engine
