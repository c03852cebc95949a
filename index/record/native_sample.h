// Samples of a record from templates of this build's extractors. Pure; thread-safe.
#pragma once

#include "base/result.h"
#include "index/record/record.h"
#include "templates/face/template.h"
#include "templates/fingerprint/template.h"

namespace whorl::index {

// The version that this build's extractor of the modality writes down.
std::uint32_t extractor_version_of(Modality modality);

// Encodes the template; its quality, minutiae and extractor version are noted. Errors: kInvalidInput (the template
// breaks its own bounds).
Result<SampleRecord> native_sample(FingerPosition position, const fingerprint::FingerprintTemplate& finger);
Result<SampleRecord> native_sample(const face::FaceTemplate& face);

}  // namespace whorl::index
