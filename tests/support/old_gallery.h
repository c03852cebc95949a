// A gallery as a build with format 3 left it: records and index entries of the versions before this build's.
#pragma once

#include <filesystem>
#include <vector>

#include "index/record/record.h"

namespace whorl::tests {

// Makes a gallery of so many persons with one finger each, every third with a face, without snapshots. Gives what
// their records must be after the conversion. Ends the test program where that fails.
std::vector<index::EncounterRecord> make_old_gallery(const std::filesystem::path& folder, int persons);

}  // namespace whorl::tests
