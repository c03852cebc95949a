// Smooth random fields.
#pragma once

#include <vector>

#include "datasets/draws.h"

namespace whorl::datasets {

// width * height values, row-major, of about unit variance and zero mean, varying over about `scale_px`
// pixels: random values on a square grid, joined by cubic fades. Cost: a few ns a pixel.
std::vector<float> smooth_noise(Draws& draws, int width, int height, double scale_px);

// Gaussian blur in place with standard deviation `sigma_px`, edges repeated.
void blur(std::vector<float>& image, int width, int height, double sigma_px);

}  // namespace whorl::datasets
