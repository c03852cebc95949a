// Transactions of ANSI/NIST-ITL in the traditional encoding, record by record.
//
// Values that borrow the file's bytes. Pure; thread-safe. Cost: O(bytes). Private to this room.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "templates/interchange/finding.h"

namespace whorl::interchange {

inline constexpr char kItlFile = 0x1c;
inline constexpr char kItlGroup = 0x1d;
inline constexpr char kItlRecord = 0x1e;
inline constexpr char kItlUnit = 0x1f;

struct ItlField {
  std::size_t offset = 0;  // of the tag, in the file
  int type = 0;            // "14" of "14.013"
  int number = 0;
  std::string_view value;  // may hold subfields and items; of field 999 binary
};

struct ItlRecord {
  int type = 0;
  int idc = -1;  // of Type-1: none
  std::size_t offset = 0;
  std::size_t length = 0;        // as far as it is there
  bool binary = false;           // Type-3 to 8
  bool broken = false;           // a finding says that it was not read whole: what it lacks is no fault of its own
  std::vector<ItlField> fields;  // of a tagged record
  // Of a binary record.
  int impression = 0;
  std::vector<int> positions;
  int isr = 0;
  int width = 0;
  int height = 0;
  int compression = 0;
  ByteView data;

  // The first of that number; null where there is none.
  [[nodiscard]] const ItlField* field(int number) const;
  [[nodiscard]] std::string_view value(int number) const;
};

struct ItlTransaction {
  std::vector<ItlRecord> records;
};

// "1.001:", "1.01:", "01.001:" ...
bool begins_itl(ByteView file);

// AN-01, AN-02, AN-06 to AN-09, AN-15 to AN-18 and GEN-01, GEN-02 are found here; check_itl looks at the rest.
ItlTransaction split_itl(ByteView file, Findings& findings);

// Parts of a value between separators; one empty part of an empty value.
std::vector<std::string_view> split(std::string_view value, char separator);
// A whole number of at most nine digits.
std::optional<int> whole_number(std::string_view text);

}  // namespace whorl::interchange
