#include "templates/fingerprint/extract/ridge_evidence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "templates/fingerprint/extract/windows.h"

namespace whorl::fingerprint {
namespace {

constexpr int kAlong = 33;             // px500, averaged along the ridge
constexpr int kStep = 4;               // grid cells between windows
constexpr int kApart = 2;              // steps between neighbours that are compared
constexpr int kLowest = 4;             // cycles a signature: a period of 16 px500
constexpr int kHighest = 18;           // 3.6 px500
constexpr float kPeak = 0.45F;         // share of the power in the peak
constexpr float kDirected = 0.25F;     // least coherence of a window with ridges
constexpr float kVeryDirected = 0.7F;  // coherence of hair and brushed metal, and of the clearest prints
constexpr float kLongest_px500 = 15;   // plausible periods
constexpr float kShortest_px500 = 4.2F;
constexpr float kSamePeriod = 0.2F;     // difference of logarithms
constexpr float kSameDirection = 0.3F;  // cosine of twice the angle between: 36 degrees
constexpr int kFewPairs = 20;

// A fingertip pressed flat covers less; on more, as a rolled print has, the pattern shows more and bends more.
constexpr double kFingertip_mm2 = 300;
constexpr double kLeastAgreeing = 0.06;
constexpr double kLeastAgreeingWide = 0.25;
constexpr double kManyDirected = 0.3;
constexpr double kLeastAgreeingDirected = 0.35;
constexpr double kStraight = 0.955;
constexpr double kStraightWide = 0.86;
constexpr double kEven = 0.11;  // period_spread below which the pattern was made, not grown
constexpr double kWidelyAgreeing = 0.5;
constexpr int kManyWindows = 90;  // 60 mm2
constexpr double kClearlyAgreeing = 0.9;
constexpr double kClearlyExplained = 0.7;
constexpr double kBentLeast = 0.8;  // straightness
constexpr double kBentMost = 0.985;
// No skin keeps its period so evenly: from place to place, or over a pattern that hardly agrees with itself.
constexpr int kFewWindows = 30;
constexpr double kEvenStep = 0.02;
constexpr double kEvenStepBent = 0.0105;
constexpr double kVeryEven = 0.055;
constexpr double kHardlyAgreeing = 0.45;
constexpr int kEnoughWindows = 40;
// Threads and lines of text: straight, over much of the picture, and most of it is something else.
constexpr double kManyLooked_mm2 = 160;
constexpr double kHalfAgreeing = 0.4;
constexpr double kHardlyExplained = 0.3;

struct Window {
  bool inside = false;
  bool peak = false;
  float coherence = 0;
  float cos2 = 0;
  float sin2 = 0;
  float log_period = 0;
  float explained = 0;
};

constexpr int kSamples = kAlong / 2 + 1;  // of a sum along the ridge, every second pixel
// Wave number k has k cycles a signature.
static_assert(kWaves >= kHighest + 2);

// Cosine and sine of whole cycles under the signature, and the Hann window.
struct Tables {
  Signature hann{};
  Waves waves;
  float hann_sum = 0;

  Tables() {
    for (std::size_t i = 0; i < kAcross; ++i) {
      const double turn = 2 * std::numbers::pi / kAcross;
      hann[i] = static_cast<float>(0.5 - 0.5 * std::cos(turn * (static_cast<double>(i) + 0.5)));
      hann_sum += hann[i];
      for (std::size_t k = 0; k < kWaves; ++k) {
        waves.cosine[i][k] = static_cast<float>(std::cos(turn * static_cast<double>(k * i % kAcross)));
        waves.sine[i][k] = static_cast<float>(std::sin(turn * static_cast<double>(k * i % kAcross)));
      }
    }
  }
};

const Tables& tables() {
  static const Tables out;
  return out;
}

// Sums along the ridge, its mean taken off, under the Hann window.
Signature signature_at(const PixelMap& image, float x, float y, float angle, Window& window) {
  const Tables& t = tables();
  Signature out{};
  Signature each{};
  const Pixels pixels(image);
  const LineAcross line(x, y, std::cos(angle), -std::sin(angle));
  for (int j = -(kAlong / 2); j <= kAlong / 2; j += 2) {
    line.add_with_squares(pixels, static_cast<float>(j), out.data(), each.data());
  }
  float mean = 0;
  float squares = 0;
  for (std::size_t i = 0; i < kAcross; ++i) {
    mean += t.hann[i] * out[i];
    squares += t.hann[i] * each[i];
  }
  mean /= t.hann_sum;
  const float average = mean / kSamples;
  const float variance = squares / t.hann_sum / kSamples - average * average;
  float held = 0;
  for (std::size_t i = 0; i < kAcross; ++i) held += t.hann[i] * (out[i] - mean) * (out[i] - mean);
  window.explained = held / t.hann_sum / (kSamples * kSamples) / (variance + 1e-6F);
  for (std::size_t i = 0; i < kAcross; ++i) out[i] = t.hann[i] * (out[i] - mean);
  return out;
}

// Finds the strongest plausible period and how much of the power it holds.
void look_for_peak(const Signature& signature, Window& window) {
  const Spectrum power = power_of(signature, tables().waves);
  const auto best =
      static_cast<int>(std::max_element(power.begin() + kLowest, power.begin() + kHighest + 1) - power.begin());
  const auto at = [&](int k) { return power[static_cast<std::size_t>(k)]; };
  const float peak = at(best - 1) + at(best) + at(best + 1);
  // All but the mean and the first cycle, by Parseval's theorem.
  float squares = 0;
  for (const float v : signature) squares += v * v;
  const float total = (kAcross * squares - at(0)) / 2 - at(1);
  if (!(peak > kPeak * total) || !(peak > 1e-3F)) return;
  const auto cycles_of = [&](int k) { return at(k) * static_cast<float>(k); };
  const float cycles = (cycles_of(best - 1) + cycles_of(best) + cycles_of(best + 1)) / peak;
  const float period = kAcross / cycles;
  window.log_period = std::log(period);
  window.peak = period > kShortest_px500 && period < kLongest_px500;
}

Window window_at(const PixelMap& image, const Orientation& flow, int column, int row) {
  Window out;
  out.inside = true;
  out.coherence = flow.coherence(column, row);
  const float angle = flow.angle_rad(column, row);
  out.cos2 = std::cos(2 * angle);
  out.sin2 = std::sin(2 * angle);
  if (out.coherence <= kDirected) return out;
  const auto centre = [](int cell) { return (static_cast<float>(cell) + 0.5F) * kGrid; };
  look_for_peak(signature_at(image, centre(column), centre(row), angle, out), out);
  return out;
}

bool agree(const Window& a, const Window& b) {
  return a.peak && b.peak && std::abs(a.log_period - b.log_period) < kSamePeriod &&
         a.cos2 * b.cos2 + a.sin2 * b.sin2 > kSameDirection;
}

struct Lattice {
  int columns = 0;
  int rows = 0;
  std::vector<Window> windows;
};

Lattice look(const PixelMap& image, const Orientation& flow, const GridMap& mask, const StopLatch& stop) {
  Lattice out{(mask.cols + kStep / 2 - 1) / kStep, (mask.rows + kStep / 2 - 1) / kStep, {}};
  for (int row = 0; row < out.rows; ++row) {
    const bool stopped = stop();
    for (int column = 0; column < out.columns; ++column) {
      const int x = column * kStep + kStep / 2;
      const int y = row * kStep + kStep / 2;
      const bool inside = !stopped && x < mask.cols && y < mask.rows && mask.at<std::uint8_t>(y, x) != 0;
      out.windows.push_back(inside ? window_at(image, flow, x, y) : Window{});
    }
  }
  return out;
}

// What the windows with ridges say together.
void sum_up(const Lattice& lattice, const std::vector<bool>& ridged, RidgeEvidence& out) {
  double cos2 = 0;
  double sin2 = 0;
  std::vector<double> periods;
  std::vector<float> explained;
  for (std::size_t i = 0; i < ridged.size(); ++i) {
    if (!ridged[i]) continue;
    cos2 += static_cast<double>(lattice.windows[i].cos2);
    sin2 += static_cast<double>(lattice.windows[i].sin2);
    periods.push_back(static_cast<double>(lattice.windows[i].log_period));
    explained.push_back(lattice.windows[i].explained);
  }
  out.windows = static_cast<int>(periods.size());
  if (periods.empty()) return;
  const auto n = static_cast<double>(periods.size());
  out.explained = median(explained);
  out.straightness = std::hypot(cos2, sin2) / n;
  double mean = 0;
  for (const double p : periods) mean += p / n;
  double variance = 0;
  for (const double p : periods) variance += (p - mean) * (p - mean) / n;
  out.period_spread = std::sqrt(variance);
  out.period_px500 = std::exp(median(periods));
}

double share(int part, int whole) { return whole == 0 ? 0 : static_cast<double>(part) / whole; }

}  // namespace

RidgeEvidence ridge_evidence(const PixelMap& normalised, const Orientation& flow, const GridMap& mask,
                             const StopLatch& stop) {
  const Lattice lattice = look(normalised, flow, mask, stop);
  std::vector<bool> ridged(lattice.windows.size());
  int pairs = 0;
  int agreeing = 0;
  int directed = 0;
  int agreeing_directed = 0;
  std::vector<float> steps;
  const auto compare = [&](int i, int j) {
    const Window& a = lattice.windows[static_cast<std::size_t>(i)];
    const Window& b = lattice.windows[static_cast<std::size_t>(j)];
    if (!a.inside || !b.inside) return;
    ++pairs;
    const bool same = agree(a, b);
    const bool clear = a.coherence > kVeryDirected && b.coherence > kVeryDirected;
    agreeing += same ? 1 : 0;
    directed += clear ? 1 : 0;
    agreeing_directed += same && clear ? 1 : 0;
    if (same) steps.push_back(std::abs(a.log_period - b.log_period));
    if (same) ridged[static_cast<std::size_t>(i)] = ridged[static_cast<std::size_t>(j)] = true;
  };
  each_pair_apart(lattice.columns, lattice.rows, kApart, compare);
  RidgeEvidence out;
  const auto looked =
      std::count_if(lattice.windows.begin(), lattice.windows.end(), [](const Window& w) { return w.inside; });
  out.looked_mm2 = static_cast<double>(looked) * std::pow(kStep * kGrid * kMmPerPx500, 2.0);
  out.agreeing = share(agreeing, pairs);
  out.directed = share(directed, pairs);
  if (directed >= kFewPairs) out.agreeing_directed = share(agreeing_directed, directed);
  sum_up(lattice, ridged, out);
  if (!steps.empty()) out.period_step = median(steps);
  return out;
}

Finding finding_of(const RidgeEvidence& evidence) {
  const bool wide = evidence.looked_mm2 > kFingertip_mm2;
  if (evidence.agreeing < (wide ? kLeastAgreeingWide : kLeastAgreeing)) return Finding::kNoRidges;
  if (evidence.directed > kManyDirected && evidence.agreeing_directed < kLeastAgreeingDirected) {
    return Finding::kUneven;
  }
  // Lines that hold nearly all of the picture and bend a little are not woven.
  const bool bent = evidence.agreeing > kClearlyAgreeing && evidence.explained > kClearlyExplained &&
                    evidence.straightness > kBentLeast && evidence.straightness < kBentMost;
  const bool one_wavelength =
      evidence.windows >= kEnoughWindows && evidence.period_spread < kVeryEven && evidence.agreeing < kHardlyAgreeing;
  const bool even = evidence.windows >= kFewWindows && evidence.period_step < (bent ? kEvenStepBent : kEvenStep);
  const bool straight = evidence.straightness > kStraight && evidence.period_spread < kEven && !bent &&
                        (evidence.windows >= kManyWindows || evidence.agreeing < kWidelyAgreeing);
  const bool woven = evidence.looked_mm2 > kManyLooked_mm2 && evidence.agreeing < kHalfAgreeing &&
                     evidence.explained < kHardlyExplained && evidence.straightness > kBentLeast;
  if (one_wavelength || even || straight || woven || (wide && evidence.straightness > kStraightWide))
    return Finding::kMade;
  return Finding::kRidges;
}

std::string_view sentence_of(Finding finding) {
  switch (finding) {
    case Finding::kRidges: return {};
    case Finding::kNoRidges: return "nothing here runs in ridges of an even distance";
    case Finding::kUneven: return "its lines are not at an even distance, as ridges are";
    case Finding::kMade: return "its lines are too straight or even for skin";
  }
  return {};
}

}  // namespace whorl::fingerprint
