// A gallery's database as whoever takes the disk sees it: rows as they lie there.
#pragma once

#include <compare>
#include <filesystem>
#include <string>
#include <vector>

namespace whorl::tests {

struct RawRow {
  std::string family;
  std::string key;
  std::string value;

  friend auto operator<=>(const RawRow&, const RawRow&) = default;
};

// Every row of every family, in order, logs included; the gallery may be open. Ends the test program where it fails.
std::vector<RawRow> raw_rows(const std::filesystem::path& gallery);

// Puts rows in, or takes the row of the same family and key out, with the gallery closed.
void put_raw(const std::filesystem::path& gallery, const std::vector<RawRow>& rows);
void drop_raw(const std::filesystem::path& gallery, const RawRow& row);

// Those of `after` that are not in `before`, both in order.
std::vector<RawRow> rows_added(const std::vector<RawRow>& before, const std::vector<RawRow>& after);

// Whether any file of the folder holds these bytes.
bool any_file_holds(const std::filesystem::path& folder, const std::string& wanted);

}  // namespace whorl::tests
