// What a score of two samples that are compared outside any gallery is worth, in words. Pure.
#pragma once

#include <string>

namespace whorl::cli {

// "36.0 dB: 1 in 3981 comparisons of different fingers of any two positions scores this high"; beyond `supported_db`,
// up to which false matches were counted, no odds of the score's own. `whom`: "different fingers".
std::string odds_text(double score_db, double supported_db, const std::string& whom);

}  // namespace whorl::cli
