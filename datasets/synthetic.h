// Synthetic fingerprints in the manner of SFinGe: R. Cappelli, D. Maio, D. Maltoni, "Synthetic
// fingerprint-database generation", ICPR 2002; D. Maltoni et al., "Handbook of Fingerprint Recognition",
// chapter 6.
//
// A master fingerprint is the finger itself: orientation and ridge period are drawn for a class, and the
// ridge pattern grows from seed points under filters tuned to them, so that minutiae arise where ridges must
// fork or end. An impression is one capture of it: moved, turned, distorted, pressed, dry or wet, partly in
// contact, noisy. The method, step by step: docs/synthetic.md.
//
// Everything is a pure function of its seed and parameters: the same call gives the same bytes. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "templates/image/image.h"

namespace whorl::datasets {

enum class PatternClass { kArch, kTentedArch, kLeftLoop, kRightLoop, kWhorl, kTwinLoop };
std::string_view name_of(PatternClass pattern);  // "arch", "tented_arch", "left_loop", ...

// Where the ridge flow has no direction. Pixels of the master image, y down.
struct Singularity {
  double x_px500 = 0;
  double y_px500 = 0;
  bool core = true;  // false: a delta
};

struct MasterParameters {
  int width_px500 = 384;
  int height_px500 = 512;
  std::optional<PatternClass> pattern;  // empty: drawn with the frequencies of nature
  double min_mean_period_px500 = 8.3;   // a finger's mean ridge period is drawn between these two
  double max_mean_period_px500 = 9.8;
  double seeds_per_megapixel = 400;  // where ridges begin to grow
};

struct MasterFingerprint {
  std::uint64_t seed = 0;
  PatternClass pattern = PatternClass::kArch;
  double mean_period_px500 = 0;
  std::vector<Singularity> singularities;
  image::GreyImage image;              // the full ridge pattern: 0 ridge, 255 valley, smooth between
  std::vector<float> orientation_rad;  // one a pixel: ridge orientation in [0, pi), y up
  std::vector<Singularity> pores;      // sweat pores on the ridges (`core` has no meaning here)
};

// Grows a master. Cost: about 0.1 s on one core, about 2 MB. The first call also makes 1.7 MB of filter
// kernels.
MasterFingerprint make_master(std::uint64_t seed, const MasterParameters& parameters = {});

// How one capture differs from the finger. Every value is a limit or a spread from which the seed draws.
struct ImpressionParameters {
  int width_px500 = 340;
  int height_px500 = 420;
  double shift_px500 = 15;           // standard deviation of the displacement along each axis
  double turn_rad = 0.10;            // standard deviation of the rotation,
  double max_turn_rad = 0.52;        // which never exceeds this
  double skin_shift_px500 = 6;       // standard deviation of the skin's slip at the edge of contact
  double skin_turn_rad = 0.05;       // and of its torsion
  double ridge_width = -0.05;        // -1 (dry, light: thin ridges) .. 1 (wet, hard: ridges run together)
  double ridge_width_spread = 0.15;  // standard deviation over the image and between impressions
  double noise = 0.45;               // grain and specks, 0..1
  double scratches = 1.0;            // mean number of scratches
  double contact = 1.0;              // size of the contact area, 1 is the whole pad
  double contact_shift_px500 = 12;   // standard deviation of its centre
};

enum class ImpressionKind { kClean, kTypical, kDry, kWet, kDistorted, kPartial };
inline constexpr ImpressionKind kImpressionKinds[] = {ImpressionKind::kClean,     ImpressionKind::kTypical,
                                                      ImpressionKind::kDry,       ImpressionKind::kWet,
                                                      ImpressionKind::kDistorted, ImpressionKind::kPartial};
std::string_view name_of(ImpressionKind kind);  // "clean", "typical", ...
ImpressionParameters preset(ImpressionKind kind);

// A typical print, but for the skin: it slips and turns `bend` times as far as in a distorted one. 0 is a flat print;
// by 3 a few in a hundred cannot be extracted.
ImpressionParameters bent(double bend);

// One capture, 8-bit grey at 500 ppi on a white background. Cost: about 15 to 20 ms on one core.
image::GreyImage make_impression(const MasterFingerprint& master, std::uint64_t seed,
                                 const ImpressionParameters& parameters = preset(ImpressionKind::kTypical));

// A seed for item `index` of a family, well mixed (splitmix64): distinct inputs give unrelated seeds.
std::uint64_t derive_seed(std::uint64_t seed, std::uint64_t index);

}  // namespace whorl::datasets
