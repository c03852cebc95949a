#include "index/record/sample_bytes.h"

#include <algorithm>

#include "index/record/field_bytes.h"

namespace whorl::index {
namespace {

// What a sample's fields are called in its bytes; never used again for anything else. What is not in the list is an
// extension.
enum class Tag : std::uint16_t {
  kQualityName = 1,
  kInstance,
  kCapturedAt,
  kDevice,
  kImpression,
  kWidth,
  kHeight,
  kBitDepth,
  kResolution,
  kMediaType,
  kCompression,
  kMetadata,
  kComment,
  kImage,
};

constexpr std::size_t kKnownTags = 14;
constexpr std::size_t kImageBytes = 4 + 4 + 32;

struct TextField {
  Tag tag;
  std::string CaptureData::*member;
  std::size_t most_bytes;
  const char* name;
};
constexpr TextField kTexts[] = {
    {Tag::kInstance, &CaptureData::instance, capture_limits::kInstanceBytes, "instance"},
    {Tag::kCapturedAt, &CaptureData::captured_at, capture_limits::kDateBytes, "captured_at"},
    {Tag::kDevice, &CaptureData::device, capture_limits::kDeviceBytes, "device"},
    {Tag::kMediaType, &CaptureData::media_type, capture_limits::kMediaTypeBytes, "media_type"},
    {Tag::kCompression, &CaptureData::compression, capture_limits::kCompressionBytes, "compression"},
    {Tag::kMetadata, &CaptureData::metadata, capture_limits::kMetadataBytes, "metadata"},
    {Tag::kComment, &CaptureData::comment, capture_limits::kCommentBytes, "comment"},
};

struct NumberField {
  Tag tag;
  std::uint32_t CaptureData::*member;
};
constexpr NumberField kNumbers[] = {
    {Tag::kWidth, &CaptureData::width_px},
    {Tag::kHeight, &CaptureData::height_px},
    {Tag::kBitDepth, &CaptureData::bit_depth},
    {Tag::kResolution, &CaptureData::resolution_ppi},
};

Bytes copy(ByteView bytes) { return {bytes.begin(), bytes.end()}; }
std::string text(ByteView bytes) { return std::string(as_text(bytes)); }

Status check_text(std::string_view value, std::size_t most, const char* field) {
  if (value.size() <= most) return {};
  return invalid_input("longer than " + std::to_string(most) + " bytes", field);
}

Bytes image_bytes(const ImageReference& image) {
  return ByteWriter().u32(image.number).u32(image.size).bytes(image.sha256).take();
}

// Everything of a sample that has a tag, tags rising.
std::vector<Extension> fields_of(const SampleRecord& sample) {
  std::vector<Extension> out = sample.extensions;
  const auto put = [&out](Tag tag, Bytes bytes) { out.push_back({static_cast<std::uint16_t>(tag), std::move(bytes)}); };
  if (!sample.quality_name.empty()) put(Tag::kQualityName, copy(as_bytes(sample.quality_name)));
  for (const TextField& field : kTexts) {
    const std::string& value = sample.capture.*field.member;
    if (!value.empty()) put(field.tag, copy(as_bytes(value)));
  }
  for (const NumberField& field : kNumbers) {
    const std::uint32_t value = sample.capture.*field.member;
    if (value != 0) put(field.tag, ByteWriter().u32(value).take());
  }
  if (sample.capture.impression) put(Tag::kImpression, {static_cast<std::uint8_t>(*sample.capture.impression)});
  if (sample.image) put(Tag::kImage, image_bytes(*sample.image));
  std::sort(out.begin(), out.end(), [](const Extension& a, const Extension& b) { return a.tag < b.tag; });
  return out;
}

bool read_number(ByteView bytes, std::uint32_t& out) {
  ByteReader in(bytes);
  out = in.u32();
  return in.finished() && out != 0;
}

bool read_image(ByteView bytes, SampleRecord& out) {
  ByteReader in(bytes);
  ImageReference image;
  image.number = in.u32();
  image.size = in.u32();
  const ByteView digest = in.bytes(image.sha256.size());
  if (!in.finished()) return false;
  std::copy(digest.begin(), digest.end(), image.sha256.begin());
  out.image = image;
  return true;
}

bool take(Extension&& field, SampleRecord& out) {
  for (const TextField& known : kTexts) {
    if (field.tag != static_cast<std::uint16_t>(known.tag)) continue;
    out.capture.*known.member = text(field.bytes);
    return !field.bytes.empty();
  }
  for (const NumberField& known : kNumbers) {
    if (field.tag == static_cast<std::uint16_t>(known.tag)) return read_number(field.bytes, out.capture.*known.member);
  }
  switch (static_cast<Tag>(field.tag)) {
    case Tag::kQualityName: out.quality_name = text(field.bytes); return !field.bytes.empty();
    case Tag::kImage: return read_image(field.bytes, out);
    case Tag::kImpression:
      if (field.bytes.size() != 1) return false;
      out.capture.impression = static_cast<Impression>(field.bytes[0]);
      return true;
    default: break;
  }
  out.extensions.push_back(std::move(field));
  return true;
}

Status check_capture(const CaptureData& capture) {
  for (const TextField& field : kTexts) WHORL_TRY(check_text(capture.*field.member, field.most_bytes, field.name));
  if (!capture.impression || is_impression(static_cast<std::uint8_t>(*capture.impression))) return {};
  return invalid_input("unknown impression type", "impression");
}

bool is_known(std::uint16_t tag) { return tag >= 1 && tag <= kKnownTags; }

}  // namespace

Status check_sample(const SampleRecord& sample) {
  const ModalityRow* const row = find_modality(static_cast<std::uint8_t>(sample.modality));
  if (row == nullptr) return invalid_input("unknown modality", "modality");
  if (sample.position > row->last_position) {
    return invalid_input("unknown " + std::string(row->name) + " position", "position");
  }
  if (sample.quality > 100) return invalid_input("quality above 100", "quality");
  WHORL_TRY(check_text(sample.quality_name, kMaxQualityNameBytes, "quality_name"));
  if (sample.template_bytes.size() > row->most_template_bytes) return invalid_input("template too long", "template");
  WHORL_TRY(check_capture(sample.capture));
  return check_extensions(sample.extensions, is_known);
}

void write_sample(ByteWriter& out, const SampleRecord& sample) {
  out.u8(static_cast<std::uint8_t>(sample.modality))
      .u8(sample.position)
      .u8(sample.format)
      .u32(sample.extractor_version);
  out.u8(sample.quality).u16(sample.quality_version).u8(sample.features).sized(sample.template_bytes);
  write_fields(out, fields_of(sample));
}

bool read_sample(ByteReader& in, SampleRecord& out) {
  out.modality = static_cast<Modality>(in.u8());
  out.position = in.u8();
  out.format = in.u8();
  out.extractor_version = in.u32();
  out.quality = in.u8();
  out.quality_version = in.u16();
  out.features = in.u8();
  out.template_bytes = copy(in.sized(limits::kFingerTemplateBytes));
  std::vector<Extension> fields;
  if (!read_fields(in, kMaxExtensions + kKnownTags, fields)) return false;
  for (Extension& field : fields) {
    if (!take(std::move(field), out)) return false;
  }
  return true;
}

}  // namespace whorl::index
