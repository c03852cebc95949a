// Between minutiae as records keep them and Whorl's own template.
//
// Pure; thread-safe. Cost: microseconds.
#pragma once

#include "base/result.h"
#include "templates/fingerprint/template.h"
#include "templates/interchange/contents.h"

namespace whorl::interchange {

// A template without ridges or flow, which compares by its minutiae alone. Positions come to 500 ppi by the record's
// resolution along each axis (197 a centimetre is 500 ppi), and angles with them where the axes differ; types that are
// neither ending nor bifurcation count as endings; a quality that was not reported counts as 50. A view's own quality
// that was not reported (0 stands for that in most files) is 2 a minutia and at most 50. The size is the record's, or
// what its minutiae need where that is more: several producers write one size for all. Errors: kInvalidInput where
// there is no minutia, or a resolution or size beyond the bounds of templates.
Result<fingerprint::FingerprintTemplate> fingerprint_of(const FoundMinutiae& found);

// The same for writing: whole pixels at 500 ppi, angles in the edition's unit, rounded. No two minutiae at one place:
// the better one stays. At most `most` of them, the best. `number`: the view's, of its finger.
MinutiaeView view_of(const fingerprint::FingerprintTemplate& source, MinutiaeEdition edition, std::size_t most);

// Degrees that an angle of the edition counts in.
double angle_unit_degrees(MinutiaeEdition edition);

}  // namespace whorl::interchange
