// Containers of PIV cards (NIST SP 800-76): a header, a record, and a signature.
#include <chrono>
#include <string>

#include "templates/interchange/minutiae_record.h"
#include "templates/interchange/reading.h"
#include "templates/interchange/tlv.h"

namespace whorl::interchange {
namespace {

constexpr std::uint32_t kContainer = 0xbc;
constexpr std::uint32_t kEnd = 0xfe;
constexpr std::size_t kHeader = 88;
constexpr int kFingers = 0x0201;
constexpr int kFace = 0x0501;

struct Header {
  std::size_t block = 0;
  std::size_t signature = 0;
  int format = 0;
};

struct Date {
  std::size_t at = 0;
  int year = 0;
  int month = 0;
  int day = 0;
};

Date read_date(Cursor& in) {
  Date out;
  out.at = in.at();
  const int century = in.u8();
  out.year = century * 100 + in.u8();
  out.month = in.u8();
  out.day = in.u8();
  in.skip(4);  // hours, minutes, seconds, 'Z'
  return out;
}

std::int64_t seconds_of(const Date& date) {
  using namespace std::chrono;
  const year_month_day day{year{date.year}, month{static_cast<unsigned>(date.month)},
                           std::chrono::day{static_cast<unsigned>(date.day)}};
  return day.ok() ? duration_cast<seconds>(sys_days{day}.time_since_epoch()).count() : 0;
}

void check_validity(const Date& until, const ReadOptions& options, Findings& findings) {
  const std::int64_t end = seconds_of(until);
  if (options.now_seconds == 0 || end == 0 || options.now_seconds <= end) return;
  findings.warning("PIV-10", until.at,
                   "the validity ended on " + std::to_string(until.year) + "-" + std::to_string(until.month) + "-" +
                       std::to_string(until.day));
}

void check_types(int format, std::uint32_t biometric, int data, std::size_t at, Findings& findings) {
  constexpr std::uint32_t kFingerType = 8;
  constexpr std::uint32_t kFaceType = 2;
  constexpr int kProcessed = 0x80;
  constexpr int kRaw = 0x20;
  const bool fingers = format == kFingers;
  if (fingers ? biometric != kFingerType : biometric != kFaceType) {
    findings.error("PIV-06", at, "the biometric type is not that of the format");
  }
  if (fingers ? data != kProcessed : (data != kRaw && data != 0x40)) {
    findings.error("PIV-07", at + 3, "the biometric data type is not that of the format");
  }
}

Header read_header(Cursor& in, const ReadOptions& options, Findings& findings) {
  constexpr int kOwner = 0x001b;
  constexpr std::size_t kCreatorAndCardholder = 18 + 25;
  const std::size_t at = in.at();
  Header out;
  if (in.u8() != 3) findings.error("PIV-01", at, "the version of the patron header is not 3");
  const int security = in.u8();
  if (security != 0x0d && security != 0x0f) findings.error("PIV-02", at + 1, "the record is not said to be signed");
  out.block = in.u32();
  out.signature = in.u16();
  const int owner = in.u16();
  out.format = in.u16();
  if (owner != kOwner) findings.error("PIV-04", at + 8, "the format owner is not 001B");
  read_date(in);
  read_date(in);
  const Date until = read_date(in);
  const std::uint32_t biometric = in.u24();
  const int data = in.u8();
  in.u8();  // quality
  in.skip(kCreatorAndCardholder);
  const std::size_t reserved_at = in.at();
  const std::uint32_t reserved = in.u32();
  if (in.cut()) return out;
  if (out.format == kFingers || out.format == kFace) {
    check_types(out.format, biometric, data, at + 36, findings);
  } else {
    findings.error("PIV-06", at + 10, "the format type is neither that of fingers nor that of a face");
  }
  if (reserved != 0) findings.error("PIV-05", reserved_at, "the reserved bytes of the header are not 0");
  check_validity(until, options, findings);
  return out;
}

void check_fingers(ByteView block, std::size_t base, Findings& findings) {
  Findings unused;
  const MinutiaeRecord record = read_minutiae(block, unused, {true});
  if (record.views.size() != 2) {
    findings.warning("PIV-08", base, "the record has " + std::to_string(record.views.size()) + " views, a card has 2");
  }
  for (const MinutiaeView& view : record.views) {
    const std::size_t extended_at = view.offset + 4 + 6 * view.minutiae.size();
    if (number_at(block, extended_at, 2) == 0) continue;
    findings.error("PIV-09", base + extended_at, "a view has extended data, which a card's has not");
  }
}

}  // namespace

void read_piv(ByteView file, const ReadOptions& options, Reading& out) {
  out.format = "PIV CBEFF (SP 800-76)";
  Cursor in(file);
  const auto outer = read_tlv(in, out.findings);
  if (!outer || outer->tag != kContainer) return;
  if (in.left() > 0) {
    const std::size_t end_at = in.at();
    Findings of_end;  // said as one
    const auto end = read_tlv(in, of_end);
    if (!end || end->tag != kEnd || in.left() > 0) {
      out.findings.error("GEN-02", end_at, "other bytes than the error detection code (tag FE) follow the container");
    }
  }
  Cursor content = outer->content;
  const std::size_t size = content.left();
  const Header header = read_header(content, options, out.findings);
  if (content.cut()) return content.report_cut(out.findings);
  if (kHeader + header.block + header.signature != size) {
    out.findings.error("PIV-03", outer->at,
                       "header, record and signature have " +
                           std::to_string(kHeader + header.block + header.signature) + " bytes, the container " +
                           std::to_string(size));
  }
  const std::size_t base = content.at();
  const ByteView block = content.bytes(std::min(header.block, content.left()));
  const bool fingers = header.format == kFingers;
  const std::string_view found = inner_format(block);
  if ((fingers && found != "FMR") || (header.format == kFace && found != "FAC")) {
    out.findings.error("PIV-06", base, "the record is not of the format that the header names");
  }
  read_inner(block, base, options, {true}, out);
  if (found == "FMR") check_fingers(block, base, out.findings);
}

}  // namespace whorl::interchange
