#include "index/record/index_entry.h"

#include <algorithm>

#include "index/record/attributes.h"
#include "index/record/field_bytes.h"
#include "index/record/old_record.h"

namespace whorl::index {
namespace {

constexpr std::uint8_t kHasImage = 1;

void read_digest(ByteReader& in, RecordDigest& out) {
  const ByteView digest = in.bytes(out.size());
  std::copy(digest.begin(), digest.end(), out.begin());
}

// Version 1 or 2, behind the version.
bool read_old(ByteReader& in, int version, IndexEntry& out) {
  read_digest(in, out.digest);
  out.shard_digest = out.digest;
  if (!read_texts(in, kMaxGalleriesOfEncounter, kMaxIdBytes, out.galleries)) return false;
  const std::size_t fingers = in.u8();
  for (std::size_t i = 0; i < fingers && !in.failed(); ++i) {
    out.samples.push_back({Modality::kFinger, in.u8(), kNativeFinger, 0, kExtractorOfOldRecords, false});
  }
  if (version == kVersionWithFace) {
    out.samples.push_back({Modality::kFace, 0, kNativeFace, 0, kExtractorOfOldRecords, false});
  }
  return true;
}

bool read_samples(ByteReader& in, std::vector<IndexedSample>& out) {
  const std::size_t n = in.u8();
  if (n > kMaxSamples) return false;
  for (std::size_t i = 0; i < n && !in.failed(); ++i) {
    IndexedSample& sample = out.emplace_back();
    sample.modality = static_cast<Modality>(in.u8());
    sample.position = in.u8();
    sample.format = in.u8();
    sample.quality = in.u8();
    sample.extractor_version = in.u32();
    const std::uint8_t flags = in.u8();
    if (flags > kHasImage) return false;
    sample.has_image = flags == kHasImage;
  }
  return true;
}

bool read_new(ByteReader& in, IndexEntry& out) {
  read_digest(in, out.digest);
  read_digest(in, out.shard_digest);
  out.status = static_cast<EncounterStatus>(in.u8());
  const std::uint8_t hold = in.u8();
  out.hold = hold == 1;
  out.created_ms = in.u64();
  out.updated_ms = in.u64();
  out.retention_due_ms = in.u64();
  const bool whole = read_subject(in, out.subject_class);
  out.encounter_type = as_text(in.sized(kMaxEncounterTypeBytes));
  return whole && hold <= 1 && read_texts(in, kMaxGalleriesOfEncounter, kMaxIdBytes, out.galleries) &&
         read_samples(in, out.samples) && read_fields(in, kMaxExtensions, out.extensions);
}

bool within_bounds(const IndexEntry& entry) {
  if (entry.status != EncounterStatus::kActive && entry.status != EncounterStatus::kInactive) return false;
  if (entry.galleries.empty() || entry.samples.empty() || !check_subject(entry.subject_class).ok()) return false;
  return std::all_of(entry.samples.begin(), entry.samples.end(), [](const IndexedSample& sample) {
    const ModalityRow* const row = find_modality(static_cast<std::uint8_t>(sample.modality));
    return row != nullptr && sample.position <= row->last_position && sample.quality <= 100;
  });
}

}  // namespace

std::size_t IndexEntry::count(Modality modality) const {
  return static_cast<std::size_t>(
      std::count_if(samples.begin(), samples.end(), [=](const IndexedSample& s) { return s.modality == modality; }));
}

IndexEntry index_entry(const EncounterRecord& record, const RecordDigest& digest) {
  IndexEntry out;
  out.digest = out.shard_digest = digest;
  out.status = record.status;
  out.hold = record.hold;
  out.created_ms = record.created_ms;
  out.updated_ms = record.updated_ms;
  out.retention_due_ms = record.retention_due_ms;
  out.subject_class = record.subject_class;
  out.encounter_type = record.encounter_type;
  out.galleries = record.galleries;
  for (const SampleRecord& sample : record.samples) {
    out.samples.push_back({sample.modality, sample.position, sample.format, sample.quality, sample.extractor_version,
                           sample.image.has_value()});
  }
  if (auto attributes = encode_attributes(attributes_of(record))) {
    out.extensions.push_back({kAttributesTag, std::move(*attributes)});
  }
  return out;
}

Bytes encode_index(const IndexEntry& entry) {
  ByteWriter out;
  out.u8(kIndexVersion).bytes(entry.digest).bytes(entry.shard_digest);
  out.u8(static_cast<std::uint8_t>(entry.status)).u8(entry.hold ? 1 : 0);
  out.u64(entry.created_ms).u64(entry.updated_ms).u64(entry.retention_due_ms);
  write_subject(out, entry.subject_class);
  out.sized(entry.encounter_type);
  write_texts(out, entry.galleries);
  out.u8(static_cast<std::uint8_t>(entry.samples.size()));
  for (const IndexedSample& sample : entry.samples) {
    out.u8(static_cast<std::uint8_t>(sample.modality)).u8(sample.position).u8(sample.format).u8(sample.quality);
    out.u32(sample.extractor_version).u8(sample.has_image ? kHasImage : 0);
  }
  write_fields(out, entry.extensions);
  return out.take();
}

Result<IndexEntry> parse_index(ByteView value) {
  ByteReader in(value);
  const int version = in.u8();
  const bool old = is_old_record_version(version);
  if (!in.failed() && !old && version != kIndexVersion) {
    return corruption("index entry: unknown version " + std::to_string(version));
  }
  IndexEntry out;
  const bool whole = old ? read_old(in, version, out) : read_new(in, out);
  if (!whole || !in.finished()) return corruption("index entry: malformed");
  if (!within_bounds(out)) return corruption("index entry: a value or count out of bounds");
  return out;
}

}  // namespace whorl::index
