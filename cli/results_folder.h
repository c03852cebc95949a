// Folders that figures are written to.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace whorl::cli {

// Makes the folder. Where it holds files of an earlier run it says on standard error which of them are written over and
// which stay: those do not belong to this run. `files`: what is to be written, with a space between the names.
// Errors: those of make_directory.
Status make_results_folder(const std::filesystem::path& folder, const std::string& files);

}  // namespace whorl::cli
