// Of a large picture, the part that shows the print: what follows works on that alone. Private to this room.
#pragma once

#include "base/result.h"
#include "templates/fingerprint/extract/maps.h"
#include "templates/fingerprint/parameters.h"
#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {

// Whole pictures up to so many pixels are their own part: 0.8 x 0.8 of an inch at 500 ppi, and all rolled prints.
inline constexpr std::int64_t kWholePixels = 640'000;

struct Part {
  cv::Rect at;  // in the picture, px500; its corner lies on multiples of kFlowBlock_px500
  GridMap mask;
};

// The part of a picture of the given size in which the mask is, with room around it for the stages' windows; the whole
// where the picture is small. Where the mask spreads farther than any finger's print, its largest connected piece alone
// is kept; errors: kInvalidInput where that still does, unless `p.require_one_finger` is false.
Result<Part> part_of(const GridMap& mask, const cv::Size& picture, const ExtractParameters& p);

// The same of any picture, of all of the mask.
Part part_around(const GridMap& mask, const cv::Size& picture);

// The template of a part as that of the whole picture.
void place(FingerprintTemplate& print, const cv::Rect& at, int width_px500, int height_px500);

}  // namespace whorl::fingerprint
