// Figures as text: a table for people, CSV and JSON for machines.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

#include "engine/evaluation/histogram.h"
#include "engine/evaluation/rates.h"

namespace whorl::evaluation {

// Whether the mean of several sets' EERs is given: not where two of them are of the same images.
enum class MeanEer { kShown, kNone };

// A table, one row a set and one for the mean EER where there are several. Rates the sample cannot support
// are shown as "< 3/n". `of` heads the column that counts what the samples are of.
std::string table_text(const std::vector<Rates>& sets, const std::string& of = "fingers",
                       MeanEer mean = MeanEer::kShown);

// The same figures as a JSON object {"sets": [...], "mean_eer": {...}}. A rate is {"errors", "trials",
// "value", "low", "high"}; where the count is zero, "value" is null and "below" is 3/n.
boost::json::object rates_json(const std::vector<Rates>& sets, MeanEer mean = MeanEer::kShown);

// "set,threshold,fmr,fnmr", "set,low,high,genuine,impostor" and "set,a,b,genuine,score" with a heading line. Of the DET
// the corners (corners_of): between two lines the FNMR is that of the later.
std::string det_csv(const std::vector<Trial>& trials);
std::string histogram_csv(const std::vector<Trial>& trials);
std::string scores_csv(const std::vector<Trial>& trials, const std::vector<std::vector<Sample>>& samples);

// "set,mated,rank,a,b,score": the 20 highest scores of non-mated pairs and the 20 lowest of mated ones, where wrong
// labels, poor captures and look-alikes show first.
std::string worst_pairs_csv(const std::vector<Trial>& trials, const std::vector<std::vector<Sample>>& samples);

// `text` as one CSV field (RFC 4180): quoted where it holds a comma, a quote or a line end.
std::string csv_field(const std::string& text);

}  // namespace whorl::evaluation
