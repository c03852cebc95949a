#include "bench/texture/dearest.h"

#include <time.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "datasets/draws.h"
#include "datasets/synthetic.h"
#include "templates/fingerprint/extract/extract.h"
#include "templates/image/decode.h"
#include "templates/image/encode.h"

namespace whorl::bench {
namespace {

double processor_s() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

struct Cost {
  double seconds = 0;
  std::string outcome;
};

Cost cost_of(const Bytes& file) {
  Cost out{1e9, {}};
  for (int run = 0; run < 3; ++run) {
    const double before = processor_s();
    const auto image = image::decode_to_standard(file);
    if (image.ok()) {
      const auto found = fingerprint::extract(*image);
      out.outcome = found.ok() ? std::to_string(found->minutiae.size()) + " minutiae" : found.error().message;
    } else {
      out.outcome = image.error().message;
    }
    out.seconds = std::min(out.seconds, processor_s() - before);
  }
  return out;
}

struct Range {
  const char* name;
  double low;
  double high;
};

constexpr std::array<Range, 9> kGenes = {{{"width", 300, 1000},
                                          {"height", 300, 1200},
                                          {"period", 5, 12},
                                          {"noise", 0, 2.5},
                                          {"scratches", 0, 60},
                                          {"ridge width", -0.8, 0.8},
                                          {"margin", 0, 400},
                                          {"grain", 0, 40},
                                          {"ppi", 300, 1200}}};
using Genes = std::array<double, kGenes.size()>;

Genes random_genes(datasets::Draws& draws) {
  Genes out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = draws.between(kGenes[i].low, kGenes[i].high);
  return out;
}

Genes changed(const Genes& from, datasets::Draws& draws) {
  Genes out = from;
  for (int n = 0; n < 2; ++n) {
    const auto i = static_cast<std::size_t>(draws.below(static_cast<int>(out.size())));
    const double spread = 0.3 * (kGenes[i].high - kGenes[i].low);
    out[i] = std::clamp(out[i] + draws.normal(0, spread), kGenes[i].low, kGenes[i].high);
  }
  return out;
}

// The print in the middle of its margin, noise over all, enlarged to the resolution that it states.
image::GreyImage draw(const Genes& g, std::uint64_t seed) {
  datasets::MasterParameters finger;
  finger.width_px500 = static_cast<int>(g[0]);
  finger.height_px500 = static_cast<int>(g[1]);
  finger.min_mean_period_px500 = finger.max_mean_period_px500 = g[2];
  datasets::ImpressionParameters capture = datasets::preset(datasets::ImpressionKind::kClean);
  capture.width_px500 = finger.width_px500;
  capture.height_px500 = finger.height_px500;
  capture.noise = g[3];
  capture.scratches = g[4];
  capture.ridge_width = g[5];
  capture.contact = std::max(finger.width_px500 / 300.0, finger.height_px500 / 400.0);
  const image::GreyImage print = datasets::make_impression(datasets::make_master(seed, finger), seed, capture);
  const auto margin = static_cast<int>(g[6]);
  const double factor = g[8] / image::kStandardPpi;
  datasets::Draws draws(seed);
  image::GreyImage out;
  out.ppi = g[8];
  out.width = static_cast<int>((print.width + 2 * margin) * factor);
  out.height = static_cast<int>((print.height + 2 * margin) * factor);
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x) {
      const int px = static_cast<int>(x / factor) - margin;
      const int py = static_cast<int>(y / factor) - margin;
      const bool inside = px >= 0 && py >= 0 && px < print.width && py < print.height;
      const double grey = (inside ? print.at(px, py) : 255) + g[7] * draws.between(-1.7, 1.7);
      out.pixels.push_back(static_cast<std::uint8_t>(std::clamp(grey, 0.0, 255.0)));
    }
  }
  return out;
}

std::string text(const Genes& genes) {
  std::string out;
  for (std::size_t i = 0; i < genes.size(); ++i) {
    char one[64];
    std::snprintf(one, sizeof one, "%s%s %.3g", i == 0 ? "" : ", ", kGenes[i].name, genes[i]);
    out += one;
  }
  return out;
}

}  // namespace

Dearest find_dearest(int starts, int steps, std::uint64_t seed) {
  datasets::Draws draws(seed);
  Dearest out;
  const auto usual = image::encode_png(datasets::make_impression(datasets::make_master(seed), seed));
  if (usual.ok()) out.usual_s = cost_of(*usual).seconds;
  for (int start = 0; start < starts; ++start) {
    Genes best{};
    double best_s = 0;
    for (int step = 0; step < steps; ++step) {
      const Genes tried = step == 0 ? random_genes(draws) : changed(best, draws);
      const auto file = image::encode_png(draw(tried, seed + static_cast<std::uint64_t>(start)));
      if (!file.ok()) continue;
      const Cost cost = cost_of(*file);
      if (cost.seconds <= best_s) continue;
      best = tried;
      best_s = cost.seconds;
      if (best_s <= out.dearest_s) continue;
      out.dearest_s = best_s;
      out.picture = text(tried);
      out.outcome = cost.outcome;
    }
  }
  return out;
}

}  // namespace whorl::bench
