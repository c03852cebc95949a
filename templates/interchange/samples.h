// Samples of the product from files of other systems.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/interchange/check.h"
#include "templates/sample.h"

namespace whorl::interchange {

// What a file gave, in its order: pictures as files of an image format (uncompressed ones as PNG), minutiae as Whorl's
// templates without a ridge map. Positions and resolutions are the record's.
struct FoundSamples {
  std::vector<Sample> samples;
  std::size_t errors = 0;         // findings of the strict reader that the lenient one went past
  std::vector<std::string> left;  // what was left out, a sentence each: slaps, palms, what is not handled or not used
};

// All samples of one modality; what cannot be used (pixels of another depth than 8 bits, a view without a minutia) is
// left out and named. `stated`: as CheckOptions has it. Errors: kInvalidInput: the file is of no format that
// begins_interchange knows, or holds nothing of the modality that can be used. Thread-safe. Cost: a few ms a picture
// that is uncompressed, else microseconds; nothing is decoded.
Result<FoundSamples> samples_of(ByteView file, Modality modality, const std::string& stated = {});

// The first of them. Errors: the same.
Result<Sample> first_sample_of(ByteView file, Modality modality);

// Of every modality, with what the strict reader says of the file. Also of a bare WSQ picture, which is a finger of
// unknown position; a bare JPEG 2000 picture does not say what it shows and is left out.
struct FileSamples {
  Report report;
  std::vector<Sample> samples;    // as in FoundSamples
  std::vector<std::string> left;  // likewise
};
FileSamples samples_in(ByteView file, const CheckOptions& options = {});

// Of a bare picture what is passed over or not believed, a phrase each: further pages of a TIFF, and with `ppi` a
// resolution of the file that is another, or differs along its axes. Nothing of other bytes. Cost: microseconds.
std::vector<std::string> notes_of_picture(ByteView file, std::optional<double> ppi);
// By more than 1 %; false where none is stated.
bool is_other_resolution(std::optional<double> stated_ppi, double used_ppi);

// Of several samples those whose bytes cannot be decoded go, and are named in `left` with the reason; one at least
// stays, so that whoever uses it says what is wrong. Resolutions are not looked at. Cost: a few ms a megapixel; what is
// beyond 40 million pixels of a file is not looked at, and stays.
void leave_undecodable(std::vector<Sample>& samples, std::vector<std::string>& left);

// Leaves what one encounter or one probe takes: of each known position of a finger the first sample, ten fingers, one
// face. What goes is named in `left`. Call leave_undecodable first: a bad sample would else be kept in the place of a
// good one behind it.
void keep_one_each(std::vector<Sample>& samples, std::vector<std::string>& left);

}  // namespace whorl::interchange
