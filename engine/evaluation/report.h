// Figures as text: a table for people, CSV and JSON for machines.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

#include "engine/calibration.h"
#include "engine/evaluation/histogram.h"
#include "engine/evaluation/rates.h"

namespace whorl::evaluation {

// Whether the mean of several sets' EERs is given: not where two of them are of the same images.
enum class MeanEer { kShown, kNone };

// A table, one row a set and one for the mean EER where there are several. Rates the sample cannot support
// are shown as "< 3/n". `of` heads the column that counts what the samples are of.
std::string table_text(const std::vector<Rates>& sets, const std::string& of = "fingers",
                       MeanEer mean = MeanEer::kShown);

// Each set's thresholds at falling FMR, in raw scores and decibels, with what they cost.
std::string points_text(const std::vector<Rates>& sets, const engine::Calibration* calibration);

// The same figures as a JSON object {"sets": [...], "mean_eer": {...}}. A rate is {"errors", "trials",
// "value", "low", "high"}; where the count is zero, "value" is null and "below" is 3/n.
// Beside each threshold stands "threshold_db", null without a calibration.
boost::json::object rates_json(const std::vector<Rates>& sets, MeanEer mean = MeanEer::kShown,
                               const engine::Calibration* calibration = nullptr);

// "set,threshold,fmr,fnmr,db", "set,low,high,genuine,impostor,low_db,high_db" and "set,a,b,genuine,score" with a
// heading line; decibels are empty without a calibration. Of the DET the corners (corners_of): between two lines the
// FNMR is that of the later.
std::string det_csv(const std::vector<Trial>& trials, const engine::Calibration* calibration = nullptr);
std::string histogram_csv(const std::vector<Trial>& trials, const engine::Calibration* calibration = nullptr);
std::string scores_csv(const std::vector<Trial>& trials, const std::vector<std::vector<Sample>>& samples);

// Of one kind the pairs that come nearest to an error, the worst first (indices into Trial::pairs); equal scores in the
// trial's order.
std::vector<std::size_t> worst_pairs(const Trial& trial, bool mated, std::size_t most);

// "set,mated,rank,a,b,score,db": the 20 highest scores of non-mated pairs and the 20 lowest of mated ones, where wrong
// labels, poor captures and look-alikes show first.
std::string worst_pairs_csv(const std::vector<Trial>& trials, const std::vector<std::vector<Sample>>& samples,
                            const engine::Calibration* calibration = nullptr);

// `text` as one CSV field (RFC 4180): quoted where it holds a comma, a quote or a line end.
std::string csv_field(const std::string& text);

}  // namespace whorl::evaluation
