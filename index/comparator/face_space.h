// Whose face embeddings can be compared: those of one network, of one length. Private to this room. Pure; plain values.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/face/template.h"

namespace whorl::index {

// Which embeddings a gallery holds: those of one network, of one length.
struct FaceSpace {
  face::NetworkId network;
  std::uint32_t dimension = 0;
  friend bool operator==(const FaceSpace&, const FaceSpace&) = default;
};

FaceSpace space_of(const face::FaceTemplate& face);

// Errors: kInvalidInput naming both networks (or both dimensions) when a face of `other` cannot be compared with the
// gallery's.
Status check_space(const FaceSpace& gallery, const FaceSpace& other);

Bytes encode_space(const FaceSpace& space);
// Takes any bytes. Errors: kCorruption.
Result<FaceSpace> parse_space(ByteView bytes);

}  // namespace whorl::index
