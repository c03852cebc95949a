#include "bench/texture/dear_picture.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "datasets/synthetic.h"
#include "templates/image/image.h"
#include "tests/support/textures/canvas.h"

namespace whorl::bench {
namespace {

constexpr image::ImageLimits kLimits;
constexpr double kPxPerMm = image::kStandardPpi / 25.4;
constexpr int kTile = 640;
constexpr double kMostWork = 0.9;  // of the limit; the file's own bytes are not known yet

using DrawTexture = void (*)(datasets::Draws&, tests::Canvas&);
constexpr DrawTexture kTextures[] = {
    tests::draw_noise, tests::draw_halftone, tests::draw_clouds,        tests::draw_text,   tests::draw_bricks,
    tests::draw_cloth, tests::draw_hair,     tests::draw_brushed_metal, tests::draw_platen, tests::draw_face};
constexpr auto kPatterns = static_cast<int>(1 + std::size(kTextures));

// How a file holds its pixels.
struct Form {
  const char* suffix;
  int channels;
  int depth;
  double work_bytes;  // of a pixel, as the limits count it; about
  std::vector<int> options;
};

const std::vector<Form>& forms() {
  static const std::vector<Form> out = {
      {".png", 1, CV_8U, 1, {}},
      {".png", 1, CV_16U, 2, {}},
      {".png", 3, CV_8U, 3, {}},
      {".png", 4, CV_8U, 4, {}},
      {".png", 4, CV_16U, 8, {cv::IMWRITE_PNG_COMPRESSION, 3}},
      {".jpg", 1, CV_8U, 1, {cv::IMWRITE_JPEG_QUALITY, 95}},
      {".jpg", 3, CV_8U, 1, {cv::IMWRITE_JPEG_QUALITY, 90}},
      {".jpg", 3, CV_8U, 4.5, {cv::IMWRITE_JPEG_QUALITY, 90, cv::IMWRITE_JPEG_PROGRESSIVE, 1}},
      {".bmp", 3, CV_8U, 3, {}},
      {".tif", 3, CV_8U, 3, {cv::IMWRITE_TIFF_COMPRESSION, 5}},
      {".tif", 3, CV_8U, 3, {cv::IMWRITE_TIFF_COMPRESSION, 8}},
  };
  return out;
}

cv::Mat print_tile(const Genes& g, std::uint64_t seed) {
  datasets::MasterParameters finger;
  finger.width_px500 = finger.height_px500 = kTile;
  datasets::ImpressionParameters capture = datasets::preset(datasets::ImpressionKind::kClean);
  capture.width_px500 = capture.height_px500 = kTile;
  capture.noise = g[kNoise];
  capture.scratches = g[kScratches];
  capture.ridge_width = g[kRidgeWidth];
  capture.contact = 4;
  const image::GreyImage print = datasets::make_impression(datasets::make_master(seed, finger), seed, capture);
  cv::Mat out;
  cv::Mat(print.height, print.width, CV_8U, const_cast<std::uint8_t*>(print.pixels.data())).convertTo(out, CV_32F);
  // Skin slips, so that an edge may show white.
  return out(cv::Rect(kTile / 8, kTile / 8, kTile * 3 / 4, kTile * 3 / 4)).clone();
}

cv::Mat tile_of(int pattern, const Genes& g, std::uint64_t seed) {
  if (pattern == 0) return print_tile(g, seed);
  datasets::Draws draws(datasets::derive_seed(seed, static_cast<std::uint64_t>(pattern)));
  tests::Canvas canvas;
  canvas.grey = cv::Mat(kTile, kTile, CV_32F, cv::Scalar(128));
  kTextures[pattern - 1](draws, canvas);
  return canvas.grey;
}

cv::Mat tiled(cv::Mat tile, double scale, const cv::Size& size) {
  cv::resize(tile, tile, {}, scale, scale, scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  cv::Mat both;
  cv::flip(tile, both, 1);
  cv::hconcat(tile, both, tile);
  cv::flip(tile, both, 0);
  cv::vconcat(tile, both, tile);
  cv::Mat out;
  cv::repeat(tile, size.height / tile.rows + 1, size.width / tile.cols + 1, out);
  return out(cv::Rect({0, 0}, size)).clone();
}

// Where the pattern shows: `pieces` discs or rectangles side by side, along the longer side of the frame.
cv::Mat shown(const cv::Size& size, const Genes& g) {
  cv::Mat out = cv::Mat::zeros(size, CV_8U);
  const auto pieces = static_cast<int>(g[kPieces]);
  const bool wide = size.width >= size.height;
  const double share = std::min(1.0, g[kCovered_mm2] * kPxPerMm * kPxPerMm / size.area());
  const cv::Size2d cell(wide ? 1.0 * size.width / pieces : size.width, wide ? size.height : 1.0 * size.height / pieces);
  const double shrink = std::sqrt(share);
  for (int i = 0; i < pieces; ++i) {
    const cv::Point2d middle(wide ? (i + 0.5) * cell.width : cell.width / 2,
                             wide ? cell.height / 2 : (i + 0.5) * cell.height);
    const cv::Size2d half(cell.width * shrink / 2, cell.height * shrink / 2);
    if (g[kRound] < 0.5) {
      cv::rectangle(out, cv::Point(middle - cv::Point2d(half)), cv::Point(middle + cv::Point2d(half)), {255},
                    cv::FILLED);
    } else {
      cv::ellipse(out, middle, half * 1.128, 0, 0, 360, {255}, cv::FILLED);
    }
  }
  return out;
}

cv::Size frame_of(const Genes& g) {
  const double root = std::sqrt(g[kAspect]);
  const auto side = [&](double length) { return std::clamp(static_cast<int>(length), kLimits.min_side_px, 4096); };
  return {side(std::sqrt(g[kArea]) * root), side(std::sqrt(g[kArea]) / root)};
}

// At the resolution of the file, which is lowered where the file would have too many pixels.
double ppi_within(const Genes& g, const cv::Size& frame) {
  const double work = forms()[static_cast<std::size_t>(g[kForm])].work_bytes;
  const double pixels = std::min(static_cast<double>(kLimits.max_pixels), kMostWork * kLimits.max_work_bytes / work);
  const double most = std::sqrt(0.999 * pixels / frame.area());
  const double widest = 0.999 * kLimits.max_side_px / std::max(frame.width, frame.height);
  return std::floor(std::min(g[kPpi], image::kStandardPpi * std::min(most, widest)));
}

cv::Mat grey_of(const Genes& g, std::uint64_t seed, double ppi) {
  const cv::Size frame = frame_of(g);
  const auto pattern = static_cast<int>(g[kPattern]);
  cv::Mat picture = tiled(tile_of(pattern, g, seed), g[kScale], frame);
  if (const int second = static_cast<int>(frame.width * g[kSecondPart]); second > 0) {
    const cv::Rect right(frame.width - second, 0, second, frame.height);
    tiled(tile_of(static_cast<int>(g[kSecond]), g, seed + 1), g[kScale], frame)(right).copyTo(picture(right));
  }
  picture.setTo(255, shown(frame, g) == 0);
  const double factor = ppi / image::kStandardPpi;
  cv::resize(picture, picture, {}, factor, factor, factor < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  cv::Mat grain(picture.size(), CV_32F);
  cv::RNG(seed).fill(grain, cv::RNG::NORMAL, 0, std::max(g[kGrain], 1e-3));
  picture += grain;
  cv::Mat out;
  picture.convertTo(out, CV_8U);
  return out;
}

Result<Bytes> file_of(const cv::Mat& grey, const Form& form) {
  cv::Mat pixels = grey;
  if (form.depth == CV_16U) grey.convertTo(pixels, CV_16U, 257);
  if (form.channels > 1) cv::cvtColor(pixels, pixels, form.channels == 3 ? cv::COLOR_GRAY2BGR : cv::COLOR_GRAY2BGRA);
  Bytes out;
  if (!cv::imencode(form.suffix, pixels, out, form.options)) return internal_error("the picture cannot be encoded");
  if (out.size() > kLimits.max_bytes) return invalid_input("the file is larger than is accepted");
  return out;
}

}  // namespace

const std::array<Gene, kGeneCount> kGenes = {{
    {"pattern", 0, kPatterns - 0.01},
    {"second", 0, kPatterns - 0.01},
    {"second part", -0.5, 1},
    {"area", 60'000, static_cast<double>(kLimits.max_standard_pixels) - 5'000, true},
    {"aspect", 0.1, 10, true},
    {"covered mm2", 25, 1700, true},
    {"pieces", 1, 5.99},
    {"round", 0, 1},
    {"scale", 0.4, 1.8, true},
    {"noise", 0, 2.5},
    {"scratches", 0, 60},
    {"ridge width", -0.8, 0.8},
    {"grain", 0, 40},
    {"ppi", kLimits.min_ppi, kLimits.max_ppi, true},
    {"form", 0, 10.99},
}};

namespace {

double along(const Gene& gene, double unit) {
  return gene.logarithmic ? gene.low * std::pow(gene.high / gene.low, unit) : gene.low + (gene.high - gene.low) * unit;
}

double unit_of(const Gene& gene, double value) {
  return gene.logarithmic ? std::log(value / gene.low) / std::log(gene.high / gene.low)
                          : (value - gene.low) / (gene.high - gene.low);
}

}  // namespace

Genes random_genes(datasets::Draws& draws) {
  Genes out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = along(kGenes[i], draws.unit());
  // What grows with the pixels is dearest where there are many, and what is taken goes through all stages.
  if (!draws.chance(0.6)) return out;
  out[kArea] = draws.chance(0.5) ? kGenes[kArea].high : 1'000'000;
  out[kAspect] = along(kGenes[kAspect], draws.between(0.3, 0.7));
  out[kCovered_mm2] = draws.between(1200, 1500);
  out[kPieces] = 1;
  out[kSecondPart] = 0;
  out[kScale] = draws.between(0.8, 1.2);
  out[kNoise] = draws.unit();
  out[kScratches] = draws.between(0, 10);
  out[kGrain] = draws.between(0, 15);
  out[kPpi] = draws.between(500, 1200);
  if (draws.chance(0.8)) out[kPattern] = 0;
  return out;
}

Genes changed(const Genes& from, datasets::Draws& draws) {
  Genes out = from;
  const int changes = 1 + draws.below(3);
  for (int n = 0; n < changes; ++n) {
    const auto i = static_cast<std::size_t>(draws.below(static_cast<int>(out.size())));
    const double spread = draws.chance(0.3) ? 1 : 0.15;
    out[i] = along(kGenes[i], std::clamp(unit_of(kGenes[i], out[i]) + draws.normal(0, spread), 0.0, 1.0));
  }
  return out;
}

std::string text(const Genes& genes) {
  std::string out;
  for (std::size_t i = 0; i < genes.size(); ++i) {
    char one[64];
    std::snprintf(one, sizeof one, "%s%s %.4g", i == 0 ? "" : ", ", kGenes[i].name, genes[i]);
    out += one;
  }
  return out;
}

Result<DearPicture> draw_dear(const Genes& genes, std::uint64_t seed) {
  const double ppi = ppi_within(genes, frame_of(genes));
  const Form& form = forms()[static_cast<std::size_t>(genes[kForm])];
  WHORL_ASSIGN(Bytes file, file_of(grey_of(genes, seed, ppi), form));
  return DearPicture{std::move(file), ppi};
}

}  // namespace whorl::bench
