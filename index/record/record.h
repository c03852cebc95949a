// What the gallery stores: one record an encounter, and its bytes (docs/gallery-format.md).
//
// Plain values; not synchronised. Everything here is pure: no storage, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/fingerprint/template.h"

namespace whorl::index {

using fingerprint::FingerPosition;

// Bumped whenever the bytes of a record or of a key change their meaning.
inline constexpr std::uint32_t kGalleryFormat = 3;
// What a gallery has until its first face comes: builds that know no faces can read it.
inline constexpr std::uint32_t kGalleryFormatWithoutFaces = 2;

inline constexpr std::size_t kMaxIdBytes = 128;
inline constexpr std::size_t kMaxFingers = 10;
inline constexpr std::size_t kMaxGalleriesOfEncounter = 16;
inline constexpr std::size_t kMaxEncounterTypeBytes = 64;
inline constexpr std::size_t kMaxMissingReasonBytes = 64;
inline constexpr std::size_t kMaxClientDataBytes = 64 * 1024;
// 2255-03-14: what a clock counting nanoseconds can still hold.
inline constexpr std::uint64_t kMaxCreatedMs = 9'000'000'000'000;
// No record is longer than this (the sum of the bounds above is below it); longer values are refused unparsed.
inline constexpr std::size_t kMaxRecordBytes = 12 * 1024 * 1024;

struct FingerRecord {
  FingerPosition position = FingerPosition::kUnknown;
  std::uint8_t quality = 0;   // 0..100
  std::uint8_t minutiae = 0;  // how many the template holds
  Bytes native_template;      // templates/codec/native.h

  friend bool operator==(const FingerRecord&, const FingerRecord&) = default;
};

struct FaceRecord {
  std::uint8_t quality = 0;  // 0..100
  Bytes native_template;     // templates/codec/native_face.h

  friend bool operator==(const FaceRecord&, const FaceRecord&) = default;
};

struct MissingRecord {
  FingerPosition position = FingerPosition::kUnknown;
  std::string reason;

  friend bool operator==(const MissingRecord&, const MissingRecord&) = default;
};

struct EncounterRecord {
  std::string person_id;
  std::string encounter_id;
  std::string encounter_type;
  std::uint64_t created_ms = 0;  // since 1970-01-01T00:00:00Z
  std::vector<std::string> galleries;
  std::vector<FingerRecord> fingers;
  std::vector<MissingRecord> missing;
  std::string client_data;
  std::optional<FaceRecord> face = {};  // fingers, a face, or both: never neither

  friend bool operator==(const EncounterRecord&, const EncounterRecord&) = default;
};

// 1..kMaxIdBytes of letters, digits, '.', '_', ':' and '-'. Ids never hold a zero byte, so keys keep their order.
bool is_valid_id(std::string_view id);
// An id that a new record may have: valid, and no dot segment ("." or ".."), which clients and proxies take out of a
// path (RFC 3986, 5.2.4). Records of earlier builds may have one, and are read.
bool is_new_id(std::string_view id);
// The same of all ids of a record. Errors: kInvalidInput naming the field.
Status check_new_ids(const EncounterRecord& record);

// Keys. All encounters of a person are one contiguous range that starts with person_prefix.
Bytes encounter_key(std::string_view person_id, std::string_view encounter_id);
Bytes person_prefix(std::string_view person_id);
// What an encounter's key names; nothing where the bytes are no such key.
struct EncounterIds {
  std::string person_id;
  std::string encounter_id;
};
std::optional<EncounterIds> ids_of(ByteView key);
// The first byte of every encounter key.
inline constexpr std::uint8_t kEncounterKeyPrefix = 0x10;

// Errors: kInvalidInput naming the field that breaks a bound above.
Status check_record(const EncounterRecord& record);

// The value stored under encounter_key(record.person_id, record.encounter_id).
// Errors: as check_record.
Result<Bytes> encode_record(const EncounterRecord& record);

// The record of a stored pair. Takes any bytes: never reads or allocates past its bounds.
// Errors: kCorruption with the reason (key, length, version, checksum, a field out of bounds, trailing bytes).
Result<EncounterRecord> parse_record(ByteView key, ByteView value);

}  // namespace whorl::index
