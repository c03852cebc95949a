// Samples of a record from templates of this build's extractors. Pure; thread-safe.
#pragma once

#include "base/result.h"
#include "index/record/record.h"
#include "templates/codec/template.h"

namespace whorl::index {

// Encodes the template; its quality, minutiae and extractor version are noted. Errors: kInvalidInput (the template
// breaks its own bounds).
Result<SampleRecord> native_sample(std::uint8_t position, const codec::Template& content);
Result<SampleRecord> native_sample(FingerPosition position, const fingerprint::FingerprintTemplate& finger);
Result<SampleRecord> native_sample(const face::FaceTemplate& face);

}  // namespace whorl::index
