// placement -> pores -> skin -> scratches and specks -> ridges as wide as the pressure makes them -> greys.
#include <algorithm>
#include <array>
#include <cmath>

#include "datasets/noise.h"
#include "datasets/skin.h"
#include "datasets/synthetic.h"

namespace whorl::datasets {
namespace {

constexpr double kNotContact = 2.0;  // the ridge value where there is no finger

// A layer of the impression: one value a pixel.
struct Layer {
  int width = 0;
  int height = 0;
  std::vector<float> values;

  Layer(int w, int h, float value)
      : width(w), height(h), values(static_cast<std::size_t>(w) * static_cast<std::size_t>(h), value) {}

  // Adds a round Gaussian spot of height `peak`.
  void stamp(double x, double y, double sigma, double peak) {
    const int reach = static_cast<int>(std::ceil(2.5 * sigma));
    const int cx = static_cast<int>(std::lround(x));
    const int cy = static_cast<int>(std::lround(y));
    for (int py = std::max(0, cy - reach); py <= std::min(height - 1, cy + reach); ++py) {
      for (int px = std::max(0, cx - reach); px <= std::min(width - 1, cx + reach); ++px) {
        const double r2 = (px - x) * (px - x) + (py - y) * (py - y);
        values[static_cast<std::size_t>(py * width + px)] +=
            static_cast<float>(peak * std::exp(-r2 / (2 * sigma * sigma)));
      }
    }
  }
};

// The master's ridges, -1 .. 1, with such of its pores open as this capture shows.
Layer finger(Draws& draws, const MasterFingerprint& master) {
  Layer out(master.image.width, master.image.height, 0);
  for (std::size_t i = 0; i < out.values.size(); ++i) {
    out.values[i] = static_cast<float>(master.image.pixels[i]) / 127.5F - 1;
  }
  const double open = draws.between(0.1, 0.6);
  for (const Singularity& pore : master.pores) {
    if (draws.chance(open)) out.stamp(pore.x_px500, pore.y_px500, 0.8, draws.between(0.4, 1.1));
  }
  return out;
}

// Bilinear; kNotContact outside.
float sample(const Layer& layer, Point at) {
  const double fx = std::floor(at.x);
  const double fy = std::floor(at.y);
  if (fx < 0 || fy < 0 || fx + 1 >= layer.width || fy + 1 >= layer.height) return static_cast<float>(kNotContact);
  const float* v = layer.values.data() + static_cast<std::size_t>(fy) * static_cast<std::size_t>(layer.width) +
                   static_cast<std::size_t>(fx);
  const auto x = static_cast<float>(at.x - fx);
  const auto y = static_cast<float>(at.y - fy);
  const float above = v[0] + (v[1] - v[0]) * x;
  const float below = v[layer.width] + (v[layer.width + 1] - v[layer.width]) * x;
  return above + (below - above) * y;
}

// White scratches: gently bent lines. Specks: dirt (dark) and gaps (white).
Layer blemishes(Draws& draws, const ImpressionParameters& p) {
  Layer out(p.width_px500, p.height_px500, 0);
  for (int n = draws.poisson(p.scratches); n > 0; --n) {
    double x = draws.between(0.15, 0.85) * p.width_px500;
    double y = draws.between(0.15, 0.85) * p.height_px500;
    double heading = draws.between(0, 2 * std::numbers::pi);
    const double sigma = draws.between(0.6, 1.2);
    for (double length = draws.between(15, 90); length > 0; length -= 1) {
      out.stamp(x, y, sigma, 0.9);
      heading += draws.normal(0, 0.03);
      x += std::cos(heading);
      y += std::sin(heading);
    }
  }
  const int specks = static_cast<int>(p.noise * 0.002 * p.width_px500 * p.height_px500);
  for (int i = 0; i < specks; ++i) {
    const double x = draws.unit() * p.width_px500;
    const double y = draws.unit() * p.height_px500;
    const double sigma = draws.between(0.6, 1.6);
    const double peak = draws.chance(0.6) ? draws.between(0.3, 1.2) : -draws.between(0.3, 1.0);
    out.stamp(x, y, sigma, peak);
  }
  return out;
}

// The random fields that one impression needs, all of its size.
struct Fields {
  std::vector<float> edge;  // ragged edge of the contact area
  std::vector<float> ragged;
  std::vector<float> press;   // pressure, over large patches
  std::vector<float> blotch;  // moisture, over small patches
  std::vector<float> grain;   // texture of the skin
  std::vector<float> tone;    // how dark the print is

  Fields(Draws& draws, int width, int height)
      : edge(smooth_noise(draws, width, height, 40)),
        ragged(smooth_noise(draws, width, height, 9)),
        press(smooth_noise(draws, width, height, 70)),
        blotch(smooth_noise(draws, width, height, 14)),
        grain(smooth_noise(draws, width, height, 2.6)),
        tone(smooth_noise(draws, width, height, 60)) {}
};

double ramp(double v, double from, double to) {
  const double share = std::clamp((v - from) / (to - from), 0.0, 1.0);
  return share * share * (3 - 2 * share);
}

// Turns ridge values into greys.
class Press {
 public:
  Press(Draws& draws, const ImpressionParameters& p, const Fields& fields)
      : p_(p),
        fields_(fields),
        width_(p.ridge_width + draws.normal_within(0, p.ridge_width_spread, 2)),
        ridge_(draws.between(50, 85) - 20 * std::clamp(p.ridge_width, -1.0, 1.0)),
        valley_(draws.between(205, 230)),
        dry_(std::max(0.0, -p.ridge_width)),
        wet_(std::max(0.0, p.ridge_width)) {}

  // `value` of the finger's pattern (-1 ridge .. 1 valley), `distance` from the centre of contact (1 on its
  // edge).
  [[nodiscard]] double grey(std::size_t i, double value, double distance, double blemish) const {
    constexpr double kPaper = 252;
    const double rim = distance + 0.035 * f(fields_.edge, i) + 0.03 * f(fields_.ragged, i);
    const double contact = 1 - ramp(rim, 0.97, 1.03);
    if (contact <= 0 || value >= kNotContact) return kPaper - 8 * std::max(0.0, -blemish);
    const double pressure = 1 - ramp(rim, 0.70, 1.05);
    const double width = width_ + p_.ridge_width_spread * f(fields_.press, i) +
                         (0.10 + 0.25 * wet_ + 0.2 * dry_) * p_.noise * f(fields_.blotch, i) - 0.45 * (1 - pressure);
    const double grain = p_.noise * (0.22 + 0.35 * dry_) * f(fields_.grain, i);
    constexpr double kReach = 0.85;  // of the pattern's amplitude: beyond it ridges vanish or run together
    constexpr double kSoftness = 0.17;
    const double ridge = 1 / (1 + std::exp((value + grain + blemish - kReach * width) / kSoftness));
    const double dark = ridge_ + 14 * f(fields_.tone, i) + 45 * (1 - pressure) + 25 * dry_;
    const double light = valley_ + 6 * f(fields_.tone, i) + 12 * (1 - pressure) - 40 * wet_;
    return kPaper + contact * (light + ridge * (dark - light) - kPaper);
  }

 private:
  static double f(const std::vector<float>& field, std::size_t i) { return static_cast<double>(field[i]); }

  const ImpressionParameters& p_;
  const Fields& fields_;
  double width_;
  double ridge_;
  double valley_;
  double dry_;
  double wet_;
};

// Optics (a slight blur) and the sensor's own noise.
image::GreyImage capture(Draws& draws, std::vector<float> greys, const ImpressionParameters& p) {
  blur(greys, p.width_px500, p.height_px500, 0.6);
  image::GreyImage out{p.width_px500, p.height_px500, image::kStandardPpi, {}};
  out.pixels.reserve(greys.size());
  const double spread = (1.5 + 8 * p.noise) / 0x1p15;
  for (const float grey : greys) {
    const std::uint64_t bits = draws.bits();  // four 16-bit uniforms: their sum is nearly normal
    const auto part = [bits](int n) { return static_cast<double>((bits >> (16 * n)) & 0xffff); };
    const double noise = (part(0) + part(1) + part(2) + part(3) - 2 * 65535.0) * 0.87 * spread / 1.155;
    out.pixels.push_back(
        static_cast<std::uint8_t>(std::clamp(std::lround(static_cast<double>(grey) + noise), 0L, 255L)));
  }
  return out;
}

}  // namespace

std::string_view name_of(ImpressionKind kind) {
  constexpr std::array<std::string_view, 6> kNames = {"clean", "typical", "dry", "wet", "distorted", "partial"};
  return kNames.at(static_cast<std::size_t>(kind));
}

ImpressionParameters preset(ImpressionKind kind) {
  ImpressionParameters p;
  switch (kind) {
    case ImpressionKind::kClean:
      p.shift_px500 = 6;
      p.turn_rad = 0.04;
      p.skin_shift_px500 = 2;
      p.skin_turn_rad = 0.02;
      p.ridge_width_spread = 0.06;
      p.noise = 0.08;
      p.scratches = 0.2;
      p.contact_shift_px500 = 5;
      break;
    case ImpressionKind::kTypical: break;
    case ImpressionKind::kDry:
      p.ridge_width = -0.50;
      p.noise = 0.6;
      p.scratches = 2;
      break;
    case ImpressionKind::kWet:
      p.ridge_width = 0.45;
      p.noise = 0.5;
      break;
    case ImpressionKind::kDistorted:
      p.turn_rad = 0.22;
      p.skin_shift_px500 = 16;
      p.skin_turn_rad = 0.16;
      break;
    case ImpressionKind::kPartial:
      p.shift_px500 = 20;
      p.contact = 0.62;
      p.contact_shift_px500 = 40;
      break;
  }
  return p;
}

ImpressionParameters bent(double bend) {
  ImpressionParameters out = preset(ImpressionKind::kTypical);
  const ImpressionParameters distorted = preset(ImpressionKind::kDistorted);
  out.skin_shift_px500 = bend * distorted.skin_shift_px500;
  out.skin_turn_rad = bend * distorted.skin_turn_rad;
  return out;
}

image::GreyImage make_impression(const MasterFingerprint& master, std::uint64_t seed, const ImpressionParameters& p) {
  Draws draws(derive_seed(master.seed, seed));
  const Placement placement(draws, master, p);
  const Layer pattern = finger(draws, master);
  const Layer blemish = blemishes(draws, p);
  const Fields fields(draws, p.width_px500, p.height_px500);
  const Press press(draws, p, fields);
  std::vector<float> greys(blemish.values.size());
  std::size_t i = 0;
  for (int y = 0; y < p.height_px500; ++y) {
    for (int x = 0; x < p.width_px500; ++x, ++i) {
      const Point at = placement.on_master(x, y);
      greys[i] = static_cast<float>(press.grey(i, static_cast<double>(sample(pattern, at)),
                                               placement.contact_distance(at), static_cast<double>(blemish.values[i])));
    }
  }
  return capture(draws, std::move(greys), p);
}

}  // namespace whorl::datasets
