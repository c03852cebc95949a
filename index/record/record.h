// What the gallery stores: one record an encounter. Its bytes: stored_record.h, docs/gallery-format.md.
//
// Plain values; not synchronised. Everything here is pure: no storage, no clock.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "templates/capture.h"
#include "templates/fingerprint/template.h"
#include "templates/format.h"
#include "templates/modality.h"

namespace whorl::index {

using fingerprint::FingerPosition;

inline constexpr std::size_t kMaxIdBytes = limits::kIdBytes;
inline constexpr std::size_t kMaxFingers = limits::kFingers;
inline constexpr std::size_t kMaxGalleriesOfEncounter = limits::kGalleriesOfEncounter;
inline constexpr std::size_t kMaxEncounterTypeBytes = limits::kEncounterTypeBytes;
inline constexpr std::size_t kMaxMissingReasonBytes = limits::kMissingReasonBytes;
// Of biographic, contextual and client data together.
inline constexpr std::size_t kMaxClientDataBytes = limits::kClientDataBytes;
inline constexpr std::size_t kMaxSamples = 32;
inline constexpr std::size_t kMaxMissing = 32;
inline constexpr std::size_t kMaxQualityNameBytes = 32;
inline constexpr std::size_t kMaxNeverTo = 16;
inline constexpr std::size_t kMaxMemberBytes = 16;
inline constexpr std::size_t kMaxExtensions = 16;
inline constexpr std::size_t kMaxExtensionBytes = 4096;
// 2255-03-14: what a clock counting nanoseconds can still hold. Of every date of a record.
inline constexpr std::uint64_t kMaxDateMs = 9'000'000'000'000;

// What a template is written in: a number of templates/format.h, kept as it came where this build does not know it.
using FormatNumber = std::uint8_t;
inline constexpr auto kNativeFinger = static_cast<FormatNumber>(Format::kNativeFinger);
inline constexpr auto kNativeFace = static_cast<FormatNumber>(Format::kNativeFace);

// A field that this build does not know: kept as it came, whatever it says.
struct Extension {
  std::uint16_t tag = 0;
  Bytes bytes;

  friend bool operator==(const Extension&, const Extension&) = default;
};

// The image that a sample was extracted from, where the gallery keeps it.
struct ImageReference {
  std::uint32_t number = 0;  // of the image in its encounter
  std::uint32_t size = 0;    // bytes of the file
  std::array<std::uint8_t, 32> sha256{};

  friend bool operator==(const ImageReference&, const ImageReference&) = default;
};

// One sample of a person, as a template.
struct SampleRecord {
  Modality modality = Modality::kFinger;
  std::uint8_t position = 0;  // of the modality; of a finger: fingerprint::FingerPosition
  FormatNumber format = kNativeFinger;
  std::uint32_t extractor_version = 0;  // what made the template; 0 where that is not known
  std::uint8_t quality = 0;             // 0..100
  std::string quality_name = {};        // of the measure; empty: Whorl's own
  std::uint16_t quality_version = 0;    // of the measure
  std::uint8_t features = 0;            // of a finger: minutiae in the template, 255 where there are more
  Bytes template_bytes = {};
  CaptureData capture = {};
  std::optional<ImageReference> image = {};
  std::vector<Extension> extensions = {};

  friend bool operator==(const SampleRecord&, const SampleRecord&) = default;
};

// A sample that could not be captured.
struct MissingRecord {
  Modality modality = Modality::kFinger;
  std::uint8_t position = 0;
  std::string reason;

  friend bool operator==(const MissingRecord&, const MissingRecord&) = default;
};

// Whether searches look at an encounter.
enum class EncounterStatus : std::uint8_t { kActive = 1, kInactive = 2 };

// What rules on passing data on need to know of a person. All of it empty: nothing was said.
struct SubjectClass {
  enum class Citizenship : std::uint8_t { kUnstated = 0, kOwn = 1, kResident = 2, kOther = 3 };
  enum class Protection : std::uint8_t { kNone = 0, kShielded = 1 };
  Citizenship citizenship = Citizenship::kUnstated;
  Protection protection = Protection::kNone;
  std::uint16_t birth_year = 0;       // 0: not known
  std::vector<std::string> never_to;  // members that must never learn of the person

  friend bool operator==(const SubjectClass&, const SubjectClass&) = default;
};

struct EncounterRecord {
  std::string person_id;
  std::string encounter_id;
  std::string encounter_type;
  EncounterStatus status = EncounterStatus::kActive;
  std::uint64_t created_ms = 0;        // since 1970-01-01T00:00:00Z, as every date here
  std::uint64_t updated_ms = 0;        // when it was last changed; 0: never
  std::uint64_t retention_due_ms = 0;  // when it must be gone; 0: no date
  bool hold = false;                   // must not be erased, whatever is due
  SubjectClass subject_class = {};
  std::vector<std::string> galleries;
  std::vector<SampleRecord> samples;  // at least one
  std::vector<MissingRecord> missing;
  // JSON objects, as they came; empty where none did.
  std::string biographic_data;
  std::string contextual_data;
  // Any bytes, as they came.
  std::string client_data;
  std::vector<Extension> extensions;

  friend bool operator==(const EncounterRecord&, const EncounterRecord&) = default;
};

inline FingerPosition finger_position(const SampleRecord& sample) {
  return static_cast<FingerPosition>(sample.position);
}

// 1..kMaxIdBytes of letters, digits, '.', '_', ':' and '-'. Ids never hold a zero byte, so keys keep their order.
bool is_valid_id(std::string_view id);
// An id that a new record may have: valid, and no dot segment ("." or ".."), which clients and proxies take out of a
// path (RFC 3986, 5.2.4). Records of earlier builds may have one, and are read.
bool is_new_id(std::string_view id);
// The same of all ids of a record. Errors: kInvalidInput naming the field.
Status check_new_ids(const EncounterRecord& record);

// Errors: kInvalidInput naming the field that breaks a bound above.
Status check_record(const EncounterRecord& record);

}  // namespace whorl::index
