// Fine ridges, as a child's, are read in the picture made larger. Private to this room.
//
// The stages know ridges that lie about 9 px apart. Finer ones are all there in the picture, but filters and windows
// that are as wide as an adult's ridges blur them: so the picture is enlarged until they lie as far apart, it is read,
// and what was read is brought back. Positions stay those of the picture, so that two prints of one finger are compared
// as ever, whether one, both or none was enlarged, and however much.
//
// Positions in units of the ridges' own distance, which forget how large a finger is, were tried and are worse: the
// distance differs between two captures by several per cent (docs/accuracy.md, "Children and fine ridges").
#pragma once

#include <vector>

#include "templates/fingerprint/extract/orientation.h"
#include "templates/fingerprint/parameters.h"
#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {

// What the stages read off a picture, at its scale.
struct Reading {
  std::vector<Minutia> minutiae;
  Orientation flow;
  GridMap period;
  PixelMap enhanced;
  double disagreement = 0;  // between the flow by gradients and the network's
};

// How many times a picture of so many pixels, whose ridges lie so far apart, is to be enlarged; 1: not at all.
double enlargement(double period_px500, const cv::Size& pixels, const ExtractParameters& p);

// The picture so many times as large.
PixelMap scaled(const PixelMap& grey, double scale);

// The cells of the picture before, as those of the enlarged one: what was found to be the print there stays so.
GridMap enlarged_to(const GridMap& mask, const PixelMap& larger);

// What was read in an enlarged picture, as of one of these pixels and cells.
Reading brought_back(Reading enlarged, const cv::Size& pixels, const cv::Size& grid);

}  // namespace whorl::fingerprint
