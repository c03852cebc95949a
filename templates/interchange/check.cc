#include "templates/interchange/check.h"

#include <algorithm>
#include <array>

#include "templates/interchange/cursor.h"
#include "templates/interchange/face_record.h"
#include "templates/interchange/finger_image_record.h"
#include "templates/interchange/itl.h"
#include "templates/interchange/minutiae_record.h"
#include "templates/interchange/reading.h"

namespace whorl::interchange {
namespace {

constexpr std::array<std::string_view, 2> kStated{"iso-card-normal", "iso-card-compact"};

// A format: how its files begin, and what reads them.
struct Row {
  bool (*begins)(ByteView) = nullptr;
  void (*read)(ByteView, const ReadOptions&, Reading&) = nullptr;
  bool picture = false;  // a bare picture, which templates/image reads too
};

void read_one_record(ByteView file, const ReadOptions& options, Reading& out) {
  Inner read = read_record(file, options);
  out.format = std::move(read.format);
  out.edition = std::move(read.edition);
  out.findings = std::move(read.findings);
  out.contents = std::move(read.contents);
}

void name_iris(ByteView file, const ReadOptions&, Reading& out) {
  constexpr std::size_t kVersionAt = 4;
  constexpr std::size_t kVersionDigits = 3;
  out.format = "IIR";
  if (file.size() >= kVersionAt + kVersionDigits) out.edition = as_text(file.subspan(kVersionAt, kVersionDigits));
  out.unhandled = "iris records (ISO/IEC 19794-6) are recognised, and not read";
}

// The first element's name and whether `text` stands near the beginning of an XML file.
bool xml_with(ByteView file, std::string_view text) {
  constexpr std::size_t kLooked = 8192;
  const std::string_view head = as_text(file.first(std::min(file.size(), kLooked)));
  const std::size_t first = head.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  return first != std::string_view::npos && head[first] == '<' && head.find(text) != std::string_view::npos;
}

bool begins_itl_xml(ByteView file) {
  return xml_with(file, "NISTBiometricInformationExchangePackage") || xml_with(file, "biometrics.nist.gov/standard/");
}

void name_itl_xml(ByteView, const ReadOptions&, Reading& out) {
  out.format = "NIEM-XML";
  out.unhandled = "the XML encodings of ANSI/NIST-ITL are recognised, and not read: use the traditional encoding";
}

bool begins_cbeff(ByteView file) {
  if (begins_itl_xml(file) || !xml_with(file, "<")) return false;
  constexpr std::size_t kLooked = 8192;
  const std::string_view head = as_text(file.first(std::min(file.size(), kLooked)));
  // The first element, after the declaration and comments.
  std::size_t at = 0;
  while ((at = head.find('<', at)) != std::string_view::npos && at + 1 < head.size() &&
         (head[at + 1] == '?' || head[at + 1] == '!')) {
    const bool comment = head.substr(at).starts_with("<!--");
    at = head.find(comment ? "-->" : ">", at);
    if (at == std::string_view::npos) return false;
  }
  if (at == std::string_view::npos) return false;
  const std::string_view name =
      head.substr(at + 1, std::min(head.find_first_of(" \t\r\n/>", at + 1), head.size()) - at - 1);
  const std::size_t colon = name.find(':');
  return (colon == std::string_view::npos ? name : name.substr(colon + 1)) == "BIR";
}

bool begins_tlv_group(ByteView file) {
  if (file.size() < 2) return false;
  if (file[0] == 0x7f) return file[1] == 0x61 || file[1] == 0x60;
  if (file[0] != 0x75 && file[0] != 0x63 && file[0] != 0x76) return false;
  const std::size_t length = file[1] <= 0x7f ? 2 : 2 + std::size_t{file[1]} % 128;
  return begins_with(file, "\x7f\x61", length);
}

bool begins_piv(ByteView file) {
  if (file.size() < 2 || file[0] != 0xbc) return false;
  const std::size_t header = file[1] <= 0x7f ? 2 : 2 + std::size_t{file[1]} % 128;
  constexpr std::size_t kOwnerAt = 8;
  const bool version = begins_with(file, "\x03", header) && (number_at(file, header + 1, 1) & 0xf0) == 0;
  return version || begins_with(file, std::string_view("\x00\x1b", 2), header + kOwnerAt);  // NIST's, as PIV has it
}

bool begins_iris(ByteView file) { return inner_format(file) == "IIR"; }
bool begins_wsq(ByteView file) { return begins_with(file, "\xff\xa0"); }
bool begins_jpeg_2000(ByteView file) {
  return begins_with(file, std::string_view("\0\0\0\x0cjP  \r\n\x87\n", 12)) || begins_with(file, "\xff\x4f\xff\x51");
}

constexpr std::array kRows{
    Row{begins_minutiae, read_one_record},
    Row{begins_finger_images, read_one_record},
    Row{begins_faces, read_one_record},
    Row{begins_iris, name_iris},
    Row{begins_wsq, read_wsq, true},
    Row{begins_jpeg_2000, read_jpeg_2000, true},
    Row{begins_itl, read_itl},
    Row{begins_tlv_group, read_tlv_group},
    Row{begins_piv, read_piv},
    Row{begins_itl_xml, name_itl_xml},
    Row{begins_cbeff, read_cbeff_xml},
};

const Row* row_of(ByteView file) {
  const auto* const at = std::find_if(kRows.begin(), kRows.end(), [=](const Row& row) { return row.begins(file); });
  return at == kRows.end() ? nullptr : &*at;
}

void read_stated(ByteView file, std::string_view stated, Reading& out) {
  const auto edition = stated == kStated[0] ? MinutiaeEdition::kIsoCardNormal : MinutiaeEdition::kIsoCardCompact;
  out.format = "FMR";
  out.edition = name_of(edition);
  MinutiaeRecord read = read_card_minutiae(file, edition, out.findings);
  for (MinutiaeView& view : read.views) {
    out.contents.minutiae.push_back({edition, read.angle_unit_degrees, std::move(view)});
  }
}

Verdict verdict_of(const Reading& reading) {
  if (reading.findings.errors() > 0) return Verdict::kInvalid;
  if (reading.format.empty()) return Verdict::kUnknown;
  return reading.unhandled.empty() ? Verdict::kValid : Verdict::kUnhandled;
}

// Where a field is at fault that a cut file has no more, the offset is the file's end.
Findings within(const Findings& findings, std::size_t size) {
  Findings out;
  for (Finding each : findings.all()) {
    each.offset = std::min(each.offset, size);
    out.add(std::move(each));
  }
  return out;
}

LenientReading read(ByteView file, const CheckOptions& options, bool wants_contents) {
  Reading reading;
  const ReadOptions inner{options.tables, options.now_seconds, wants_contents};
  if (file.size() > kMostFileBytes) {
    reading.findings.error("GEN-03", 0, "the file is larger than 64 MiB");
  } else if (!options.stated.empty()) {
    read_stated(file, options.stated, reading);
  } else if (const Row* row = row_of(file)) {
    row->read(file, inner, reading);
  }
  reading.findings = within(reading.findings, file.size());
  LenientReading out;
  out.report.verdict = verdict_of(reading);
  out.report.tables_unchecked = reading.format == "AN2K" && options.tables == nullptr;
  out.report.format = std::move(reading.format);
  out.report.edition = std::move(reading.edition);
  out.report.unhandled = std::move(reading.unhandled);
  out.report.findings = std::move(reading.findings);
  out.contents = std::move(reading.contents);
  return out;
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kValid: return "valid";
    case Verdict::kInvalid: return "invalid";
    case Verdict::kUnknown: return "unknown";
    case Verdict::kUnhandled: return "unhandled";
  }
  return "";
}

Report check(ByteView file, const CheckOptions& options) { return read(file, options, false).report; }

LenientReading read_leniently(ByteView file, const CheckOptions& options) { return read(file, options, true); }

std::span<const std::string_view> stated_formats() { return kStated; }

bool begins_interchange(ByteView file) {
  const Row* row = row_of(file);
  return row != nullptr && !row->picture;
}

}  // namespace whorl::interchange
