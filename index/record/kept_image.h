// The image files that samples were extracted from, where a gallery keeps them. Bytes: docs/gallery-format.md.
//
// Plain values; pure; thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "index/record/record.h"

namespace whorl::index {

// Of one file. Whoever enrols larger ones into a gallery that keeps images is refused.
inline constexpr std::size_t kMaxKeptImageBytes = 64 * 1024 * 1024;

// What the sender said of a file, for it to be read the same way again.
struct ImageReading {
  FormatNumber format = 0;                    // as it was stated; 0: by its first bytes
  std::optional<double> resolution_ppi = {};  // as it was stated beside the file

  friend bool operator==(const ImageReading&, const ImageReading&) = default;
};

// A file to be kept beside a record, one of whose samples names it.
struct ImageToKeep {
  ImageReference as;
  ImageReading reading;
  ByteView bytes;  // borrowed
};

// A file as it was kept.
struct KeptImage {
  ImageReading reading;
  Bytes bytes;

  friend bool operator==(const KeptImage&, const KeptImage&) = default;
};

// What a sample says of a file. Precondition: at most kMaxKeptImageBytes bytes.
ImageReference reference_to(std::uint32_t number, ByteView bytes);

// Whether the images are those that the samples name, each once, and within bounds. Errors: kInvalidInput with the
// field.
Status check_images(const EncounterRecord& record, std::span<const ImageToKeep> images);

// Where an image is stored; `record_key`: its record's.
Bytes image_key(ByteView record_key, std::uint32_t number);
// All images of a record have keys from the first of these up to, and without, the second.
struct ImageKeys {
  Bytes begin;
  Bytes end;
};
ImageKeys image_keys(ByteView record_key);

// The stored value, and the file of one. Takes any bytes; the file must have the size and the digest that the record
// names. Errors: kCorruption with the reason.
Bytes image_value(ByteView key, const ImageToKeep& image);
// The stored value under another key. Takes any bytes. Errors: kCorruption.
Result<Bytes> moved_image(ByteView from, ByteView to, ByteView value);
Result<KeptImage> parse_image(ByteView key, ByteView value, const ImageReference& named);

}  // namespace whorl::index
