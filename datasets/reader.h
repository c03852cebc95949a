// Readers of data sets: what samples there are, of which finger, at what resolution. Images are not opened.
//
// Everything read is hostile: sizes are bounded, a malformed line is an error that names it, and a path that
// would leave the data set's folder is refused.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace whorl::datasets {

struct DatasetSample {
  std::filesystem::path path;  // of the image
  std::string set;
  std::string subject;
  std::string finger;  // two samples are mated when set and finger are equal
  int impression = 0;
  double ppi = 0;  // 0: the file's own
  std::string note;
};

struct Dataset {
  std::string name;
  std::vector<DatasetSample> samples;  // ordered by set, finger, impression, path
};

// An FVC-style folder: files `<finger>_<impression>.<ext>` (ext, in any case: tif, tiff, png, bmp, jpg, jpeg, wsq, jp2,
// j2k; or of records of other systems fmr, fir, an2, an2k, eft, ebts, nist, ist, iso, xml, cbeff). Each finger is its
// own subject. Other files are passed over. `ppi` holds for every file; without it the folder may hold records alone,
// which say their own. Errors: kNotFound (no such folder), kInvalidInput (ppi out of 100..4000, an image and no ppi, or
// no such file in the folder).
Result<Dataset> read_fvc_folder(const std::filesystem::path& folder, std::optional<double> ppi);

// A manifest: CSV (RFC 4180, UTF-8) with a header line naming the columns set, file, subject, finger,
// impression and dpi, in any order; width, height and note may be there too. Paths in `file` are relative to
// the manifest. `only_set`: keep the samples of this set; empty keeps all. Errors: kNotFound (no such file),
// kInvalidInput (line and column named; a file listed twice; nothing left).
Result<Dataset> read_manifest(const std::filesystem::path& manifest, std::string_view only_set = {});

// A manifest.csv itself, a folder with a manifest.csv, or else an FVC-style folder at `ppi`.
Result<Dataset> read_dataset(const std::filesystem::path& path, std::string_view only_set = {}, double ppi = 500);

// One line of CSV: fields as they are meant, quotes undone. Errors: kInvalidInput on an unclosed or misplaced
// quote.
Result<std::vector<std::string>> split_csv_line(std::string_view line);

}  // namespace whorl::datasets
