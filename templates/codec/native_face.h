// The native byte format of a face template (docs/face-template-format.md).
#pragma once

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "templates/face/template.h"

namespace whorl::codec {

inline constexpr std::uint8_t kNativeFaceVersion = 1;
// Largest encoding that decode_native_face will look at.
inline constexpr std::size_t kMaxNativeFaceBytes = limits::kFaceTemplateBytes;

// The template's bytes, big-endian, ending in a CRC-32C. Equal templates have equal bytes, and decode gives back the
// same template. Errors: kInvalidInput when the template breaks its own bounds.
Result<Bytes> encode_native_face(const face::FaceTemplate& source);

// Errors: kInvalidInput with the reason: too long, truncated, wrong magic, unknown version, a value out of bounds,
// trailing bytes, checksum mismatch. Thread-safe; cost: about a microsecond.
Result<face::FaceTemplate> decode_native_face(ByteView bytes);

// Whether the bytes begin as a native face template does.
bool is_native_face(ByteView bytes);

}  // namespace whorl::codec
