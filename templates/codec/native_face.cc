#include "templates/codec/native_face.h"

#include <algorithm>

#include "base/catalogue.h"
#include "base/crc32c.h"

namespace whorl::codec {
namespace {

constexpr std::string_view kMagic = "WFAC";
constexpr std::size_t kCrcBytes = 4;
constexpr std::size_t kLeastBytes = 4 + 1 + 1 + 8 + 1 + 1 + 2 + face::kMinDimension + kCrcBytes;

Status check_frame(ByteView bytes) {
  if (bytes.size() > kMaxNativeFaceBytes) return invalid_input("the face template is too long");
  if (bytes.size() < kLeastBytes) return invalid_input("the face template is truncated");
  if (!is_native_face(bytes)) return invalid_input("this is no native face template: it does not begin with WFAC");
  if (const int version = bytes[kMagic.size()]; version != kNativeFaceVersion) {
    return failure(ErrorCode::kFaceTemplateVersion, with<"version">(version), with<"reads">(int{kNativeFaceVersion}));
  }
  return {};
}

Result<face::FaceTemplate> read_fields(ByteView bytes) {
  WHORL_TRY(check_frame(bytes));
  const ByteView covered = bytes.first(bytes.size() - kCrcBytes);
  if (crc32c(covered) != ByteReader(bytes.last(kCrcBytes)).u32()) {
    return invalid_input("the face template is truncated or damaged: its checksum does not match");
  }
  ByteReader in(covered);
  in.bytes(kMagic.size() + 1);
  face::FaceTemplate out;
  out.quality = in.u8();
  const ByteView digest = in.bytes(out.network.digest.size());
  out.network.name = as_text(in.bytes(in.u8()));
  const ByteView embedding = in.bytes(in.u16());
  if (in.failed()) return invalid_input("the face template is truncated");
  if (!in.finished()) return invalid_input("bytes follow the face template");
  std::copy(digest.begin(), digest.end(), out.network.digest.begin());
  for (const std::uint8_t v : embedding) out.embedding.push_back(static_cast<std::int8_t>(v));
  WHORL_TRY(face::check(out));
  return out;
}

}  // namespace

bool is_native_face(ByteView bytes) {
  return bytes.size() >= kMagic.size() && as_text(bytes.first(kMagic.size())) == kMagic;
}

Result<Bytes> encode_native_face(const face::FaceTemplate& source) {
  WHORL_TRY(face::check(source));
  ByteWriter out;
  out.bytes(as_bytes(kMagic)).u8(kNativeFaceVersion).u8(source.quality).bytes(source.network.digest);
  out.u8(static_cast<std::uint8_t>(source.network.name.size())).bytes(as_bytes(source.network.name));
  out.u16(static_cast<std::uint16_t>(source.embedding.size()));
  for (const std::int8_t v : source.embedding) out.u8(static_cast<std::uint8_t>(v));
  out.u32(crc32c(out.view()));
  return out.take();
}

Result<face::FaceTemplate> decode_native_face(ByteView bytes) {
  return coded(ErrorCode::kFaceTemplateDamaged, read_fields(bytes));
}

}  // namespace whorl::codec
