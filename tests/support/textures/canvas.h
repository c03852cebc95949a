// What the drawings of textures share. Private to tests/support/textures.
#pragma once

#include <functional>
#include <opencv2/core.hpp>

#include "datasets/draws.h"

namespace whorl::tests {

using datasets::Draws;

// A picture in the making: CV_32F grey levels. `px500` is one pixel at 500 ppi, in pixels of this picture.
struct Canvas {
  cv::Mat grey;
  double px500 = 1;
};

// One length in pixels of the canvas, drawn evenly in its logarithm between two lengths in px500.
double length(Draws& draws, const Canvas& canvas, double low_px500, double high_px500);

// White noise shaped by the amplitude `gain(fx, fy)` (cycles a pixel), scaled to zero mean and unit deviation.
cv::Mat shaped_noise(Draws& draws, cv::Size size, const std::function<double(double, double)>& gain);

// The noise whose power falls as 1 / f^slope.
cv::Mat cloud(Draws& draws, cv::Size size, double slope);

cv::Mat white_noise(Draws& draws, cv::Size size);

// A pattern given by a formula of the coordinates after a turn about the origin, 0..1 by its author's choice.
cv::Mat from_formula(cv::Size size, double turn_rad, const std::function<double(double, double)>& value);

// The drawings, one a kind. Each fills a canvas that comes with its size and a mid grey.
void draw_noise(Draws& draws, Canvas& canvas);
void draw_halftone(Draws& draws, Canvas& canvas);
void draw_clouds(Draws& draws, Canvas& canvas);
void draw_text(Draws& draws, Canvas& canvas);
void draw_bricks(Draws& draws, Canvas& canvas);
void draw_cloth(Draws& draws, Canvas& canvas);
void draw_hair(Draws& draws, Canvas& canvas);
void draw_brushed_metal(Draws& draws, Canvas& canvas);
void draw_platen(Draws& draws, Canvas& canvas);
void draw_face(Draws& draws, Canvas& canvas);

}  // namespace whorl::tests
