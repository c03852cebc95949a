// Random fingerprints as templates, for tests that need many and cannot wait for images.
#pragma once

#include <cstdint>
#include <random>

#include "base/bytes.h"
#include "templates/fingerprint/template.h"

namespace whorl::tests {

// The finger of this seed: about 40 minutiae scattered over a smooth random orientation field.
fingerprint::FingerprintTemplate random_finger(std::uint64_t seed);

// Another capture of `finger`: turned, shifted, its minutiae jittered by about `jitter_px` and a share of them
// lost or invented. The same seed gives the same capture.
fingerprint::FingerprintTemplate another_capture(const fingerprint::FingerprintTemplate& finger, std::uint64_t seed,
                                                 double jitter_px = 1.5, double lost_share = 0.1);

// The native encoding; ends the test program when the template cannot be encoded.
Bytes native(const fingerprint::FingerprintTemplate& finger);

}  // namespace whorl::tests
