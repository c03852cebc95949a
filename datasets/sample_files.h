// From files to templates: one, or a whole data set on all cores.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "templates/fingerprint/extract/extract.h"
#include "templates/fingerprint/template.h"
#include "templates/image/image.h"

namespace whorl::interchange {
struct FoundSamples;
}

namespace whorl::datasets {

// An image at 500 ppi and its template, or a template alone (a native file, docs/template-format.md, or minutiae of
// another system). Of a record of another system (docs/interchange.md) it is the first finger that can be decoded.
struct LoadedSample {
  std::optional<image::GreyImage> image;
  fingerprint::FingerprintTemplate extracted;
  // What of the file was not used, a sentence each: which finger of several it is, further pages, a resolution of its
  // own that `ppi` stands in the place of.
  std::vector<std::string> notices = {};
};

// Files whose name ends in this are native templates; all others are images.
inline constexpr const char* kTemplateSuffix = ".whorl";

// Errors: those of read_file, decode_to_standard, extract and decode_native, with the path as field.
Result<LoadedSample> load_sample(const std::filesystem::path& path, std::optional<double> ppi,
                                 fingerprint::TraceSink* trace = nullptr);
// Of a file whose bytes do not say what they are: `stated` is one of interchange::stated_formats(), or empty for
// load_sample. Errors: the same.
Result<LoadedSample> load_stated_sample(const std::filesystem::path& path, const std::string& stated,
                                        std::optional<double> ppi);

// The image of a file at 500 ppi. Errors: those of read_file and decode_to_standard, with the path as field.
Result<image::GreyImage> load_image(const std::filesystem::path& path, std::optional<double> ppi);

// The error with the path put before its field.
Error naming(const std::filesystem::path& path, Error error);

// Of a record of which the first sample is taken: what of it is not used, a sentence each. Precondition: it has one.
std::vector<std::string> notices_of(const interchange::FoundSamples& found);

struct SampleFile {
  std::filesystem::path path;
  std::optional<double> ppi;
};

// The template of each file in order, empty where there was a failure to extract; on all cores. `notices`, where there
// is one, gets what is not used of records, a sentence each with its file, in order. Errors: of the first file that
// could not be read or decoded: that is a fault of the data set, not a failure to extract.
Result<std::vector<std::optional<fingerprint::FingerprintTemplate>>> extract_all(
    const std::vector<SampleFile>& files, const ProgressCallback& progress,
    std::vector<std::string>* notices = nullptr);

}  // namespace whorl::datasets
