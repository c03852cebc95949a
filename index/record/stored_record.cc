#include "index/record/stored_record.h"

#include <algorithm>

#include "base/crc32c.h"
#include "index/record/field_bytes.h"
#include "index/record/old_record.h"
#include "index/record/record_key.h"
#include "index/record/sample_bytes.h"

namespace whorl::index {
namespace {

constexpr std::size_t kChecksumBytes = 4;
constexpr std::size_t kFieldOverheadBytes = 16;
constexpr std::size_t kExtensionsBytes = kMaxExtensions * (kMaxExtensionBytes + kFieldOverheadBytes);
constexpr std::size_t kDescriptionBytes = 16 * 1024;  // of one sample, without its template and extensions

// What check_record accepts, parse_record must accept too: a record is never written that cannot be read.
static_assert(kDescriptionBytes > kMaxQualityNameBytes + capture_limits::kInstanceBytes + capture_limits::kDateBytes +
                                      capture_limits::kDeviceBytes + capture_limits::kMediaTypeBytes +
                                      capture_limits::kCompressionBytes + capture_limits::kMetadataBytes +
                                      capture_limits::kCommentBytes + 16 * kFieldOverheadBytes);
static_assert(kMaxRecordBytes > 1024 + 2 * kMaxIdBytes + kMaxEncounterTypeBytes + kMaxClientDataBytes +
                                    kExtensionsBytes + kMaxGalleriesOfEncounter * (kMaxIdBytes + kFieldOverheadBytes) +
                                    kMaxNeverTo * (kMaxMemberBytes + kFieldOverheadBytes) +
                                    kMaxMissing * (kMaxMissingReasonBytes + kFieldOverheadBytes) +
                                    limits::kFingers * limits::kFingerTemplateBytes + limits::kFaceTemplateBytes +
                                    (limits::kFingers + 1) * (kDescriptionBytes + kExtensionsBytes));

std::string text(ByteView bytes) { return std::string(as_text(bytes)); }

void write_missing(ByteWriter& out, const std::vector<MissingRecord>& list) {
  out.u8(static_cast<std::uint8_t>(list.size()));
  for (const MissingRecord& missing : list) {
    out.u8(static_cast<std::uint8_t>(missing.modality)).u8(missing.position).sized(missing.reason);
  }
}

bool read_missing(ByteReader& in, std::vector<MissingRecord>& out) {
  const std::size_t n = in.u8();
  for (std::size_t i = 0; i < n && i < kMaxMissing && !in.failed(); ++i) {
    MissingRecord& missing = out.emplace_back();
    missing.modality = static_cast<Modality>(in.u8());
    missing.position = in.u8();
    missing.reason = text(in.sized(kMaxMissingReasonBytes));
  }
  return n <= kMaxMissing;
}

bool read_samples(ByteReader& in, std::vector<SampleRecord>& out) {
  const std::size_t n = in.u8();
  for (std::size_t i = 0; i < n && i < kMaxSamples && !in.failed(); ++i) {
    if (!read_sample(in, out.emplace_back())) return false;
  }
  return n <= kMaxSamples;
}

// All before the samples.
bool parse_head(ByteReader& in, EncounterRecord& out) {
  out.person_id = text(in.sized(kMaxIdBytes));
  out.encounter_id = text(in.sized(kMaxIdBytes));
  out.encounter_type = text(in.sized(kMaxEncounterTypeBytes));
  out.status = static_cast<EncounterStatus>(in.u8());
  out.created_ms = in.u64();
  out.updated_ms = in.u64();
  out.retention_due_ms = in.u64();
  const std::uint8_t hold = in.u8();
  out.hold = hold == 1;
  return hold <= 1 && read_subject(in, out.subject_class) &&
         read_texts(in, kMaxGalleriesOfEncounter, kMaxIdBytes, out.galleries);
}

bool parse_body(ByteReader& in, EncounterRecord& out) {
  if (!parse_head(in, out) || !read_samples(in, out.samples) || !read_missing(in, out.missing)) return false;
  out.biographic_data = text(in.sized(kMaxClientDataBytes));
  out.contextual_data = text(in.sized(kMaxClientDataBytes));
  out.client_data = text(in.sized(kMaxClientDataBytes));
  return read_fields(in, kMaxExtensions, out.extensions);
}

Bytes value_of(const EncounterRecord& record, ByteView key) {
  ByteWriter out;
  out.u8(kRecordVersion).sized(record.person_id).sized(record.encounter_id).sized(record.encounter_type);
  out.u8(static_cast<std::uint8_t>(record.status));
  out.u64(record.created_ms).u64(record.updated_ms).u64(record.retention_due_ms).u8(record.hold ? 1 : 0);
  write_subject(out, record.subject_class);
  write_texts(out, record.galleries);
  out.u8(static_cast<std::uint8_t>(record.samples.size()));
  for (const SampleRecord& sample : record.samples) write_sample(out, sample);
  write_missing(out, record.missing);
  out.sized(record.biographic_data).sized(record.contextual_data).sized(record.client_data);
  write_fields(out, record.extensions);
  out.u32(crc32c(out.view(), crc32c(key)));
  return out.take();
}

// The body of any version. False where it is cut short, or a field is too long.
Result<bool> parse_versions(ByteReader& in, const EncounterIds& ids, EncounterRecord& out) {
  const int version = in.u8();
  if (version == kRecordVersion) {
    if (!parse_body(in, out)) return false;
    if (out.person_id == ids.person_id && out.encounter_id == ids.encounter_id) return true;
    return corruption("names another encounter than its key");
  }
  if (!is_old_record_version(version)) return corruption("unknown version " + std::to_string(version));
  out.person_id = ids.person_id;
  out.encounter_id = ids.encounter_id;
  parse_old_body(in, version, out);
  return !in.failed();
}

}  // namespace

Result<EncodedRecord> encoded(const EncounterRecord& record) {
  WHORL_TRY(check_record(record));
  EncodedRecord out;
  out.key = encounter_key(record.person_id, record.encounter_id);
  out.value = value_of(record, out.key);
  return out;
}

std::size_t claimed_samples(ByteView value) {
  ByteReader in(value);
  EncounterRecord head;
  const int version = in.u8();
  if (version == kRecordVersion) {
    if (!parse_head(in, head)) return 1;
  } else {
    skip_old_head(in);
  }
  return std::clamp<std::size_t>(in.u8(), 1, kMaxSamples);
}

bool is_of_earlier_version(ByteView value) { return !value.empty() && value[0] != kRecordVersion; }

Result<EncounterRecord> parse_record(ByteView key, ByteView value) {
  const auto ids = ids_of(key);
  if (!ids) return corruption("gallery record: malformed key");
  const std::string name = "gallery record " + ids->person_id + "/" + ids->encounter_id + ": ";
  if (value.size() > kMaxRecordBytes) return corruption(name + "too long");
  if (value.size() <= kChecksumBytes) return corruption(name + "too short");
  const ByteView body = value.first(value.size() - kChecksumBytes);
  if (ByteReader(value.last(kChecksumBytes)).u32() != crc32c(body, crc32c(key))) {
    return corruption(name + "checksum mismatch");
  }
  ByteReader in(body);
  EncounterRecord out;
  const auto parsed = parse_versions(in, *ids, out);
  if (!parsed.ok()) return corruption(name + parsed.error().message);
  if (!*parsed || in.failed()) return corruption(name + "truncated, or a field is too long");
  if (!in.finished()) return corruption(name + "trailing bytes");
  if (const Status status = check_record(out); !status.ok()) return corruption(name + status.error().text());
  return out;
}

}  // namespace whorl::index
