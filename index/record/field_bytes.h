// Bytes of what records and index entries have in common (docs/gallery-format.md). Private to record/. Pure.
//
// Readers give false where the bytes are cut short, or a count or length is out of bounds; what they have read is then
// of no use. Values are checked apart.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "index/record/record.h"

namespace whorl::index {

// u8 count, then sized texts.
void write_texts(ByteWriter& out, const std::vector<std::string>& texts);
bool read_texts(ByteReader& in, std::size_t most, std::size_t most_bytes, std::vector<std::string>& out);

// u8 count, then u16 tag and sized bytes each; tags rise.
void write_fields(ByteWriter& out, const std::vector<Extension>& fields);
bool read_fields(ByteReader& in, std::size_t most, std::vector<Extension>& out);
// Of fields that this build does not know: few, short, tags rising, none of them one for which `is_taken` holds.
// Errors: kInvalidInput naming "extensions".
Status check_extensions(const std::vector<Extension>& extensions, bool (*is_taken)(std::uint16_t tag));

// u8 citizenship, u8 protection, u16 year of birth, texts: never to.
void write_subject(ByteWriter& out, const SubjectClass& subject);
bool read_subject(ByteReader& in, SubjectClass& out);
// Errors: kInvalidInput naming "subject_class".
Status check_subject(const SubjectClass& subject);

}  // namespace whorl::index
