#include "engine/formats.h"

#include <variant>

#include "templates/codec/codec.h"

namespace whorl::engine {
namespace {

// What a template's codec says of itself; nothing of an image's.
struct About {
  std::optional<Modality> modality;
  std::size_t most_bytes = 0;

  void operator()(const codec::ImageForm& /*form*/) {}
  template <class Template>
  void operator()(const codec::TemplateForm<Template>& form) {
    modality = form.modality;
    most_bytes = form.most_bytes;
  }
};

About about(const codec::Codec& codec) {
  About out;
  std::visit(out, codec.form);
  return out;
}

}  // namespace

std::optional<TemplateFormat> template_format(Modality modality, std::string_view osia_name) {
  for (const codec::Codec& codec : codec::codecs()) {
    const About known = about(codec);
    if (known.modality == modality && codec.osia_name == osia_name) return {{codec.row.format, known.most_bytes}};
  }
  return {};
}

std::string_view template_name(Format format) {
  const codec::Codec* codec = codec::find_codec(format);
  return codec == nullptr ? std::string_view() : codec->osia_name;
}

std::string template_formats(Modality modality) {
  std::string out;
  for (const codec::Codec& codec : codec::codecs()) {
    if (about(codec).modality == modality) out += (out.empty() ? "" : ", ") + std::string(codec.osia_name);
  }
  return out;
}

}  // namespace whorl::engine
