// The codecs: what reads and writes the bytes of samples, a row each. Images of any modality are read by
// templates/image; a template's codec is of one modality.
//
// A further codec is a file with its functions, its number (templates/format.h), a row (codec.cc, or
// templates/image/formats.cc), and a fuzz target. Reading trusts nothing, and is bounded before it begins.
// Pure; thread-safe.
#pragma once

#include <vector>

#include "base/result.h"
#include "templates/codec/template.h"
#include "templates/modality.h"
#include "templates/sample.h"

namespace whorl::codec {

// An image is read by image::decode_to_standard and image::decode_colour.
struct Codec {
  FormatRow row;
  const TemplateForm* content = nullptr;  // of a template, what reads and writes it; null: an image

  [[nodiscard]] bool is_image() const { return content == nullptr; }
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
Result<Template> read_template(const Sample& sample);

}  // namespace whorl::codec
