#include <algorithm>
#include <array>
#include <cmath>

#include "datasets/draws.h"
#include "datasets/field.h"
#include "datasets/grow.h"
#include "datasets/noise.h"
#include "datasets/synthetic.h"

namespace whorl::datasets {
namespace {

image::GreyImage to_grey(const std::vector<float>& values, int width, int height) {
  image::GreyImage out{width, height, image::kStandardPpi, std::vector<std::uint8_t>(values.size())};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double v = 127.5 + 127.5 * static_cast<double>(std::clamp(values[i], -1.0F, 1.0F));
    out.pixels[i] = static_cast<std::uint8_t>(std::lround(v));
  }
  return out;
}

// Pores sit in the middle of ridges, two or three periods apart: darts thrown, kept where they fit.
std::vector<Singularity> place_pores(Draws& draws, const image::GreyImage& image, double period) {
  constexpr int kRidgeMiddle = 30;
  const double apart = 2.2 * period;
  const auto cell = static_cast<int>(apart);
  const int columns = image.width / cell + 1;
  std::vector<std::uint8_t> taken(static_cast<std::size_t>(columns * (image.height / cell + 1)));
  std::vector<Singularity> out;
  for (int i = 0; i < image.width * image.height / 40; ++i) {
    const int x = draws.below(image.width);
    const int y = draws.below(image.height);
    std::uint8_t& here = taken[static_cast<std::size_t>(y / cell * columns + x / cell)];
    if (here != 0 || image.at(x, y) > kRidgeMiddle) continue;
    here = 1;
    out.push_back({static_cast<double>(x), static_cast<double>(y), true});
  }
  return out;
}

}  // namespace

std::string_view name_of(PatternClass pattern) {
  constexpr std::array<std::string_view, 6> kNames = {"arch",       "tented_arch", "left_loop",
                                                      "right_loop", "whorl",       "twin_loop"};
  return kNames.at(static_cast<std::size_t>(pattern));
}

std::uint64_t derive_seed(std::uint64_t seed, std::uint64_t index) {
  std::uint64_t z = seed * 0xd1342543de82ef95ULL + (index + 1) * 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

MasterFingerprint make_master(std::uint64_t seed, const MasterParameters& p) {
  Draws draws(seed);
  MasterFingerprint out;
  out.seed = seed;
  const PatternClass drawn = draw_class(draws);
  out.pattern = p.pattern.value_or(drawn);
  out.mean_period_px500 = draws.between(p.min_mean_period_px500, p.max_mean_period_px500);
  RidgeField field = make_field(draws, out.pattern, p.width_px500, p.height_px500, out.mean_period_px500);
  const double megapixels = 1e-6 * p.width_px500 * p.height_px500;
  std::vector<float> ridges = grow_ridges(draws, field, 1 + static_cast<int>(p.seeds_per_megapixel * megapixels));
  blur(ridges, p.width_px500, p.height_px500, 1.0);
  out.image = to_grey(ridges, p.width_px500, p.height_px500);
  out.pores = place_pores(draws, out.image, out.mean_period_px500);
  out.orientation_rad = std::move(field.orientation_rad);
  out.singularities = std::move(field.singularities);
  return out;
}

}  // namespace whorl::datasets
