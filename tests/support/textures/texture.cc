#include "tests/support/textures/texture.h"

#include <algorithm>
#include <cmath>

#include "datasets/synthetic.h"
#include "tests/support/textures/canvas.h"

namespace whorl::tests {
namespace {

constexpr double kResolutions_ppi[] = {500, 500, 500, 500, 250, 363, 1000};

struct Kind {
  std::string_view name;
  void (*draw)(Draws&, Canvas&);
};

constexpr Kind kKinds[] = {{"noise", draw_noise},   {"halftone", draw_halftone},
                           {"clouds", draw_clouds}, {"text", draw_text},
                           {"bricks", draw_bricks}, {"cloth", draw_cloth},
                           {"hair", draw_hair},     {"brushed_metal", draw_brushed_metal},
                           {"platen", draw_platen}, {"face", draw_face}};

const Kind& entry(TextureKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

}  // namespace

std::string_view name_of(TextureKind kind) { return entry(kind).name; }

image::GreyImage draw_texture(TextureKind kind, std::uint64_t seed) {
  Draws draws(datasets::derive_seed(seed, 1000 + static_cast<std::uint64_t>(kind)));
  image::GreyImage out;
  out.ppi = kResolutions_ppi[draws.below(static_cast<int>(std::size(kResolutions_ppi)))];
  Canvas canvas;
  canvas.px500 = out.ppi / image::kStandardPpi;
  const auto side = [&] { return std::max(160, static_cast<int>(length(draws, canvas, 220, 800))); };
  out.width = side();
  out.height = side();
  canvas.grey = cv::Mat(out.height, out.width, CV_32F, cv::Scalar(128));
  entry(kind).draw(draws, canvas);
  cv::Mat bytes;
  canvas.grey.convertTo(bytes, CV_8U);
  out.pixels.assign(bytes.begin<std::uint8_t>(), bytes.end<std::uint8_t>());
  return out;
}

}  // namespace whorl::tests
