// What reading a file gives, and the options that it is read under. Private to this room.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "templates/interchange/contents.h"
#include "templates/interchange/finding.h"
#include "templates/interchange/stated_finger.h"

namespace whorl::interchange {

class IntITables;

struct ReadOptions {
  const IntITables* tables = nullptr;  // AN-23 and AN-24; null: not checked
  std::int64_t now_seconds = 0;        // since 1970, for PIV-10; 0: not checked
  bool wants_contents = false;         // pictures and minutiae are copied out
};

struct Reading {
  std::string format;     // "FMR"; empty: unknown
  std::string edition;    // empty: the format has none, or it is not known
  std::string unhandled;  // what is not handled, a sentence; empty: it is
  bool picture = false;   // the file itself is a picture
  Findings findings;
  Contents contents;
};

// Of a record that stands at `base` of the file: its findings are reported with offsets of the file. False where the
// bytes begin as none of FMR, FIR, FAC.
struct InnerRules {
  bool quality_254_255 = false;
  // What the container says of the finger. A view that says none is of that finger; one that says another is of no
  // certain finger, which is an error of `other_finger`.
  StatedFinger finger = {};
  std::string_view other_finger = {};
};
bool read_inner(ByteView record, std::size_t base, const ReadOptions& options, const InnerRules& rules, Reading& out);
// "FMR", "FIR", "FAC", "IIR"; empty for any other bytes.
std::string_view inner_format(ByteView record);
// Edition of the inner record; for headings.
struct Inner {
  std::string format;
  std::string edition;
  Findings findings;
  Contents contents;
  std::size_t views = 0;
  std::string contradiction;         // what the first view says and the container says otherwise; empty: nothing
  std::size_t contradiction_at = 0;  // in the record
};
Inner read_record(ByteView record, const ReadOptions& options, const InnerRules& rules = {});

// A row each of the table of formats (formats.cc).
void read_tlv_group(ByteView file, const ReadOptions& options, Reading& out);
void read_piv(ByteView file, const ReadOptions& options, Reading& out);
void read_cbeff_xml(ByteView file, const ReadOptions& options, Reading& out);
void read_itl(ByteView file, const ReadOptions& options, Reading& out);
void read_wsq(ByteView file, const ReadOptions& options, Reading& out);
void read_jpeg_2000(ByteView file, const ReadOptions& options, Reading& out);

}  // namespace whorl::interchange
