// Text, hair and faces: what is made of strokes.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "tests/support/textures/canvas.h"

namespace whorl::tests {
namespace {

std::string words(Draws& draws, int letters) {
  std::string out;
  for (int i = 0; i < letters; ++i) {
    const char first = draws.chance(0.2) ? 'A' : 'a';
    out += draws.chance(0.17) ? ' ' : static_cast<char>(first + draws.below(26));
  }
  return out;
}

void turn_about_centre(cv::Mat& image, double degrees, double ground) {
  const cv::Point2f centre(static_cast<float>(image.cols) / 2, static_cast<float>(image.rows) / 2);
  cv::warpAffine(image, image, cv::getRotationMatrix2D(centre, degrees, 1), image.size(), cv::INTER_LINEAR,
                 cv::BORDER_CONSTANT, cv::Scalar(ground));
}

// One strand that follows a flow: short steps whose direction drifts.
void draw_strand(Draws& draws, cv::Mat& image, cv::Point2d at, double direction, const cv::Mat& flow, double grey,
                 int thickness, double steps) {
  std::vector<cv::Point> path;
  for (int i = 0; i < static_cast<int>(steps); ++i) {
    path.emplace_back(static_cast<int>(std::lround(at.x * 16)), static_cast<int>(std::lround(at.y * 16)));
    const int x = std::clamp(static_cast<int>(at.x), 0, flow.cols - 1);
    const int y = std::clamp(static_cast<int>(at.y), 0, flow.rows - 1);
    direction += draws.normal(0, 0.02);
    const double way = direction + static_cast<double>(flow.at<float>(y, x));
    at += 6 * cv::Point2d(std::cos(way), std::sin(way));
  }
  cv::polylines(image, path, false, cv::Scalar(grey), thickness, cv::LINE_AA, 4);
}

// 8 bits, since antialiased lines want them.
void strands(Draws& draws, Canvas& canvas, const cv::Rect& where, double ground, bool paint_ground) {
  cv::Mat image;
  canvas.grey.convertTo(image, CV_8U);
  if (paint_ground) image.setTo(cv::Scalar(ground));
  const cv::Mat flow = draws.between(0, 0.6) * cloud(draws, image.size(), 4);
  const double direction = draws.between(0, 2 * std::numbers::pi);
  const double spread = draws.between(0.02, 0.4);
  const double spacing = length(draws, canvas, 3, 14);
  const double reach = draws.between(0.2, 1.2) * std::max(where.width, where.height) / 6;
  const int thickness = std::max(1, static_cast<int>(std::lround(length(draws, canvas, 0.8, 4))));
  const int count = static_cast<int>(where.area() / (spacing * std::max(20.0, reach * 6)) * draws.between(0.8, 2.5));
  for (int i = 0; i < std::min(count, 6000); ++i) {
    const cv::Point2d at(where.x + draws.unit() * where.width, where.y + draws.unit() * where.height);
    draw_strand(draws, image, at, direction + draws.normal(0, spread), flow, draws.between(0, 255), thickness,
                reach * draws.between(0.5, 1.5));
  }
  image.convertTo(canvas.grey, CV_32F);
}

void blot(cv::Mat& image, cv::Point2d at, cv::Size2d axes, double grey) {
  cv::ellipse(image, cv::Point(cvRound(at.x), cvRound(at.y)), cv::Size(cvRound(axes.width), cvRound(axes.height)), 0, 0,
              360, cv::Scalar(grey), cv::FILLED);
}

}  // namespace

void draw_text(Draws& draws, Canvas& canvas) {
  const double ground = draws.between(170, 255);
  const double ink = draws.between(0, 90);
  cv::Mat image(canvas.grey.size(), CV_8U, cv::Scalar(ground));
  const double letter = length(draws, canvas, 8, 60);
  const double line = letter * draws.between(1.1, 2);
  const int font = draws.below(8);
  const int thickness = std::max(1, static_cast<int>(std::lround(letter * draws.between(0.04, 0.16))));
  const int margin = draws.below(30);
  for (double y = margin + letter; y < image.rows; y += line) {
    const int letters = static_cast<int>(image.cols / (0.5 * letter) * draws.between(0.5, 1.3));
    cv::putText(image, words(draws, letters), {margin, static_cast<int>(y)}, font, letter / 22, cv::Scalar(ink),
                thickness, cv::LINE_AA);
  }
  if (draws.chance(0.4)) turn_about_centre(image, draws.between(0, 360), ground);
  image.convertTo(canvas.grey, CV_32F);
  cv::GaussianBlur(canvas.grey, canvas.grey, {0, 0}, length(draws, canvas, 0.3, 1.5));
  canvas.grey += draws.between(0, 8) * white_noise(draws, image.size());
}

void draw_hair(Draws& draws, Canvas& canvas) {
  strands(draws, canvas, cv::Rect({0, 0}, canvas.grey.size()), draws.between(20, 230), true);
  cv::GaussianBlur(canvas.grey, canvas.grey, {0, 0}, length(draws, canvas, 0.3, 1.2));
  canvas.grey += draws.between(0, 6) * white_noise(draws, canvas.grey.size());
}

void draw_face(Draws& draws, Canvas& canvas) {
  const cv::Size size = canvas.grey.size();
  canvas.grey = draws.between(40, 220) + draws.between(0, 40) * cloud(draws, size, 3);
  const double scale = std::min(size.width, size.height) * draws.between(0.3, 0.45);
  const cv::Point2d middle(size.width / 2.0 + draws.between(-30, 30), size.height / 2.0 + draws.between(-20, 20));
  const double skin = draws.between(90, 220);
  const double hair = draws.between(5, 120);
  blot(canvas.grey, middle - cv::Point2d(0, 0.35 * scale), {0.9 * scale, 0.95 * scale}, hair);
  blot(canvas.grey, middle, {0.75 * scale, scale}, skin);
  for (const double side : {-1.0, 1.0}) {
    const cv::Point2d eye = middle + cv::Point2d(side * 0.32 * scale, -0.15 * scale);
    blot(canvas.grey, eye, {0.14 * scale, 0.07 * scale}, 235);
    blot(canvas.grey, eye, {0.06 * scale, 0.06 * scale}, 25);
    blot(canvas.grey, eye - cv::Point2d(0, 0.15 * scale), {0.18 * scale, 0.03 * scale}, hair);
  }
  blot(canvas.grey, middle + cv::Point2d(0, 0.15 * scale), {0.07 * scale, 0.18 * scale}, skin - 20);
  blot(canvas.grey, middle + cv::Point2d(0, 0.5 * scale), {0.28 * scale, draws.between(0.03, 0.1) * scale}, skin - 70);
  if (draws.chance(0.5)) {  // a head of strands
    const cv::Rect top(cvRound(middle.x - 0.8 * scale), cvRound(middle.y - 1.2 * scale), cvRound(1.6 * scale),
                       cvRound(0.5 * scale));
    strands(draws, canvas, top, hair, false);
  }
  const cv::Mat light =
      from_formula(size, draws.between(0, 2 * std::numbers::pi), [&](double x, double) { return x / size.width; });
  canvas.grey += draws.between(0, 60) * light;
  cv::GaussianBlur(canvas.grey, canvas.grey, {0, 0}, length(draws, canvas, 0.5, 4));
  canvas.grey += draws.between(0, 8) * cloud(draws, size, draws.between(0, 2));
}

}  // namespace whorl::tests
