// The native byte format of a fingerprint template (docs/template-format.md).
#pragma once

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/template.h"

namespace whorl::codec {

// Version 1 (both maps in one stream) is no longer read.
inline constexpr std::uint8_t kNativeVersion = 2;

// Largest encoding that decode_native will look at; every template within its own bounds fits. A finger's template
// takes one to three KB.
inline constexpr std::size_t kMaxNativeBytes = limits::kFingerTemplateBytes;

// The template's bytes, big-endian, ending in a CRC-32C. Positions are rounded to 1/16 px, directions to
// 2 pi/65536, so decode(encode(t)) equals fingerprint::quantised(t), and t itself when it came from decode.
// Errors: kInvalidInput when the template breaks its own bounds.
Result<Bytes> encode_native(const fingerprint::FingerprintTemplate& source);

// Errors: kInvalidInput with the reason: too long, truncated, wrong magic, unknown version, a value out of
// bounds, trailing bytes, checksum mismatch. Thread-safe; cost: about a millisecond a finger.
Result<fingerprint::FingerprintTemplate> decode_native(ByteView bytes);

// Whether the bytes begin as a native template does.
bool is_native(ByteView bytes);

// The template made ready for comparing as a gallery keeps it: PreparedTemplate(decode_native(bytes), {},
// RidgeForm::kCoded), without decoding the ridge map. Errors: those of decode_native, except that a ridge map whose
// code is damaged is not noticed (such a template compares by its minutiae alone); what comes from outside is decoded
// once, before it is kept. Thread-safe; cost: see docs/benchmarks.md.
Result<fingerprint::PreparedTemplate> prepare_native(ByteView bytes);

// The same as prepare_native(own) without preparing again: `own` is what encode_native made of the template that `raw`
// (of the form kRaw) was prepared from. Cost: a copy.
fingerprint::PreparedTemplate prepare_again(fingerprint::PreparedView raw, ByteView own);

}  // namespace whorl::codec
