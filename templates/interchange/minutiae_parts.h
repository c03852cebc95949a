// What the editions of minutiae records share. Private to this room.
#pragma once

#include <map>
#include <set>
#include <string>

#include "templates/interchange/cursor.h"
#include "templates/interchange/minutiae_record.h"

namespace whorl::interchange {

// What differs among the editions.
struct EditionTraits {
  MinutiaeEdition edition{};
  bool ansi = false;
  bool quality_254_255 = false;
  int minutia_bytes = 6;

  [[nodiscard]] bool is_2009() const {
    return edition == MinutiaeEdition::kAnsi2007Draft || edition == MinutiaeEdition::kAnsi2009 ||
           edition == MinutiaeEdition::kAnsi2009Am1;
  }
  [[nodiscard]] bool is_2011() const { return edition == MinutiaeEdition::kIso2011; }
};

// Of all views of a record, in order.
class ViewNumbers {
 public:
  // FMR-10 where a finger's views are not numbered 0, 1, 2 ... in order.
  void check(const MinutiaeView& view, Findings& findings);
  // FMR-10 of the edition of 2011, which lets numbers run through the record too: none stands twice for a finger.
  void check_2011(const MinutiaeView& view, Findings& findings);

 private:
  std::map<int, int> next_;
  std::set<std::pair<int, int>> seen_;
};

// Reads `count` minutiae and checks each: FMR-13 to FMR-17, and FMR-26.
void read_minutiae_of(Cursor& in, int count, const EditionTraits& traits, MinutiaeView& view, Findings& findings);

// FMR-06, FMR-07, FMR-28 of an image at `offset`.
void check_geometry(const MinutiaeView& view, const EditionTraits& traits, std::size_t offset, Findings& findings);
// FMR-09, FMR-11, FMR-12.
void check_view(const MinutiaeView& view, const EditionTraits& traits, Findings& findings);

// The u16 length of extended data and its blocks: FMR-18 to FMR-22.
void read_extended(Cursor& in, const EditionTraits& traits, const MinutiaeView& view, Findings& findings);
// The blocks alone; `in` ends where they do.
void read_blocks(Cursor in, const EditionTraits& traits, const MinutiaeView& view, Findings& findings);

// A record of the general header of ISO/IEC 19794-1:2011 (minutiae_2011.cc), of INCITS 378-2009 with a header of 20 or
// 21 bytes (minutiae_2009.cc), of 2004 or 2005 (minutiae_2005.cc).
struct ReadRecord {
  MinutiaeRecord record;
  Findings findings;
  bool closes = false;      // the structure ends where the length field says
  bool fills_file = false;  // it ends where the file does
};
ReadRecord read_minutiae_2005(ByteView file, MinutiaeEdition edition, const MinutiaeRules& rules);
ReadRecord read_minutiae_2009(ByteView file, MinutiaeEdition edition);
ReadRecord read_minutiae_2011(ByteView file);

// FMR-03 and GEN-02, and how it closes, of a record whose structure was read whole.
void check_end(std::size_t stated, std::size_t structure_end, std::size_t file_size, ReadRecord& out);

inline std::string number(std::uint64_t value) { return std::to_string(value); }

}  // namespace whorl::interchange
