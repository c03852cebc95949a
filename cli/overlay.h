// Pictures of templates over their images, for people to check.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/template.h"
#include "templates/image/image.h"

namespace whorl::cli {

// Ridge flow as green ticks, endings as red circles, bifurcations as blue squares, each with a line in its
// direction; the weaker the colour, the lower the quality. A legend stands below. Errors: kInternal.
Result<Bytes> overlay_png(const image::GreyImage& image, const fingerprint::FingerprintTemplate& extracted);

// Both images side by side with their minutiae; a coloured line for each pair. Errors: kInternal.
Result<Bytes> pairs_png(const image::GreyImage& probe, const fingerprint::FingerprintTemplate& probe_template,
                        const image::GreyImage& reference, const fingerprint::FingerprintTemplate& reference_template,
                        const std::vector<fingerprint::MinutiaPair>& pairs);

// The same small, as a JPEG of some tens of kilobytes. Errors: kInternal.
Result<Bytes> pairs_jpeg(const image::GreyImage& probe, const fingerprint::FingerprintTemplate& probe_template,
                         const image::GreyImage& reference, const fingerprint::FingerprintTemplate& reference_template,
                         const std::vector<fingerprint::MinutiaPair>& pairs);

}  // namespace whorl::cli
