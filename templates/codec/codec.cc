#include "templates/codec/codec.h"

#include <algorithm>
#include <string>

#include "base/catalogue.h"
#include "templates/image/formats.h"

namespace whorl::codec {
namespace {

std::vector<Codec> every_codec() {
  std::vector<Codec> out;
  for (const TemplateForm& form : native_forms()) out.push_back({form.row, &form});
  for (const image::ImageFormat& format : image::image_formats()) out.push_back({format.row});
  return out;
}

// The first codec that a sample can have and that its bytes begin as; null where there is none.
const Codec* begun(const Sample& sample) {
  const auto begins = [&](const Codec& codec) {
    return (codec.is_image() || sample.format != Format::kAnyImage) && codec.row.begins(sample.bytes);
  };
  const auto found = std::find_if(codecs().begin(), codecs().end(), begins);
  return found == codecs().end() ? nullptr : &*found;
}

}  // namespace

const std::vector<Codec>& codecs() {
  static const std::vector<Codec> all = every_codec();
  return all;
}

const Codec* find_codec(Format format) {
  const auto found =
      std::find_if(codecs().begin(), codecs().end(), [=](const Codec& codec) { return codec.row.format == format; });
  return found == codecs().end() ? nullptr : &*found;
}

Result<const Codec*> codec_of(const Sample& sample) {
  if (sample.format != Format::kUnstated && sample.format != Format::kAnyImage) {
    const Codec* named = find_codec(sample.format);
    if (named == nullptr) {
      return failure(ErrorCode::kFormatUnknown, "format", with<"number">(static_cast<int>(sample.format)));
    }
    if (!named->is_image() || named->row.begins(sample.bytes)) return named;
    return failure(ErrorCode::kNotOfFormat, "bytes", with<"format">(named->row.name));
  }
  if (const Codec* codec = begun(sample)) return codec;
  if (sample.format == Format::kAnyImage) return failure(ErrorCode::kImageFormatUnknown, "bytes");
  return failure(ErrorCode::kNoKnownFormat, "bytes");
}

Result<Template> read_template(const Sample& sample) {
  WHORL_ASSIGN(const Codec* codec, codec_of(sample));
  if (codec->is_image() || codec->content->modality != sample.modality) {
    return failure(ErrorCode::kNotOfModality, "bytes", with<"format">(codec->row.name),
                   with<"modality">(row_of(sample.modality).name));
  }
  auto read = codec->content->read(sample.bytes);
  if (!read.ok() && read.error().field.empty()) return read.error().within("bytes");
  return read;
}

}  // namespace whorl::codec
