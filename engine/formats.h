// The formats that samples can be handed in, for front ends that name them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/format.h"
#include "templates/modality.h"
#include "templates/sample.h"

namespace whorl::engine {

// What is done with records of other systems that break rules of their standard. Of the whole process: whoever sets it
// does so before anything is served. Lenient unless it was set.
enum class RecordPolicy {
  kLenient,  // what is safe is used; the rules broken are kept with each sample (CaptureData::metadata)
  kStrict,   // refused, with the rules in the error; what has warnings alone is used, and they are kept likewise
};
void set_record_policy(RecordPolicy policy);  // thread-safe

// A template's format as the interface names it (OSIA's templateFormat): Whorl's own, or minutiae of another system.
struct TemplateFormat {
  std::string_view name;  // "WHORL_NATIVE", "ISO_19794_2"
  Modality modality{};
  Format format{};  // of Whorl's own; kUnstated of another system's
  std::size_t most_bytes = 0;

  [[nodiscard]] bool is_own() const { return format != Format::kUnstated; }
};
// Nothing where no template of the modality has this name.
std::optional<TemplateFormat> template_format(Modality modality, std::string_view osia_name);

// "WHORL_NATIVE"; empty of an image, and of what is no format.
std::string_view template_name(Format format);

// "WHORL_NATIVE, ISO_19794_2, ...".
std::string template_formats(Modality modality);

// What a template holds: of Whorl's own itself, unread; of another system's record every finger, each known position
// once, as Whorl's templates. Errors: kInvalidInput: the bytes are of another format or edition than `format` says, or
// hold nothing to use, or break rules of their standard where RecordPolicy is strict; else they are read as far as is
// safe. Thread-safe. Cost: microseconds.
Result<std::vector<Sample>> samples_of_template(Bytes bytes, const TemplateFormat& format);

// A kept template of Whorl's own in this format; minutiae of another system hold neither ridge map nor flow. Errors:
// kInvalidInput: it cannot be decoded, or has no minutiae. Thread-safe. Cost: about a millisecond.
Result<Bytes> template_in(const TemplateFormat& format, std::uint8_t position, ByteView own);

// What an image holds: of a picture itself, as it is; of a record around pictures (docs/interchange.md) those of the
// modality, each known position once, with how the print came about. Of several that which cannot be decoded is left
// out; what is, and further pages of a TIFF, stands in the metadata of the others. Errors: kInvalidInput: the record
// holds no picture of the modality, or where RecordPolicy is strict it or a bare WSQ or JPEG 2000 file breaks rules of
// its standard, one of its samples cannot be decoded (named), or a TIFF holds several pages. Thread-safe. Cost:
// decoding of a record's pictures, where there are several (interchange::leave_undecodable).
Result<std::vector<Sample>> samples_of_image(Bytes bytes, Modality modality);

// The finger that is meant by a position that was stated: the sample of that position or of none. Where none was
// stated, all. Errors: kInvalidInput: there is none.
Result<std::vector<Sample>> samples_at(std::vector<Sample> found, std::uint8_t stated);

}  // namespace whorl::engine
