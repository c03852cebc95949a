#include "cli/odds_text.h"

#include <cmath>

#include "base/grouped.h"
#include "base/text.h"

namespace whorl::cli {

std::string odds_text(double score_db, double supported_db, const std::string& whom) {
  const std::string level = fixed(score_db) + " dB: ";
  if (score_db > supported_db) {
    return level + "how seldom " + whom + " score as much is beyond what was measured (" +
           rounded_odds(std::pow(10.0, -supported_db / 10)) + ")";
  }
  return level + "1 in " + fixed(std::pow(10.0, score_db / 10), 0) + " comparisons of " + whom + " scores this high";
}

}  // namespace whorl::cli
