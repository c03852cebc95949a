#include "tests/interchange/drawn_records.h"

#include <set>

#include "base/base64.h"

namespace whorl::tests {
namespace {

constexpr int kWidth = 40;
constexpr int kHeight = 36;

ByteView text(std::string_view of) { return as_bytes(of); }

Bytes sized(Bytes bytes, std::size_t at, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) {
    bytes[at + i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(bytes.size()) >> (8 * (width - 1 - i)));
  }
  return bytes;
}

std::string record_text(std::string_view type, const std::string& fields, std::string_view image) {
  // The length counts its own digits.
  const std::string tag = std::string(type) + ".001:";
  std::string rest = "\x1d" + fields;
  rest += image;
  rest += '\x1c';
  std::size_t length = tag.size() + rest.size() + 1;
  while (length != tag.size() + std::to_string(length).size() + rest.size()) ++length;
  return tag + std::to_string(length) + rest;
}

// A Type-1 record whose transaction holds these others (the end of 1.003).
std::string type_1(const std::string& others) {
  return record_text("1",
                     "1.002:0500\x1d"
                     "1.003:1\x1f" +
                         others +
                         "\x1d"
                         "1.004:CPS\x1d"
                         "1.005:20240102\x1d"
                         "1.007:DEST\x1d"
                         "1.008:ORIG\x1d"
                         "1.009:20240102000000A\x1d"
                         "1.011:00.00\x1d"
                         "1.012:00.00",
                     "");
}

}  // namespace

Bytes drawn_fmr(bool ansi, int minutiae) {
  ByteWriter out;
  out.bytes(text(std::string_view("FMR\0 20\0", 8)));
  if (ansi) {
    out.u16(0).u16(0x0101).u16(1);
  } else {
    out.u32(0);
  }
  out.u16(0).u16(300).u16(400).u16(197).u16(197).u8(1).u8(0);
  out.u8(2).u8(0).u8(80).u8(static_cast<std::uint8_t>(minutiae));
  for (int i = 0; i < minutiae; ++i) {
    out.u16(static_cast<std::uint16_t>(0x4000 | (10 + 5 * i)))
        .u16(static_cast<std::uint16_t>(20 + i))
        .u8(static_cast<std::uint8_t>(i))
        .u8(50);
  }
  out.u16(0);
  return sized(out.take(), 8, ansi ? 2 : 4);
}

Bytes drawn_fir(bool ansi) {
  ByteWriter out;
  out.bytes(text(std::string_view("FIR\0"
                                  "010\0",
                                  8)))
      .u16(0)
      .u32(0);
  if (ansi) out.u16(0x0101).u16(1);
  out.u16(0).u16(31).u8(1).u8(1).u16(500).u16(500).u16(500).u16(500).u8(8).u8(0).u16(0);
  out.u32(14 + kWidth * kHeight).u8(7).u8(1).u8(1).u8(254).u8(0).u16(kWidth).u16(kHeight).u8(0);
  for (int i = 0; i < kWidth * kHeight; ++i) out.u8(static_cast<std::uint8_t>(i));
  return sized(out.take(), 8, 6);
}

Bytes drawn_fir_2011() {
  ByteWriter view;
  view.u32(0);
  for (int i = 0; i < 9; ++i) view.u8(0xff);
  view.u8(0).u16(0).u16(0).u8(0).u8(7).u8(0).u8(1).u16(500).u16(500).u16(500).u16(500).u8(8).u8(0).u8(0);
  view.u16(kWidth).u16(kHeight).u32(kWidth * kHeight);
  for (int i = 0; i < kWidth * kHeight; ++i) view.u8(static_cast<std::uint8_t>(i));
  ByteWriter out;
  out.bytes(text(std::string_view("FIR\0"
                                  "020\0",
                                  8)))
      .u32(0)
      .u16(1)
      .u8(0)
      .u8(1)
      .bytes(sized(view.take(), 0, 4));
  return sized(out.take(), 8, 4);
}

Bytes drawn_jpeg(int width, int height) {
  ByteWriter out;
  out.u16(0xffd8)
      .u16(0xffc0)
      .u16(11)
      .u8(8)
      .u16(static_cast<std::uint16_t>(height))
      .u16(static_cast<std::uint16_t>(width))
      .u8(1)
      .u8(1)
      .u8(0x11)
      .u8(0);
  out.u16(0xffd9);
  return out.take();
}

Bytes drawn_fac() {
  const Bytes picture = drawn_jpeg(64, 48);
  ByteWriter face;
  face.u32(0).u16(1).u8(1).u8(0).u8(0).u8(0).u16(0).u16(0).u8(0).u8(0).u8(0).u8(0).u8(0).u8(0);
  face.u8(1).u8(0x21).u16(10).u16(10).u16(0);
  face.u8(1).u8(0).u16(64).u16(48).u8(1).u8(2).u16(0).u16(0).bytes(picture);
  ByteWriter out;
  out.bytes(text(std::string_view("FAC\0"
                                  "010\0",
                                  8)))
      .u32(0)
      .u16(1)
      .bytes(sized(face.take(), 0, 4));
  return sized(out.take(), 8, 4);
}

Bytes drawn_itl(std::string_view compression, ByteView image) {
  const std::string one = type_1(
      "2\x1e"
      "2\x1f"
      "00\x1e"
      "14\x1f"
      "01");
  const std::string two = record_text("2",
                                      "2.002:00\x1d"
                                      "2.003:0600",
                                      "");
  const std::string image_text(as_text(image));
  const std::string fourteen = record_text("14",
                                           "14.002:01\x1d"
                                           "14.003:0\x1d"
                                           "14.004:ORIG\x1d"
                                           "14.005:20240102\x1d"
                                           "14.006:40\x1d"
                                           "14.007:36\x1d"
                                           "14.008:1\x1d"
                                           "14.009:500\x1d"
                                           "14.010:500\x1d"
                                           "14.011:" +
                                               std::string(compression) +
                                               "\x1d"
                                               "14.012:8\x1d"
                                               "14.013:7\x1d"
                                               "14.999:",
                                           image_text);
  const std::string all = one + two + fourteen;
  return {all.begin(), all.end()};
}

Bytes drawn_itl_minutiae(std::string_view units, std::string_view position, std::string_view rows) {
  const std::string one = type_1(
      "1\x1e"
      "9\x1f"
      "00");
  const std::string nine = record_text("9",
                                       "9.002:00\x1d"
                                       "9.003:0\x1d"
                                       "9.004:U\x1d"
                                       "9.126:ANSI\x1d"
                                       "9.128:400\x1d"
                                       "9.129:400\x1d"
                                       "9.130:" +
                                           std::string(units) +
                                           "\x1d"
                                           "9.131:500\x1d"
                                           "9.132:500\x1d"
                                           "9.134:" +
                                           std::string(position) +
                                           "\x1d"
                                           "9.137:" +
                                           std::string(rows),
                                       "");
  const std::string all = one + nine;
  return {all.begin(), all.end()};
}

Bytes tlv(std::uint32_t tag, ByteView content) {
  ByteWriter out;
  if (tag > 0xff) out.u8(static_cast<std::uint8_t>(tag >> 8));
  out.u8(static_cast<std::uint8_t>(tag));
  if (content.size() > 0xff) {
    out.u8(0x82).u16(static_cast<std::uint16_t>(content.size()));
  } else if (content.size() > 0x7f) {
    out.u8(0x81).u8(static_cast<std::uint8_t>(content.size()));
  } else {
    out.u8(static_cast<std::uint8_t>(content.size()));
  }
  return out.bytes(content).take();
}

Bytes drawn_dg2(ByteView record) {
  const Bytes owner = tlv(0x87, Bytes{1, 1});
  const Bytes type = tlv(0x88, Bytes{0, 8});
  Bytes header = owner;
  header.insert(header.end(), type.begin(), type.end());
  Bytes one = tlv(0xa1, header);
  const Bytes block = tlv(0x5f2e, record);
  one.insert(one.end(), block.begin(), block.end());
  Bytes group = tlv(0x02, Bytes{1});
  const Bytes each = tlv(0x7f60, one);
  group.insert(group.end(), each.begin(), each.end());
  return tlv(0x75, tlv(0x7f61, group));
}

std::string drawn_cbeff(ByteView record, std::string_view type) {
  return R"(<?xml version="1.0"?><BIR xmlns="http://standards.iso.org/iso-iec/19785/-3/ed-2/"><BIRInfo><Integrity>false</Integrity></BIRInfo>)"
         R"(<BIR><BIRInfo><Integrity>false</Integrity></BIRInfo><BDBInfo><Format><Organization>257</Organization><Type>)" +
         std::string(type) +
         R"(</Type></Format><Type>Finger</Type><Subtype>Left IndexFinger</Subtype><Level>Raw</Level>)"
         R"(<Purpose>Enroll</Purpose></BDBInfo><BDB>)" +
         encode_base64(record) + "</BDB></BIR></BIR>";
}

std::vector<std::string> rules_of(const interchange::Findings& findings) {
  std::set<std::string> rules;
  for (const auto& each : findings.all()) rules.insert(std::string(each.rule));
  return {rules.begin(), rules.end()};
}

Bytes changed(Bytes bytes, std::size_t at, std::uint8_t to) {
  bytes.at(at) = to;
  return bytes;
}

}  // namespace whorl::tests
