// Prints as records of other systems hold them, for the models of minutiae alone.
#pragma once

#include "templates/fingerprint/template.h"

namespace whorl::training {

// By `number`, which is drawn from: of one print in four the ridge map alone is taken, as a whole print's is not asked
// when the other has none; of the others all that ISO/IEC 19794-2:2005 does not keep: places are rounded to pixels and
// directions to 256 steps, and of two in three the qualities go too. Of one in three a sixth of the minutiae is lost
// and the others move a little, as with another extractor. Deterministic.
fingerprint::FingerprintTemplate cut_down(const fingerprint::FingerprintTemplate& print, std::size_t number);

}  // namespace whorl::training
