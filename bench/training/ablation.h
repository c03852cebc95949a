// What each stage or idea is worth: the pipeline with one of them taken out or changed, trained and tested anew.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/training/leave_one_out.h"

namespace whorl::training {

// Of one trial, per cent.
struct ErrorRates {
  double eer = 0;
  double fnmr = 0;  // at FMR 0.1 %
};
ErrorRates error_rates(const evaluation::Trial& trial);
std::string cell_of(const ErrorRates& rates);  // " 1.43 (2.50) |"

struct Variant {
  std::string name;
  std::function<void(fingerprint::ExtractParameters&, fingerprint::CompareParameters&, FeatureMask&)> change;
};

// The product as it is, then every variant of the table.
std::vector<Variant> variants();

struct AblationRow {
  std::string name;
  std::vector<double> eer;   // of each set, per cent, left out of training
  std::vector<double> fnmr;  // at FMR 0.1 %, per cent
  double mean_eer = 0;
  double mean_fnmr = 0;
};

Result<AblationRow> measure(const std::vector<CorpusSet>& corpus, const Variant& variant);

// GitHub's Markdown.
std::string markdown(const std::vector<AblationRow>& rows, const std::vector<std::string>& sets);

}  // namespace whorl::training
