// Biometric data groups of passports (DG2, DG3, DG4), and groups of biometric information templates as cards hold them.
#include <optional>
#include <string>
#include <vector>

#include "templates/interchange/reading.h"
#include "templates/interchange/tlv.h"

namespace whorl::interchange {
namespace {

constexpr std::uint32_t kGroup = 0x7f61;
constexpr std::uint32_t kTemplate = 0x7f60;
constexpr std::uint32_t kCount = 0x02;
constexpr std::uint32_t kHeader = 0xa1;
constexpr std::uint32_t kBinaryBlock = 0x5f2e;
constexpr std::uint32_t kAsnBlock = 0x7f2e;
constexpr std::uint32_t kModality = 0x81;
constexpr std::uint32_t kSubType = 0x82;
constexpr std::uint32_t kOwner = 0x87;
constexpr std::uint32_t kType = 0x88;
constexpr int k39794Face = 0x2a;

struct Header {
  bool owner = false;
  int type = -1;
  int modality = 0;  // of tag 81; 0: not said
  std::size_t sub_type_at = 0;
  std::optional<int> sub_type;  // of tag 82
};

Header read_header(Cursor in, Findings& findings) {
  Header out;
  while (const auto object = read_tlv(in, findings)) {
    Cursor content = object->content;
    if (object->tag == kOwner) out.owner = true;
    if (object->tag == kModality) out.modality = content.u8();
    if (object->tag == kSubType && content.left() > 0) {
      out.sub_type_at = object->at;
      out.sub_type = content.left() == 1 ? content.u8() : -1;
    }
    if (object->tag == kType) out.type = content.left() == 2 ? content.u16() : content.u8();
  }
  return out;
}

std::string_view format_of_type(int type) {
  switch (type) {
    case 0x0007: return "FIR";
    case 0x0008: return "FAC";
    case 0x0009: return "IIR";
    default: return {};
  }
}

// DG-06: what the record shows is neither what the header names nor what its data group is for.
void check_modality(std::string_view found, const Header& header, std::size_t at, ByteView file, Findings& findings) {
  constexpr int kFace = 0x02;
  constexpr int kFingers = 0x08;
  constexpr int kIris = 0x10;
  const int shown = found == "FAC" ? kFace : found == "FIR" || found == "FMR" ? kFingers : found == "IIR" ? kIris : 0;
  const int of_group = file[0] == 0x75 ? kFace : file[0] == 0x63 ? kFingers : file[0] == 0x76 ? kIris : 0;
  if (shown == 0) return;
  if (of_group != 0 && of_group != shown) {
    findings.error("DG-06", at, "the record is of another kind than its data group holds");
  } else if (header.modality != 0 && header.modality != shown) {
    findings.error("DG-06", at, "the record is of another kind than the biometric type (tag 81) says");
  }
}

// What the header says of the finger in it; DG-08 where its value is none.
StatedFinger finger_of(const Header& header, Findings& findings) {
  if (!header.sub_type) return {};
  const auto finger = StatedFinger::of_sub_type(*header.sub_type);
  if (!finger) findings.error("DG-08", header.sub_type_at, "the biometric sub-type (tag 82) is not defined");
  return finger.value_or(StatedFinger());
}

void read_block(const Tlv& block, ByteView file, const Header& header, const ReadOptions& options, Reading& out) {
  const ByteView bytes = file.subspan(block.content.at(), block.content.left());
  const std::string_view found = inner_format(bytes);
  if (block.tag == kAsnBlock && found.empty()) {
    out.edition = header.type == k39794Face ? "ISO/IEC 39794-5" : "ISO/IEC 39794";
    out.unhandled = "records of ISO/IEC 39794 (ASN.1 in tag 7F2E) are recognised, and not read";
    return;
  }
  const std::string_view announced = format_of_type(header.type);
  if (!announced.empty() && found != announced) {
    out.findings.error("DG-06", block.at,
                       "the type announces " + std::string(announced) + ", the block " +
                           (found.empty() ? std::string("is no known record") : "is " + std::string(found)));
  } else {
    check_modality(found, header, block.at, file, out.findings);
  }
  InnerRules rules;
  if (found == "FIR" || found == "FMR") rules.finger = finger_of(header, out.findings);
  rules.other_finger = "DG-08";
  if (read_inner(bytes, block.content.at(), options, rules, out)) return;
  if (found == "IIR") out.unhandled = "iris records (ISO/IEC 19794-6) are recognised, and not read";
}

void read_template(const Tlv& object, ByteView file, bool needs_block, const ReadOptions& options, Reading& out) {
  Cursor in = object.content;
  Header header;
  bool has_header = false;
  std::vector<Tlv> blocks;
  while (const auto part = read_tlv(in, out.findings)) {
    if (part->tag == kHeader) {
      header = read_header(part->content, out.findings);
      has_header = true;
    }
    if (part->tag != kBinaryBlock && part->tag != kAsnBlock) continue;
    blocks.push_back(*part);
  }
  // After the header, wherever it stands.
  for (const Tlv& block : blocks) read_block(block, file, header, options, out);
  if (!has_header) out.findings.error("DG-03", object.at, "the template has no header (tag A1)");
  if (has_header && (!header.owner || header.type < 0)) {
    out.findings.error("DG-05", object.at, "the template's header names no format owner and type (tags 87 and 88)");
  }
  if (needs_block && blocks.empty() && !out.findings.has("GEN-01")) {
    out.findings.error("DG-03", object.at, "the template has no biometric data (tag 5F2E or 7F2E)");
  }
}

void read_group(Cursor in, std::size_t at, ByteView file, bool needs_blocks, const ReadOptions& options, Reading& out) {
  constexpr std::size_t kMostTemplates = 100;
  std::size_t stated = 0;
  std::size_t count = 0;
  bool counted = false;
  while (const auto object = read_tlv(in, out.findings)) {
    if (object->tag == kCount && !counted && count == 0) {
      Cursor content = object->content;
      counted = true;
      while (content.left() > 0) stated = stated << 8 | content.u8();
    } else if (object->tag == kTemplate) {
      if (count++ < kMostTemplates) read_template(*object, file, needs_blocks, options, out);
    }
  }
  if (out.findings.has("GEN-01") || out.findings.has("DG-00")) return;
  if (!counted) out.findings.error("DG-02", at, "the group does not begin with the number of its templates (tag 02)");
  if (counted && stated != count) {
    out.findings.error("DG-04", at,
                       "the group says " + std::to_string(stated) + " templates, it has " + std::to_string(count));
  }
}

std::string_view name_of_tag(std::uint32_t tag) {
  switch (tag) {
    case 0x75: return "eMRTD DG2";
    case 0x63: return "eMRTD DG3";
    case 0x76: return "eMRTD DG4";
    default: return "BIT group";
  }
}

}  // namespace

void read_tlv_group(ByteView file, const ReadOptions& options, Reading& out) {
  Cursor in(file);
  out.format = name_of_tag(file[0] == 0x7f ? kGroup : file[0]);
  const auto outer = read_tlv(in, out.findings);
  if (!outer) return;
  if (in.left() > 0) out.findings.error("GEN-02", in.at(), std::to_string(in.left()) + " bytes follow the data group");
  if (outer->tag == kGroup) return read_group(outer->content, outer->at, file, false, options, out);
  if (outer->tag == kTemplate) return read_template(*outer, file, false, options, out);
  Cursor content = outer->content;
  const auto group = read_tlv(content, out.findings);
  if (!group) return;
  if (group->tag != kGroup) {
    out.findings.error("DG-01", group->at, "the data group does not hold a group of templates (tag 7F61)");
    return;
  }
  read_group(group->content, group->at, file, true, options, out);
  if (content.left() > 0) {
    out.findings.error("GEN-02", content.at(),
                       std::to_string(content.left()) + " bytes of the data group follow its templates");
  }
}

}  // namespace whorl::interchange
