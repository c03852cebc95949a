// Error rates apart for parts of a set (by finger position, quality, or what a column of a file says of the samples)
// and by sensor, at one threshold for all. Looking at many parts finds differences that are chance: a part is marked
// only where its difference from the rest holds after Bonferroni's correction for all that were looked at.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

#include "engine/calibration.h"
#include "engine/evaluation/rates.h"
#include "engine/evaluation/trial.h"

namespace whorl::evaluation {

struct SplitPart {
  std::string name;   // "" for samples of which nothing is known
  Rate fnmr;          // mated pairs of the part
  Rate fmr;           // non-mated pairs within the part
  double p_fnmr = 1;  // that the part and the rest are alike: Fisher's exact test, two-sided
  double p_fmr = 1;
  bool differs_fnmr = false;  // p below 0.05 divided by the number of tests
  bool differs_fmr = false;
};

struct Split {
  std::string set;
  std::string by;  // "finger position", "quality", "sensor", or the column's name
  OperatingPoint at;
  std::vector<SplitPart> parts;
};

// One value for each sample of a trial.
struct SampleColumn {
  std::string name;
  std::vector<std::string> values;
};

struct SplitStudy {
  std::vector<Split> splits;
  std::size_t tests = 0;  // all tests that were made; each may err by chance
};

// `columns[i]` belong to trial i. By position where the fingers' names begin with their subject's; by quality where
// samples have one, in quarters of its scale, a pair being as good as its worse sample; by sensor where there are
// several sets, at the threshold of all together. At FMR 0.1 %, or 1 % where that is all that is supported. A part
// needs pairs of its own; one part alone is no split. Errors: kInvalidInput when columns and samples do not go
// together.
Result<SplitStudy> splits_of(const std::vector<Trial>& trials, const std::vector<std::vector<Sample>>& samples,
                             const std::vector<std::vector<SampleColumn>>& columns);

// Fisher's exact test, two-sided, of a of n against b of m.
double fisher_p(std::uint64_t a, std::uint64_t n, std::uint64_t b, std::uint64_t m);

// What to keep in mind of so many tests.
std::string caution_text(std::size_t tests);
std::string splits_text(const SplitStudy& study, const engine::Calibration* calibration);
// "set,by,part,target_fmr,threshold,db,misses,mated,fnmr_low,fnmr_high,false_matches,non_mated,fmr_low,fmr_high,p_fnmr,
// p_fmr,differs".
std::string splits_csv(const SplitStudy& study, const engine::Calibration* calibration);
boost::json::object splits_json(const SplitStudy& study);

}  // namespace whorl::evaluation
