#include "templates/codec/template.h"

#include <algorithm>
#include <array>

#include "templates/codec/native.h"
#include "templates/codec/native_face.h"
#include "templates/fingerprint/extract/extract.h"

namespace whorl::codec {
namespace {

using face::FaceTemplate;
using fingerprint::FingerprintTemplate;

// A codec's functions for one type, as functions for any template.
template <class Content, Result<Content> (*Decode)(ByteView)>
Result<Template> read(ByteView bytes) {
  WHORL_ASSIGN(Content content, Decode(bytes));
  return Template(std::move(content));
}
template <class Content, Result<Bytes> (*Encode)(const Content&)>
Result<Bytes> write(const Template& content) {
  return Encode(std::get<Content>(content));
}

constexpr std::array<TemplateForm, kModalities> kForms{{
    {{Format::kNativeFinger, "Whorl's finger template", ".whorl", "application/vnd.whorl.finger", is_native},
     "WHORL_NATIVE",
     Modality::kFinger,
     kMaxNativeBytes,
     read<FingerprintTemplate, decode_native>,
     write<FingerprintTemplate, encode_native>},
    {{Format::kNativeFace, "Whorl's face template", ".whorl", "application/vnd.whorl.face", is_native_face},
     "WHORL_FACE",
     Modality::kFace,
     kMaxNativeFaceBytes,
     read<FaceTemplate, decode_native_face>,
     write<FaceTemplate, encode_native_face>},
}};
constexpr std::array<std::uint32_t, kModalities> kExtractorVersions{fingerprint::kExtractorVersion,
                                                                    face::kExtractorVersion};
static_assert(std::variant_size_v<Template> == kModalities);

constexpr std::size_t place_of(Modality modality) { return static_cast<std::size_t>(modality) - 1; }

}  // namespace

Modality modality_of(const Template& content) { return static_cast<Modality>(content.index() + 1); }

int quality_of(const Template& content) {
  return std::visit([](const auto& each) { return int{each.quality}; }, content);
}

int features_of(const Template& content) {
  constexpr std::size_t kMost = 255;
  const auto* finger = std::get_if<FingerprintTemplate>(&content);
  return finger == nullptr ? 0 : static_cast<int>(std::min(finger->minutiae.size(), kMost));
}

std::span<const TemplateForm> native_forms() { return kForms; }

const TemplateForm& native_form(Modality modality) { return kForms[place_of(modality)]; }

std::uint32_t extractor_version_of(Modality modality) { return kExtractorVersions[place_of(modality)]; }

}  // namespace whorl::codec
