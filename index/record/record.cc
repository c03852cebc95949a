#include "index/record/record.h"

#include <algorithm>
#include <set>

#include "base/crc32c.h"
#include "base/identifier.h"
#include "base/limits.h"
#include "templates/codec/native.h"
#include "templates/codec/native_face.h"

namespace whorl::index {
namespace {

constexpr std::uint8_t kRecordVersion = 1;
constexpr std::uint8_t kRecordVersionWithFace = 2;
constexpr std::uint8_t kLastPosition = 10;

// What check_record accepts, parse_record must accept too: a record is never written that cannot be read.
constexpr std::size_t kFieldOverheadBytes = 16;
static_assert(kMaxRecordBytes > 64 + kMaxEncounterTypeBytes + kMaxClientDataBytes +
                                    kMaxGalleriesOfEncounter * (kMaxIdBytes + kFieldOverheadBytes) +
                                    kMaxFingers * (codec::kMaxNativeBytes + kFieldOverheadBytes) +
                                    codec::kMaxNativeFaceBytes + kFieldOverheadBytes +
                                    kMaxFingers * (kMaxMissingReasonBytes + kFieldOverheadBytes));

Status check_size(std::string_view text, std::size_t max, const std::string& field) {
  if (text.size() <= max) return {};
  return invalid_input("longer than " + std::to_string(max) + " bytes", field);
}

Status check_galleries(const std::vector<std::string>& galleries) {
  if (galleries.empty() || galleries.size() > kMaxGalleriesOfEncounter) {
    return invalid_input("an encounter belongs to 1.." + std::to_string(kMaxGalleriesOfEncounter) + " galleries",
                         "galleries");
  }
  if (!std::all_of(galleries.begin(), galleries.end(), is_valid_id)) {
    return invalid_input("not a gallery identifier", "galleries");
  }
  if (std::set<std::string_view>(galleries.begin(), galleries.end()).size() != galleries.size()) {
    return invalid_input("a gallery is named twice", "galleries");
  }
  return {};
}

Status check_fingers(const EncounterRecord& record) {
  if (record.fingers.size() > kMaxFingers || (record.fingers.empty() && !record.face)) {
    return invalid_input("an encounter has 1..10 fingers, or a face", "fingers");
  }
  if (record.missing.size() > kMaxFingers) return invalid_input("more than 10 missing fingers", "missing");
  for (const FingerRecord& finger : record.fingers) {
    if (static_cast<std::uint8_t>(finger.position) > kLastPosition) {
      return invalid_input("unknown finger position", "fingers");
    }
    if (finger.quality > 100) return invalid_input("quality above 100", "fingers");
    if (finger.native_template.size() > codec::kMaxNativeBytes) return invalid_input("template too long", "fingers");
  }
  for (const MissingRecord& missing : record.missing) {
    if (static_cast<std::uint8_t>(missing.position) > kLastPosition) {
      return invalid_input("unknown finger position", "missing");
    }
    WHORL_TRY(check_size(missing.reason, kMaxMissingReasonBytes, "missing"));
  }
  return {};
}

Status check_face(const std::optional<FaceRecord>& face) {
  if (!face) return {};
  if (face->quality > 100) return invalid_input("quality above 100", "face");
  if (face->native_template.size() <= codec::kMaxNativeFaceBytes) return {};
  return invalid_input("template too long", "face");
}

std::string text(ByteView bytes) { return std::string(as_text(bytes)); }

// Splits prefix | person | 0 | encounter.
bool parse_key(ByteView key, EncounterRecord& out) {
  if (key.empty() || key[0] != kEncounterKeyPrefix) return false;
  const std::string_view ids = as_text(key.subspan(1));
  const std::size_t zero = ids.find('\0');
  if (zero == std::string_view::npos) return false;
  out.person_id = ids.substr(0, zero);
  out.encounter_id = ids.substr(zero + 1);
  return is_valid_id(out.person_id) && is_valid_id(out.encounter_id);
}

void parse_body(ByteReader& in, bool with_face, EncounterRecord& out) {
  out.created_ms = in.u64();
  out.encounter_type = text(in.sized(kMaxEncounterTypeBytes));
  const std::size_t galleries = in.u8();
  for (std::size_t i = 0; i < galleries && !in.failed(); ++i) out.galleries.push_back(text(in.sized(kMaxIdBytes)));
  const std::size_t fingers = in.u8();
  for (std::size_t i = 0; i < fingers && !in.failed(); ++i) {
    FingerRecord& finger = out.fingers.emplace_back();
    finger.position = static_cast<FingerPosition>(in.u8());
    finger.quality = in.u8();
    finger.minutiae = in.u8();
    const ByteView bytes = in.sized(codec::kMaxNativeBytes);
    finger.native_template.assign(bytes.begin(), bytes.end());
  }
  const std::size_t missing = in.u8();
  for (std::size_t i = 0; i < missing && !in.failed(); ++i) {
    const auto position = static_cast<FingerPosition>(in.u8());
    out.missing.push_back({position, text(in.sized(kMaxMissingReasonBytes))});
  }
  if (with_face) {
    FaceRecord& face = out.face.emplace();
    face.quality = in.u8();
    const ByteView bytes = in.sized(codec::kMaxNativeFaceBytes);
    face.native_template.assign(bytes.begin(), bytes.end());
  }
  out.client_data = text(in.sized(kMaxClientDataBytes));
}

}  // namespace

static_assert(kMaxIdBytes == limits::kIdBytes);

bool is_valid_id(std::string_view id) { return is_identifier(id); }

bool is_new_id(std::string_view id) { return is_identifier(id) && !is_dot_segment(id); }

Status check_new_ids(const EncounterRecord& record) {
  if (!is_new_id(record.person_id)) return invalid_input("not a person identifier", "person_id");
  if (!is_new_id(record.encounter_id)) return invalid_input("not an encounter identifier", "encounter_id");
  if (std::all_of(record.galleries.begin(), record.galleries.end(), is_new_id)) return {};
  return invalid_input("not a gallery name", "galleries");
}

Bytes person_prefix(std::string_view person_id) {
  return ByteWriter().u8(kEncounterKeyPrefix).bytes(as_bytes(person_id)).u8(0).take();
}

Bytes encounter_key(std::string_view person_id, std::string_view encounter_id) {
  Bytes key = person_prefix(person_id);
  key.insert(key.end(), encounter_id.begin(), encounter_id.end());
  return key;
}

Status check_record(const EncounterRecord& record) {
  if (!is_valid_id(record.person_id)) return invalid_input("not a person identifier", "person_id");
  if (!is_valid_id(record.encounter_id)) return invalid_input("not an encounter identifier", "encounter_id");
  if (record.created_ms > kMaxCreatedMs) return invalid_input("too far in the future", "created");
  WHORL_TRY(check_size(record.encounter_type, kMaxEncounterTypeBytes, "encounter_type"));
  WHORL_TRY(check_size(record.client_data, kMaxClientDataBytes, "client_data"));
  WHORL_TRY(check_galleries(record.galleries));
  WHORL_TRY(check_fingers(record));
  return check_face(record.face);
}

Result<Bytes> encode_record(const EncounterRecord& record) {
  WHORL_TRY(check_record(record));
  ByteWriter out;
  out.u8(record.face ? kRecordVersionWithFace : kRecordVersion).u64(record.created_ms).sized(record.encounter_type);
  out.u8(static_cast<std::uint8_t>(record.galleries.size()));
  for (const std::string& gallery : record.galleries) out.sized(gallery);
  out.u8(static_cast<std::uint8_t>(record.fingers.size()));
  for (const FingerRecord& finger : record.fingers) {
    out.u8(static_cast<std::uint8_t>(finger.position)).u8(finger.quality).u8(finger.minutiae);
    out.sized(finger.native_template);
  }
  out.u8(static_cast<std::uint8_t>(record.missing.size()));
  for (const MissingRecord& missing : record.missing) {
    out.u8(static_cast<std::uint8_t>(missing.position)).sized(missing.reason);
  }
  if (record.face) out.u8(record.face->quality).sized(record.face->native_template);
  out.sized(record.client_data);
  out.u32(crc32c(out.view(), crc32c(encounter_key(record.person_id, record.encounter_id))));
  return out.take();
}

std::optional<EncounterIds> ids_of(ByteView key) {
  EncounterRecord parsed;
  if (!parse_key(key, parsed)) return std::nullopt;
  return EncounterIds{std::move(parsed.person_id), std::move(parsed.encounter_id)};
}

Result<EncounterRecord> parse_record(ByteView key, ByteView value) {
  constexpr std::size_t kChecksumBytes = 4;
  EncounterRecord out;
  if (!parse_key(key, out)) return corruption("gallery record: malformed key");
  const std::string name = "gallery record " + out.person_id + "/" + out.encounter_id + ": ";
  if (value.size() > kMaxRecordBytes) return corruption(name + "too long");
  if (value.size() <= kChecksumBytes) return corruption(name + "too short");
  const ByteView body = value.first(value.size() - kChecksumBytes);
  if (ByteReader(value.last(kChecksumBytes)).u32() != crc32c(body, crc32c(key))) {
    return corruption(name + "checksum mismatch");
  }
  ByteReader in(body);
  const int version = in.u8();
  if (version != kRecordVersion && version != kRecordVersionWithFace) {
    return corruption(name + "unknown version " + std::to_string(version));
  }
  parse_body(in, version == kRecordVersionWithFace, out);
  if (in.failed()) return corruption(name + "truncated, or a field is too long");
  if (!in.finished()) return corruption(name + "trailing bytes");
  if (const Status status = check_record(out); !status.ok()) return corruption(name + status.error().text());
  return out;
}

}  // namespace whorl::index
