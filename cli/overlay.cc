#include "cli/overlay.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <string>

#include "templates/image/encode.h"

namespace whorl::cli {
namespace {

using fingerprint::FingerprintTemplate;
using fingerprint::FlowMap;
using fingerprint::Minutia;
using fingerprint::MinutiaType;

const cv::Scalar kGreen(60, 160, 40), kRed(30, 30, 220), kBlue(220, 90, 20), kBlack(20, 20, 20);
constexpr int kLegendHeight = 30;
constexpr int kMinWidth = 760;

int scale_of(const image::GreyImage& image) {
  const int side = std::max(image.width, image.height);
  return side <= 420 ? 3 : side <= 1000 ? 2 : 1;
}

// The image enlarged and lightened, so that what is drawn over it stands out.
cv::Mat backdrop(const image::GreyImage& image, int scale) {
  cv::Mat grey(image.height, image.width, CV_8U);
  std::copy(image.pixels.begin(), image.pixels.end(), grey.begin<std::uint8_t>());
  cv::Mat large;
  cv::resize(grey, large, {}, scale, scale, cv::INTER_CUBIC);
  large.convertTo(large, CV_8U, 0.6, 0.4 * 255);
  cv::Mat colour;
  cv::cvtColor(large, colour, cv::COLOR_GRAY2BGR);
  return colour;
}

cv::Point at(double x, double y, int scale) {
  return {static_cast<int>(std::lround((x + 0.5) * scale)), static_cast<int>(std::lround((y + 0.5) * scale))};
}

void draw_flow(cv::Mat& canvas, const FlowMap& flow, int scale) {
  for (int row = 0; row < flow.rows; ++row) {
    for (int column = 0; column < flow.columns; ++column) {
      const auto& cell = flow.cells[static_cast<std::size_t>(row) * static_cast<std::size_t>(flow.columns) +
                                    static_cast<std::size_t>(column)];
      if (cell.period == 0) continue;
      const double angle = cell.orientation * std::numbers::pi / 256.0;
      const double x = (column + 0.5) * fingerprint::kFlowBlock_px500;
      const double y = (row + 0.5) * fingerprint::kFlowBlock_px500;
      const double dx = 5.5 * std::cos(angle);
      const double dy = -5.5 * std::sin(angle);
      cv::line(canvas, at(x - dx, y - dy, scale), at(x + dx, y + dy, scale), kGreen, 1, cv::LINE_AA);
    }
  }
}

// `colour` mixed with white: the lower the quality, the paler.
cv::Scalar faded(const cv::Scalar& colour, int quality) {
  const double share = 0.25 + 0.75 * std::clamp(quality, 0, 100) / 100.0;
  return colour * share + cv::Scalar::all(255) * (1 - share);
}

void draw_marker(cv::Mat& canvas, cv::Point centre, const Minutia& m) {
  const cv::Scalar colour = faded(m.type == MinutiaType::kEnding ? kRed : kBlue, m.quality);
  const double angle = static_cast<double>(m.direction_rad);
  const cv::Point tip = centre + cv::Point(static_cast<int>(std::lround(20 * std::cos(angle))),
                                           static_cast<int>(std::lround(-20 * std::sin(angle))));
  cv::line(canvas, centre, tip, colour, 2, cv::LINE_AA);
  if (m.type == MinutiaType::kEnding) {
    cv::circle(canvas, centre, 6, colour, 2, cv::LINE_AA);
  } else {
    cv::rectangle(canvas, centre - cv::Point(6, 6), centre + cv::Point(6, 6), colour, 2, cv::LINE_AA);
  }
}

void draw_minutiae(cv::Mat& canvas, const FingerprintTemplate& source, int scale, cv::Point offset = {}) {
  for (auto m = source.minutiae.rbegin(); m != source.minutiae.rend(); ++m) {  // best last, on top
    draw_marker(canvas, offset + at(static_cast<double>(m->x_px500), static_cast<double>(m->y_px500), scale), *m);
  }
}

void write_text(cv::Mat& canvas, const std::string& text, cv::Point at) {
  cv::putText(canvas, text, at, cv::FONT_HERSHEY_SIMPLEX, 0.48, kBlack, 1, cv::LINE_AA);
}

void draw_legend(cv::Mat& canvas, int y, const FingerprintTemplate& source) {
  const int line = y + kLegendHeight / 2;
  draw_marker(canvas, {16, line}, {0, 0, 0, MinutiaType::kEnding, 100});
  write_text(canvas, "ending", {42, line + 5});
  draw_marker(canvas, {120, line}, {0, 0, 0, MinutiaType::kBifurcation, 100});
  write_text(canvas, "bifurcation", {146, line + 5});
  draw_marker(canvas, {262, line}, {0, 0, 0, MinutiaType::kEnding, 10});
  write_text(canvas, "pale: low quality", {288, line + 5});
  cv::line(canvas, {436, line + 5}, {454, line - 5}, kGreen, 1, cv::LINE_AA);
  write_text(canvas, "ridge flow", {462, line + 5});
  write_text(canvas,
             "quality " + std::to_string(source.quality) + ", " + std::to_string(source.minutiae.size()) + " minutiae",
             {562, line + 5});
}

image::ColourImage picture_of(const cv::Mat& canvas) {
  const cv::Mat flat = canvas.isContinuous() ? canvas : canvas.clone();
  return {flat.cols, flat.rows, Bytes(flat.data, flat.data + flat.total() * flat.elemSize())};
}

cv::Scalar wheel(std::size_t i) {
  static const cv::Scalar kColours[] = {{178, 114, 0}, {0, 94, 213}, {115, 158, 0}, {167, 121, 204}, {0, 159, 230}};
  return kColours[i % std::size(kColours)];
}

// Both images side by side with their minutiae; a coloured line for each pair.
cv::Mat pairs_canvas(const image::GreyImage& probe, const FingerprintTemplate& probe_template,
                     const image::GreyImage& reference, const FingerprintTemplate& reference_template,
                     const std::vector<fingerprint::MinutiaPair>& pairs) {
  constexpr int kGap = 12;
  const int scale = std::min(2, std::min(scale_of(probe), scale_of(reference)));
  const cv::Mat left = backdrop(probe, scale);
  const cv::Mat right = backdrop(reference, scale);
  const cv::Point offset(left.cols + kGap, 0);
  const int rows = std::max(left.rows, right.rows);
  cv::Mat canvas(rows + kLegendHeight, std::max(offset.x + right.cols, kMinWidth), CV_8UC3, cv::Scalar::all(255));
  left.copyTo(canvas(cv::Rect(0, 0, left.cols, left.rows)));
  right.copyTo(canvas(cv::Rect(offset.x, 0, right.cols, right.rows)));
  draw_minutiae(canvas, probe_template, scale);
  draw_minutiae(canvas, reference_template, scale, offset);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const Minutia& a = probe_template.minutiae[pairs[i].probe];
    const Minutia& b = reference_template.minutiae[pairs[i].reference];
    const cv::Point from = at(static_cast<double>(a.x_px500), static_cast<double>(a.y_px500), scale);
    const cv::Point to = offset + at(static_cast<double>(b.x_px500), static_cast<double>(b.y_px500), scale);
    cv::line(canvas, from, to, wheel(i), 1, cv::LINE_AA);
  }
  write_text(canvas,
             std::to_string(pairs.size()) +
                 " paired minutiae; circles are endings, squares bifurcations, "
                 "pale is low quality",
             {10, rows + 20});
  return canvas;
}

}  // namespace

Result<Bytes> overlay_png(const image::GreyImage& image, const FingerprintTemplate& extracted) {
  const int scale = scale_of(image);
  cv::Mat picture = backdrop(image, scale);
  draw_flow(picture, extracted.flow, scale);
  draw_minutiae(picture, extracted, scale);
  cv::Mat canvas(picture.rows + kLegendHeight, std::max(picture.cols, kMinWidth), CV_8UC3, cv::Scalar::all(255));
  picture.copyTo(canvas(cv::Rect(0, 0, picture.cols, picture.rows)));
  draw_legend(canvas, picture.rows, extracted);
  return image::encode_png(picture_of(canvas));
}

Result<Bytes> pairs_png(const image::GreyImage& probe, const FingerprintTemplate& probe_template,
                        const image::GreyImage& reference, const FingerprintTemplate& reference_template,
                        const std::vector<fingerprint::MinutiaPair>& pairs) {
  return image::encode_png(picture_of(pairs_canvas(probe, probe_template, reference, reference_template, pairs)));
}

Result<Bytes> pairs_jpeg(const image::GreyImage& probe, const FingerprintTemplate& probe_template,
                         const image::GreyImage& reference, const FingerprintTemplate& reference_template,
                         const std::vector<fingerprint::MinutiaPair>& pairs) {
  constexpr int kWidth = 640;
  constexpr int kQuality = 55;
  const cv::Mat large = pairs_canvas(probe, probe_template, reference, reference_template, pairs);
  cv::Mat small;
  cv::resize(large, small, {kWidth, std::max(1, large.rows * kWidth / large.cols)}, 0, 0, cv::INTER_AREA);
  return image::encode_jpeg(picture_of(small), kQuality);
}

}  // namespace whorl::cli
