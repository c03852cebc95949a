// The strict reader of what other systems send: which format and edition a file is of, and every rule that it breaks.
//
// The rules and their ids are listed in docs/interchange.md. Nothing is guessed: a format whose bytes name nothing
// (card formats) is read only where the caller says so. Pure; thread-safe. Cost: O(bytes), a few ms for most files; a
// picture of JPEG 2000 is decoded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/interchange/contents.h"
#include "templates/interchange/finding.h"
#include "templates/interchange/itl_tables.h"

namespace whorl::interchange {

// Larger files are refused before they are looked at (GEN-03).
inline constexpr std::size_t kMostFileBytes = std::size_t{64} << 20;

struct CheckOptions {
  const IntITables* tables = nullptr;  // INTERPOL's, for AN-23 and AN-24; null: these are not checked
  std::int64_t now_seconds = 0;        // since 1970, for validities (PIV-10); 0: these are not checked
  std::string stated;                  // one of stated_formats(); empty: whatever the bytes begin as
};

enum class Verdict {
  kValid,  // no error among the findings
  kInvalid,
  kUnknown,    // of no known format
  kUnhandled,  // of a known format that is not handled
};
// "valid", "invalid", "unknown", "unhandled".
std::string_view name_of(Verdict verdict);

struct Report {
  std::string format;     // "FMR", "AN2K" ...; empty: unknown
  std::string edition;    // "ISO/IEC 19794-2:2005"; empty: the format has none, or it was not found out
  std::string unhandled;  // what is not handled, a sentence; empty: all is
  Verdict verdict = Verdict::kUnknown;
  Findings findings;
  bool tables_unchecked = false;  // AN-23 and AN-24 were not looked at, for want of tables
};

Report check(ByteView file, const CheckOptions& options = {});

// The formats that only a caller can name: "iso-card-normal", "iso-card-compact".
std::span<const std::string_view> stated_formats();

// What the file holds for a comparison, read leniently: whatever could be read safely, with the same report.
struct LenientReading {
  Report report;
  Contents contents;
};
LenientReading read_leniently(ByteView file, const CheckOptions& options = {});

// Whether the bytes begin as one of the formats that hold records or pictures of records: not as a bare picture.
bool begins_interchange(ByteView file);

}  // namespace whorl::interchange
