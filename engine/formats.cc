#include "engine/formats.h"

#include "templates/codec/codec.h"

namespace whorl::engine {

std::optional<TemplateFormat> template_format(Modality modality, std::string_view osia_name) {
  for (const codec::Codec& codec : codec::codecs()) {
    if (codec.is_image() || codec.content->modality != modality || codec.content->osia_name != osia_name) continue;
    return {{codec.row.format, codec.content->most_bytes}};
  }
  return {};
}

std::string_view template_name(Format format) {
  const codec::Codec* codec = codec::find_codec(format);
  return codec == nullptr || codec->is_image() ? std::string_view() : codec->content->osia_name;
}

std::string template_formats(Modality modality) {
  std::string out;
  for (const codec::Codec& codec : codec::codecs()) {
    if (codec.is_image() || codec.content->modality != modality) continue;
    out += (out.empty() ? "" : ", ") + std::string(codec.content->osia_name);
  }
  return out;
}

}  // namespace whorl::engine
