// Image bytes from outside to an image. The bytes are taken for hostile: format, size and resolution are read by
// bounded parsers and accepted before a pixel is decoded, and a damaged file is refused, never painted over.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/image/image.h"

namespace whorl::image {

struct DecodeOptions {
  // The resolution to use whatever the file says; empty means the file's own.
  std::optional<double> ppi;
  ImageLimits limits;
};

// Decodes bytes of any format of the table (formats.h: PNG, BMP, TIFF, JPEG, WSQ, JPEG 2000) to grey at their own
// resolution. Colour is converted to luma; alpha is composed over white; 16 bits are reduced to 8. Resolution:
// `options.ppi` wins, else the file's (PNG pHYs, BMP pels per metre, TIFF X/YResolution, JFIF density or EXIF), else an
// error that says how to give it. Errors (all kInvalidInput, nothing is kept): too many bytes or pixels, unknown
// format, truncated or malformed file, resolution absent, implausible, or different along the two axes. Thread-safe.
// Cost: a few ms a megapixel.
Result<GreyImage> decode_image(ByteView file, const DecodeOptions& options = {});

// At how many pixels an inch decode_image takes the file; no pixel is decoded. Errors: as decode_image's, of the header
// and the resolution. Thread-safe. Cost: microseconds.
Result<double> ppi_of(ByteView file, const DecodeOptions& options = {});

// What a file says of itself beside its pixels, and no limit is held against it; nothing decoded.
struct StatedOfFile {
  std::optional<double> x_ppi;  // both or none
  std::optional<double> y_ppi;
  int pages = 1;  // pictures in it, at most 1000 counted: the first is what is read. TIFF alone has several
};
// Of bytes that are no known image: as if they said nothing. Thread-safe. Cost: microseconds.
StatedOfFile stated_of(ByteView file);

// decode_image, then to_standard_ppi (resample.h); errors of both, and kInvalidInput, before a pixel is decoded, where
// the result would have more than `limits.max_standard_pixels`, or decoding would take more than
// `limits.max_work_bytes`.
Result<GreyImage> decode_to_standard(ByteView file, const DecodeOptions& options = {});

// Decodes the same to colour; a grey file gives three equal channels. Alpha is composed over white;
// 16 bits are reduced to 8; of `limits` the resolution is not looked at. Errors and cost as decode_image's.
// Thread-safe.
Result<ColourImage> decode_colour(ByteView file, const ImageLimits& limits = {});

// Width times height as the file's header states them, at most ImageLimits' max_pixels; 0 where it is no known image.
// For estimates of work: nothing else of the file is looked at, and decoding may yet refuse it. Thread-safe. Cost:
// microseconds.
std::uint64_t stated_pixels(ByteView file);
// As many, or as many as decode_to_standard would make of them, whichever is more; `ppi` wins over the file's own.
std::uint64_t stated_work_pixels(ByteView file, std::optional<double> ppi = {});

}  // namespace whorl::image
