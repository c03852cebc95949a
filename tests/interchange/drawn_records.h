// Records of other systems, drawn byte by byte: what the tests read, and break.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "templates/interchange/finding.h"

namespace whorl::tests {

// ISO/IEC 19794-2:2005 of one finger with `minutiae` minutiae (right index), or INCITS 378-2004.
Bytes drawn_fmr(bool ansi, int minutiae);
// ISO/IEC 19794-4:2005 of one uncompressed image of 40 x 36 (left index), or INCITS 381-2004.
Bytes drawn_fir(bool ansi);
// ISO/IEC 19794-4:2011 of the same.
Bytes drawn_fir_2011();
// ISO/IEC 19794-5:2005 of one JPEG that says 64 x 48.
Bytes drawn_fac();
// The markers of a JPEG of that size, without pixels.
Bytes drawn_jpeg(int width, int height);
// A transaction of Type-1, Type-2 and Type-14 with `image` of 40 x 36.
Bytes drawn_itl(std::string_view compression, ByteView image);
// Minutiae in INCITS 378's block of a Type-9 record alone: 9.130, 9.134 and the subfields of 9.137.
Bytes drawn_itl_minutiae(std::string_view units, std::string_view position, std::string_view rows);
// DG2 around a record.
Bytes drawn_dg2(ByteView record);
// One BIR with the record, of that format type.
std::string drawn_cbeff(ByteView record, std::string_view type);
// A tag, its length, and the content.
Bytes tlv(std::uint32_t tag, ByteView content);

// The rules of all findings, each once, in order of their ids.
std::vector<std::string> rules_of(const interchange::Findings& findings);
// `bytes` with the one at `at` replaced.
Bytes changed(Bytes bytes, std::size_t at, std::uint8_t to);

}  // namespace whorl::tests
