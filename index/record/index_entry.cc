#include "index/record/index_entry.h"

#include <algorithm>

namespace whorl::index {
namespace {

constexpr std::uint8_t kIndexVersion = 1;
constexpr std::uint8_t kIndexVersionWithFace = 2;
constexpr std::uint8_t kLastPosition = 10;

}  // namespace

IndexEntry index_entry(const EncounterRecord& record, const RecordDigest& digest) {
  IndexEntry out{digest, record.galleries, {}, record.face.has_value()};
  for (const FingerRecord& finger : record.fingers) out.positions.push_back(finger.position);
  return out;
}

Bytes encode_index(const IndexEntry& entry) {
  ByteWriter out;
  out.u8(entry.face ? kIndexVersionWithFace : kIndexVersion).bytes(entry.digest);
  out.u8(static_cast<std::uint8_t>(entry.galleries.size()));
  for (const std::string& gallery : entry.galleries) out.sized(gallery);
  out.u8(static_cast<std::uint8_t>(entry.positions.size()));
  for (const FingerPosition position : entry.positions) out.u8(static_cast<std::uint8_t>(position));
  return out.take();
}

Result<IndexEntry> parse_index(ByteView value) {
  ByteReader in(value);
  const int version = in.u8();
  if (!in.failed() && version != kIndexVersion && version != kIndexVersionWithFace) {
    return corruption("index entry: unknown version " + std::to_string(version));
  }
  IndexEntry out;
  out.face = version == kIndexVersionWithFace;
  const ByteView digest = in.bytes(out.digest.size());
  std::copy(digest.begin(), digest.end(), out.digest.begin());
  const std::size_t galleries = in.u8();
  for (std::size_t i = 0; i < galleries && !in.failed(); ++i)
    out.galleries.emplace_back(as_text(in.sized(kMaxIdBytes)));
  const std::size_t fingers = in.u8();
  for (std::size_t i = 0; i < fingers && !in.failed(); ++i) {
    const std::uint8_t position = in.u8();
    if (position > kLastPosition) return corruption("index entry: unknown finger position");
    out.positions.push_back(static_cast<FingerPosition>(position));
  }
  if (!in.finished()) return corruption("index entry: malformed");
  if (galleries == 0 || galleries > kMaxGalleriesOfEncounter || fingers > kMaxFingers || (fingers == 0 && !out.face)) {
    return corruption("index entry: a count out of bounds");
  }
  return out;
}

}  // namespace whorl::index
