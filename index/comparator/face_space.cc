#include "index/comparator/face_space.h"

#include <algorithm>

#include "base/catalogue.h"

namespace whorl::index {

FaceSpace space_of(const face::FaceTemplate& face) {
  return {face.network, static_cast<std::uint32_t>(face.embedding.size())};
}

Status check_space(const FaceSpace& gallery, const FaceSpace& other) {
  if (gallery == other) return {};
  if (gallery.network != other.network) {
    return failure(ErrorCode::kFaceOfOtherNetwork, with<"gallery_network">(gallery.network.text()),
                   with<"network">(other.network.text()));
  }
  return invalid_input("the gallery's faces have " + std::to_string(gallery.dimension) + " numbers, this one has " +
                       std::to_string(other.dimension));
}

Bytes encode_space(const FaceSpace& space) {
  return ByteWriter().sized(space.network.name).bytes(space.network.digest).u32(space.dimension).take();
}

Result<FaceSpace> parse_space(ByteView bytes) {
  ByteReader in(bytes);
  FaceSpace out;
  out.network.name = as_text(in.sized(face::kMaxNameBytes));
  const ByteView digest = in.bytes(out.network.digest.size());
  std::copy(digest.begin(), digest.end(), out.network.digest.begin());
  out.dimension = in.u32();
  if (!in.finished() || !face::check_network_name(out.network.name).ok() || out.dimension < face::kMinDimension ||
      out.dimension > face::kMaxDimension) {
    return corruption("the name of the gallery's face network is malformed");
  }
  return out;
}

}  // namespace whorl::index
