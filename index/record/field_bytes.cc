#include "index/record/field_bytes.h"

namespace whorl::index {

void write_texts(ByteWriter& out, const std::vector<std::string>& texts) {
  out.u8(static_cast<std::uint8_t>(texts.size()));
  for (const std::string& each : texts) out.sized(each);
}

bool read_texts(ByteReader& in, std::size_t most, std::size_t most_bytes, std::vector<std::string>& out) {
  const std::size_t n = in.u8();
  if (n > most) return false;
  for (std::size_t i = 0; i < n && !in.failed(); ++i) out.emplace_back(as_text(in.sized(most_bytes)));
  return !in.failed();
}

void write_fields(ByteWriter& out, const std::vector<Extension>& fields) {
  out.u8(static_cast<std::uint8_t>(fields.size()));
  for (const Extension& field : fields) out.u16(field.tag).sized(field.bytes);
}

bool read_fields(ByteReader& in, std::size_t most, std::vector<Extension>& out) {
  const std::size_t n = in.u8();
  if (n > most) return false;
  for (std::size_t i = 0; i < n && !in.failed(); ++i) {
    const std::uint16_t tag = in.u16();
    if (!out.empty() && out.back().tag >= tag) return false;
    const ByteView bytes = in.sized(kMaxExtensionBytes);
    out.push_back({tag, Bytes(bytes.begin(), bytes.end())});
  }
  return !in.failed();
}

Status check_extensions(const std::vector<Extension>& extensions, bool (*is_taken)(std::uint16_t tag)) {
  if (extensions.size() > kMaxExtensions) return invalid_input("too many extensions", "extensions");
  for (std::size_t i = 0; i < extensions.size(); ++i) {
    const bool rises = i == 0 || extensions[i - 1].tag < extensions[i].tag;
    if (!rises || is_taken(extensions[i].tag)) return invalid_input("a tag stands twice, or is taken", "extensions");
    if (extensions[i].bytes.size() > kMaxExtensionBytes) return invalid_input("too long", "extensions");
  }
  return {};
}

void write_subject(ByteWriter& out, const SubjectClass& subject) {
  out.u8(static_cast<std::uint8_t>(subject.citizenship)).u8(static_cast<std::uint8_t>(subject.protection));
  out.u16(subject.birth_year);
  write_texts(out, subject.never_to);
}

bool read_subject(ByteReader& in, SubjectClass& out) {
  out.citizenship = static_cast<SubjectClass::Citizenship>(in.u8());
  out.protection = static_cast<SubjectClass::Protection>(in.u8());
  out.birth_year = in.u16();
  return read_texts(in, kMaxNeverTo, kMaxMemberBytes, out.never_to);
}

Status check_subject(const SubjectClass& subject) {
  if (subject.citizenship > SubjectClass::Citizenship::kOther) {
    return invalid_input("unknown citizenship", "subject_class");
  }
  if (subject.protection > SubjectClass::Protection::kShielded) {
    return invalid_input("unknown protection", "subject_class");
  }
  if (subject.birth_year > 9999) return invalid_input("no such year of birth", "subject_class");
  if (subject.never_to.size() > kMaxNeverTo) return invalid_input("too many members", "subject_class");
  for (const std::string& member : subject.never_to) {
    if (!is_valid_id(member) || member.size() > kMaxMemberBytes) {
      return invalid_input("not a member's identifier", "subject_class");
    }
  }
  return {};
}

}  // namespace whorl::index
