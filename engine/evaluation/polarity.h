// Whether scores grow with likeness, as every rule of decision here takes them to.
#pragma once

#include <vector>

namespace whorl::evaluation {

// The probability that a mated score is higher than a non-mated one, ties halved (Mann and Whitney, 1947): 1 for a
// comparator without an error, 0.5 for one that guesses. 0.5 when either list is empty. Cost: O(n log n).
double chance_of_higher(const std::vector<double>& mated, std::vector<double> non_mated);

// True where mated scores are lower than non-mated ones by more than chance: such scores are distances. `deviations`:
// how far below one half the chance of higher must lie, in standard deviations of a comparator that guesses; 1.645 is
// wrong about one guesser in twenty.
bool look_like_distances(const std::vector<double>& mated, const std::vector<double>& non_mated,
                         double deviations = 1.645);

}  // namespace whorl::evaluation
