#include "templates/interchange/tlv.h"

#include <string>

namespace whorl::interchange {
namespace {

std::string hex(std::uint32_t value) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (int shift = 28; shift >= 0; shift -= 4) {
    const std::uint32_t digit = value >> shift & 0xf;
    if (!out.empty() || digit != 0 || shift <= 4) out += kDigits[digit];
  }
  return out;
}

std::uint32_t read_tag(Cursor& in) {
  constexpr std::uint32_t kLongForm = 0x1f;
  constexpr std::uint32_t kMore = 0x80;
  std::uint32_t tag = in.u8();
  if ((tag & kLongForm) != kLongForm) return tag;
  for (int i = 0; i < 2; ++i) {
    const std::uint32_t next = in.u8();
    tag = tag << 8 | next;
    if ((next & kMore) == 0) return tag;
  }
  return 0;  // of more bytes than any tag of ours
}

}  // namespace

std::optional<Tlv> read_tlv(Cursor& in, Findings& findings) {
  constexpr std::size_t kShortMost = 0x7f;
  constexpr std::size_t kMostLengthBytes = 4;
  if (in.left() == 0) return std::nullopt;
  const std::size_t at = in.at();
  const std::uint32_t tag = read_tag(in);
  std::size_t length = in.u8();
  if (length > kShortMost) {
    const std::size_t bytes = length & kShortMost;
    if (bytes == 0 || bytes > kMostLengthBytes) {
      findings.error("DG-00", at, "the length after tag " + hex(tag) + " is indefinite or has more than four bytes");
      return std::nullopt;
    }
    length = 0;
    for (std::size_t i = 0; i < bytes; ++i) length = length << 8 | in.u8();
    const bool minimal = length > kShortMost && length >> (8 * (bytes - 1)) != 0;
    if (!minimal && !in.cut())
      findings.warning("DG-07", at, "the length after tag " + hex(tag) + " has more bytes than it needs");
  }
  if (in.cut()) {
    in.report_cut(findings);
    return std::nullopt;
  }
  if (tag == 0) {
    findings.error("DG-00", at, "there is no tag");
    return std::nullopt;
  }
  if (length > in.left()) {
    findings.error("GEN-01", at,
                   "tag " + hex(tag) + " announces " + std::to_string(length) + " bytes, " + std::to_string(in.left()) +
                       " are left");
    return std::nullopt;
  }
  return Tlv{tag, at, in.part(length)};
}

}  // namespace whorl::interchange
