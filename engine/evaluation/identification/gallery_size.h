// What a larger gallery costs: FPIR measured on sub-galleries, beside the one that independent comparisons would give.
//
// A sub-gallery is n of the references of other people that a search meets. The measured FPIR is the mean over all
// sub-galleries of that size, which is known without drawing any: of a search with c of M references at or above the
// threshold, 1 - C(M - c, n) / C(M, n) of the sub-galleries hold one of them. The formula is 1 - (1 - FMR)^n with the
// FMR counted on the same comparisons; it takes comparisons of one probe as independent. Where the measured FPIR lies
// clearly below it, the false matches sit with few probes, and predictions by the formula are too high. The measured
// one is never above n FMR.
#pragma once

#include <vector>

#include "engine/evaluation/identification/rates.h"

namespace whorl::evaluation {

struct SizePoint {
  std::size_t size = 0;
  double fpir = 0;  // measured
  double low = 0;   // 95 % of a bootstrap over persons
  double high = 0;
  double formula = 0;
};

struct SizeCurve {
  double target_fpir = 0;  // of the whole gallery; gives the threshold
  double threshold = 0;
  std::optional<double> db;
  Rate fmr;
  std::vector<SizePoint> points;
};

// The FNIR at one FPIR, with the threshold that each size needs.
struct SizeCost {
  std::size_t size = 0;
  double threshold = 0;
  std::optional<double> db;
  Rate fnir;
};

struct GallerySizes {
  std::vector<SizeCurve> curves;  // at the thresholds of FPIR 10 % and 1 % of the whole gallery, where supported
  double target_fpir = 0.01;
  std::vector<SizeCost> costs;  // empty where the searches do not support target_fpir
};

// Sizes 1, 2, 5, 10, 20, 50 ... below the smallest gallery that a search meets, and that itself.
GallerySizes gallery_sizes(const SearchSet& set, const engine::Calibration* calibration,
                           const BootstrapOptions& options = {});

// 1 - C(of - hits, size) / C(of, size).
double chance_of_hit(std::size_t hits, std::size_t of, std::size_t size);

}  // namespace whorl::evaluation
