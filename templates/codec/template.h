// A template of any modality, by its type: what extractors make, codecs read and write, and the index prepares.
//
// A plain value. Pure functions; thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/face/template.h"
#include "templates/fingerprint/template.h"
#include "templates/format.h"
#include "templates/modality.h"

namespace whorl::codec {

// An alternative a modality, in order of their numbers; each has a quality of 0..100.
using Template = std::variant<fingerprint::FingerprintTemplate, face::FaceTemplate>;

Modality modality_of(const Template& content);
// 0..100, as the extractor measured it.
int quality_of(const Template& content);
// Of a finger: minutiae, at most 255; of others 0.
int features_of(const Template& content);

// A format of one modality's templates. Errors of both functions: kInvalidInput with the reason.
struct TemplateForm {
  FormatRow row;
  std::string_view osia_name;  // templateFormat of the interface
  Modality modality{};
  std::size_t most_bytes = 0;  // that `read` will look at
  Result<Template> (*read)(ByteView bytes) = nullptr;
  Result<Bytes> (*write)(const Template& content) = nullptr;
};

// Whorl's own formats, which records hold: a row a modality, in order of number.
std::span<const TemplateForm> native_forms();
const TemplateForm& native_form(Modality modality);
// Of this build's extractor of the modality.
std::uint32_t extractor_version_of(Modality modality);

}  // namespace whorl::codec
