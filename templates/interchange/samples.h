// Samples of the product from files of other systems.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/sample.h"

namespace whorl::interchange {

// What a file gave, in its order: pictures as files of an image format (uncompressed ones as PNG), minutiae as Whorl's
// templates without a ridge map. Positions and resolutions are the record's.
struct FoundSamples {
  std::vector<Sample> samples;
  std::size_t errors = 0;         // findings of the strict reader that the lenient one went past
  std::vector<std::string> left;  // what was left out, a sentence each: slaps, palms, what is not handled
};

// All samples of one modality. Errors: kInvalidInput: the file is of no format that begins_interchange knows, holds
// nothing of the modality that can be used, or uncompressed pixels of another depth than 8 bits. Thread-safe. Cost: a
// few ms a picture that is uncompressed, else microseconds; nothing is decoded.
Result<FoundSamples> samples_of(ByteView file, Modality modality);

// The first of them. Errors: the same.
Result<Sample> first_sample_of(ByteView file, Modality modality);

}  // namespace whorl::interchange
