// A file of one format to a file of another: `whorl convert IN OUT`.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace CLI {
class App;
}

namespace whorl::cli {

struct FileConversion {
  std::string in;
  std::string out;
  std::string to;      // of the names in the help; empty: by the suffix of `out`
  std::string format;  // of IN, of interchange::stated_formats(); empty: whatever its bytes begin as
  std::optional<double> ppi;
  std::size_t most_minutiae = 255;
  double bits_a_pixel = 0.75;
  std::string compression = "wsq";
  std::string originator;
  std::string destination;
  std::string control;
};

// IN, OUT, --to and what belongs to them.
void add_file_conversion(CLI::App& verb, FileConversion& options);
// Prints what was written, and as notes what the format cannot hold. Errors: those of reading, extracting and writing.
Result<int> convert_file(const FileConversion& options, bool json);

}  // namespace whorl::cli
