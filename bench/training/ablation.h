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
// Of a table in GitHub's Markdown: the heading with its rule, and a cell (" 1.43 (2.50) |").
std::string heading_of(const std::string& what, const std::vector<std::string>& columns);
std::string cell_of(const ErrorRates& rates);

struct Variant {
  std::string name;
  std::function<void(fingerprint::ExtractParameters&, fingerprint::CompareParameters&, FeatureMask&)> change;
  double bent_weight = kBentWeight;        // of each set of bent prints; 0: they are not trained on
  double damaged_weight = kDamagedWeight;  // of the damaged prints of each real set; 0: they are not trained on
};

// The product as it is, then every variant of the table.
std::vector<Variant> variants();

// Of so many trainings with other seeds a row has the means: one alone is luck by a pair or two.
inline constexpr int kTrainings = 3;

struct AblationRow {
  std::string name;
  std::vector<ErrorRates> left_out;  // of each real set, by models of the others
  std::vector<ErrorRates> tests;     // of each set that only measures, by models of all
};

// Extracts, compares and trains anew as the variant says. `tests` only measure. Errors: kInvalidInput of a set without
// pairs. Some minutes on two cores.
Result<AblationRow> measure(const std::vector<CorpusSet>& corpus, const std::vector<CorpusSet>& tests,
                            const Variant& variant);

// GitHub's Markdown; `sets` are the real ones.
std::string markdown(const std::vector<AblationRow>& rows, const std::vector<std::string>& sets,
                     const std::vector<std::string>& tests);

}  // namespace whorl::training
