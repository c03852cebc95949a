// The curves of searches as SVG: IET, DIR, CMC and gallery size, each with bands.
#pragma once

#include <string>
#include <vector>

#include "engine/evaluation/identification/study.h"

namespace whorl::evaluation {

// FNIR against FPIR (the identification error trade-off), both logarithmic. A set without a miss is its limit, 3/n.
std::string iet_svg(const std::vector<SearchStudy>& studies, const std::string& title);
// The detection and identification rate at rank 1 against FPIR.
std::string dir_svg(const std::vector<SearchStudy>& studies, const std::string& title);
// The share of mates among the first r.
std::string cmc_svg(const std::vector<SearchStudy>& studies, const std::string& title);
// FPIR against the gallery's size: measured on sub-galleries, and 1-(1-FMR)^N dashed.
std::string sizes_svg(const SearchStudy& study, const std::string& title);

}  // namespace whorl::evaluation
