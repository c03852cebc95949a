// Figures as text: a table for people, CSV and JSON for machines.
#pragma once

#include <string>
#include <vector>

#include "engine/evaluation/histogram.h"
#include "engine/evaluation/rates.h"

namespace whorl::evaluation {

// A table, one row a set and one for the mean EER where there are several. Rates the sample cannot support
// are shown as "< 3/n". `of` heads the column that counts what the samples are of.
std::string table_text(const std::vector<Rates>& sets, const std::string& of = "fingers");

// The same figures as a JSON object {"sets": [...], "mean_eer": {...}}. A rate is {"errors", "trials",
// "value", "low", "high"}; where the count is zero, "value" is null and "below" is 3/n.
std::string rates_json(const std::vector<Rates>& sets);

// "set,threshold,fmr,fnmr", "set,low,high,genuine,impostor" and "set,a,b,genuine,score" with a heading line.
std::string det_csv(const std::vector<Trial>& trials);
std::string histogram_csv(const std::vector<Trial>& trials);
std::string scores_csv(const std::vector<Trial>& trials, const std::vector<std::vector<Sample>>& samples);

// `text` as one CSV field (RFC 4180): quoted where it holds a comma, a quote or a line end.
std::string csv_field(const std::string& text);

}  // namespace whorl::evaluation
