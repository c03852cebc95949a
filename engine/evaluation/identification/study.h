// Searches of one set by number of fingers and by gallery size, as text, CSV and JSON.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

#include "engine/evaluation/identification/gallery_size.h"
#include "engine/evaluation/identification/rates.h"

namespace whorl::evaluation {

struct SearchStudy {
  Identification rates;
  GallerySizes sizes;
};
SearchStudy study_of(const SearchSet& set, const engine::Calibration* calibration,
                     const IdentificationOptions& options = {});

// "1 finger", "2 fingers fused".
std::string fingers_text(int fingers);
// "27.3", or "" where there is none.
std::string db_text(const std::optional<double>& db);

// A table of the operating points, the first ranks and the gallery sizes of each study.
std::string searches_text(const std::vector<SearchStudy>& studies);
// "set,fingers,target_fpir,supported,threshold,db,false_positives,searches,fpir,fpir_low,fpir_high,misses,fnir,fnir_low,
// fnir_high,missed_first,dir,dir_low,dir_high": the operating points, then the curve (target_fpir is empty there).
std::string searches_csv(const std::vector<SearchStudy>& studies);
// "set,fingers,rank,hits,searches,rate,low,high".
std::string ranks_csv(const std::vector<SearchStudy>& studies);
// "set,fingers,threshold,db,size,fpir,low,high,formula".
std::string sizes_csv(const std::vector<SearchStudy>& studies);
boost::json::array searches_json(const std::vector<SearchStudy>& studies);

}  // namespace whorl::evaluation
