// Lists of pairs to compare, as face data sets publish them, and what else is known of their images.
//
// Everything read is hostile: sizes are bounded, a malformed line is an error that names it, and a path that would
// leave the images' folder is refused.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace whorl::datasets {

struct ListedPair {
  int fold = 1;
  std::uint32_t a = 0;  // index into PairList::files
  std::uint32_t b = 0;
  bool mated = false;
};

struct PairList {
  std::vector<std::string> files;  // distinct, in order of first appearance, as written
  std::vector<ListedPair> pairs;
  std::uint64_t repeated = 0;  // lines left out: the pair, or the same two the other way round, was there before
};

inline constexpr std::size_t kMaxListedPairs = 5'000'000;

// CSV (RFC 4180, UTF-8) with a header line naming the columns a, b and mated (0 or 1), in any order; fold (1..1000) may
// be there too, others are passed over. a and b are paths below the images' folder. A pair that comes again, either way
// round, is left out and counted. Errors: kNotFound; kInvalidInput (line named; an image paired with itself; the same
// pair both mated and not; too many; none).
Result<PairList> read_pair_list(const std::filesystem::path& list);

// The value of `column` for each of `files` in a CSV file with a header line that has the columns `file` and `column`;
// empty for a file that is not in it. Errors: kNotFound; kInvalidInput (line named; a column that is not there, naming
// those that are; a file listed twice; none of `files` there).
Result<std::vector<std::string>> read_column(const std::filesystem::path& metadata, std::string_view column,
                                             const std::vector<std::string>& files);

// Who is seen in each file, by the folder it lies in ("Ann/1.jpg" -> "Ann"). Empty when that contradicts the list (a
// mated pair of two folders, a non-mated pair of one) or a file lies in no folder.
std::optional<std::vector<std::string>> subjects_by_folder(const PairList& list);

}  // namespace whorl::datasets
