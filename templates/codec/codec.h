// The codecs: what reads and writes the bytes of samples, a row each. Images of any modality are read by
// templates/image; a template's codec is of one modality.
//
// A further codec is a file with its functions, its number (templates/format.h), a row of the table (codec.cc, or
// templates/image/formats.cc), and a fuzz target. Reading trusts nothing, and is bounded before it begins.
// Pure; thread-safe.
#pragma once

#include <cstddef>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "templates/face/template.h"
#include "templates/fingerprint/template.h"
#include "templates/modality.h"
#include "templates/sample.h"

namespace whorl::codec {

// Read by image::decode_to_standard and image::decode_colour.
struct ImageForm {};

// A template of one modality, and what reads and writes it. Errors: kInvalidInput with the reason.
template <class Template>
struct TemplateForm {
  Modality modality{};
  std::size_t most_bytes = 0;  // that `read` will look at
  Result<Template> (*read)(ByteView bytes) = nullptr;
  Result<Bytes> (*write)(const Template& source) = nullptr;
};
using FingerForm = TemplateForm<fingerprint::FingerprintTemplate>;
using FaceForm = TemplateForm<face::FaceTemplate>;

struct Codec {
  FormatRow row;
  std::string_view osia_name;  // templateFormat of the interface; empty: of images
  std::variant<ImageForm, FingerForm, FaceForm> form;

  [[nodiscard]] bool is_image() const { return std::holds_alternative<ImageForm>(form); }
};

// Every codec, in order of number.
const std::vector<Codec>& codecs();

// Null for a number that is none's.
const Codec* find_codec(Format format);

// Which codec reads the sample: the one that it names, or the one that its bytes begin as. Errors: kInvalidInput, field
// "format" (no codec's number) or "bytes" (bytes that begin as nothing known, or as no image, or not as the one, that
// is stated).
Result<const Codec*> codec_of(const Sample& sample);

// The template of a sample that is one. Errors: codec_of's; kInvalidInput, field "bytes": an image, a template of
// another modality, or what the codec says.
Result<fingerprint::FingerprintTemplate> read_finger_template(const Sample& sample);
Result<face::FaceTemplate> read_face_template(const Sample& sample);

}  // namespace whorl::codec
