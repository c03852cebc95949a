// Folders that figures are written to.
#pragma once

#include <boost/json/fwd.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/evaluation/provenance.h"

namespace whorl::cli {

// Makes the folder. Where it holds files of an earlier run it says on standard error which of them are written over and
// which stay: those do not belong to this run. `files`: what is to be written, with a space between the names.
// Errors: those of make_directory.
Status make_results_folder(const std::filesystem::path& folder, const std::string& files);

// A folder whose every file can be traced to the run that made it. Plots hold the provenance inside; of all files
// provenance.json, which is written last, has the digest: what lies beside it and is not in it, or differs, is of
// another run.
class ResultsFolder {
 public:
  // As make_results_folder.
  static Result<ResultsFolder> make(std::filesystem::path folder, const std::string& files,
                                    evaluation::Provenance provenance);
  // Errors: those of write_file.
  Status write(const std::string& name, std::string_view text);
  // Writes provenance.json.
  Status finish();

 private:
  ResultsFolder(std::filesystem::path folder, evaluation::Provenance provenance)
      : folder_(std::move(folder)), provenance_(std::move(provenance)) {}

  struct Written {
    std::string name;
    std::size_t bytes = 0;
    std::string sha256;
  };

  std::filesystem::path folder_;
  evaluation::Provenance provenance_;
  std::vector<Written> written_;
};

}  // namespace whorl::cli
