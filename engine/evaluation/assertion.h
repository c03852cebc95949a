// A claim about a run, for machines that must stop when it is not so: "fnir@fpir=0.01<=0.02".
//
// Measures: eer, fte, fnmr@fmr=X, fnir@fpir=X, dir@fpir=X (found first), cmc@rank=R; those of searches take
// ",fingers=K" too (1 when absent). The comparison is <= or >=. A claim is shown when the whole 95 % interval is on its
// side, refuted when the whole interval is on the other; else the sample does not decide, and neither does it where it
// supports no such rate.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/evaluation/identification/study.h"
#include "engine/evaluation/rates.h"
#include "engine/evaluation/trial.h"

namespace whorl::evaluation {

struct Assertion {
  std::string text;     // as it was written
  std::string measure;  // "fnir@fpir", without its number
  double at = 0;        // the number; 0 where there is none
  int fingers = 1;
  bool at_most = true;  // <=
  double limit = 0;
};

// Errors: kInvalidInput for a measure that there is not, a number out of range, or another form; over 200 bytes.
Result<Assertion> parse_assertion(std::string_view text);

enum class Judgement { kTrue, kFalse, kNotShown };
std::string_view name_of(Judgement judgement);  // "true", "false", "not shown"

struct Judged {
  Assertion assertion;
  std::string set;
  Judgement judgement = Judgement::kNotShown;
  bool supported = true;
  double value = 0;
  double low = 0;
  double high = 1;
  std::string note;  // where nothing is supported: why

  // "false: fnir@fpir=0.01<=0.01 in FCJ2020_A: 2.00 %, 95 % interval 1.00 % to 3.60 %"
  [[nodiscard]] std::string text() const;
};

// What a run has to judge by. The numbers that assertions name must be among the operating points.
struct Evidence {
  const std::vector<Rates>& rates;  // one a trial
  const std::vector<Trial>& trials;
  const std::vector<SearchStudy>& searches;
  BootstrapOptions bootstrap;
};

// One for each set that has the measure. Errors: kInvalidInput when none has it.
Result<std::vector<Judged>> judge(const Assertion& assertion, const Evidence& evidence);

boost::json::array judged_json(const std::vector<Judged>& all);

}  // namespace whorl::evaluation
