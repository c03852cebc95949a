#include "templates/interchange/image_writer.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/base64.h"
#include "templates/interchange/picture.h"
#include "templates/interchange/reading.h"

namespace whorl::interchange {
namespace {

constexpr int kMostSide = 65535;

Bytes with_length(Bytes bytes, std::size_t at, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) {
    bytes[at + i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(bytes.size()) >> (8 * (width - 1 - i)));
  }
  return bytes;
}

// The codes of 2005 and of 2011 differ.
int code_of(Storage storage, bool is_2011) {
  switch (storage) {
    case Storage::kRaw: return 0;
    case Storage::kPacked: return 1;
    case Storage::kWsq: return 2;
    case Storage::kJpeg: return 3;
    case Storage::kJpeg2000: return 4;
    case Storage::kJpeg2000Lossless: return is_2011 ? 5 : 4;
    case Storage::kPng: return is_2011 ? 6 : 5;
    case Storage::kUnknown: return -1;
  }
  return -1;
}

Status check_pictures(std::span<const PictureToWrite> pictures) {
  constexpr std::size_t kMostPictures = 15;
  constexpr int kLeastPpi = 99;
  constexpr int kMostPpi = 1000;
  if (pictures.empty() || pictures.size() > kMostPictures) return invalid_input("a record holds 1 to 15 images");
  std::set<int> positions;
  for (const PictureToWrite& each : pictures) {
    const bool same = each.ppi == pictures[0].ppi && each.storage == pictures[0].storage;
    const bool sized = each.width > 0 && each.height > 0 && each.width <= kMostSide && each.height <= kMostSide;
    if (!same || !sized || each.storage == Storage::kUnknown) {
      return invalid_input(
          "the images of a record have one resolution and one compression, and a size of at most 65535");
    }
    if (each.ppi < kLeastPpi || each.ppi > kMostPpi) return invalid_input("a record takes images of 99 to 1000 ppi");
    if (each.position > 10 || !positions.insert(each.position).second) {
      return invalid_input("a record takes one image of each finger, of positions 0 to 10");
    }
  }
  return {};
}

void write_rates(int ppi, int depth, int code, ByteWriter& out) {
  const auto rate = static_cast<std::uint16_t>(ppi);
  out.u8(1)
      .u16(rate)
      .u16(rate)
      .u16(rate)
      .u16(rate)
      .u8(static_cast<std::uint8_t>(depth))
      .u8(static_cast<std::uint8_t>(code));
}

Bytes write_images_2005(std::span<const PictureToWrite> pictures, bool ansi) {
  constexpr std::size_t kViewHeader = 14;
  constexpr std::uint16_t kLevel31 = 31;  // 500 ppi, 8 bits
  constexpr std::uint16_t kLevel41 = 41;  // 1000 ppi
  ByteWriter out;
  out.bytes(as_bytes(std::string_view("FIR\0"
                                      "010\0",
                                      8)))
      .u16(0)
      .u32(0);
  if (ansi) out.u16(0xffff).u16(0xffff);
  out.u16(0).u16(pictures[0].ppi >= 1000 ? kLevel41 : kLevel31).u8(static_cast<std::uint8_t>(pictures.size()));
  write_rates(pictures[0].ppi, 8, code_of(pictures[0].storage, false), out);
  out.u16(0);
  for (const PictureToWrite& each : pictures) {
    out.u32(static_cast<std::uint32_t>(kViewHeader + each.data.size()))
        .u8(each.position)
        .u8(1)
        .u8(1)
        .u8(254)
        .u8(each.impression);
    out.u16(static_cast<std::uint16_t>(each.width)).u16(static_cast<std::uint16_t>(each.height)).u8(0).bytes(each.data);
  }
  return with_length(out.take(), 8, 6);
}

Bytes write_images_2011(std::span<const PictureToWrite> pictures) {
  constexpr int kUnknownBytes = 9;  // of the date
  ByteWriter out;
  out.bytes(as_bytes(std::string_view("FIR\0"
                                      "020\0",
                                      8)))
      .u32(0)
      .u16(static_cast<std::uint16_t>(pictures.size()))
      .u8(0);
  out.u8(static_cast<std::uint8_t>(pictures.size()));
  for (const PictureToWrite& each : pictures) {
    ByteWriter view;
    view.u32(0);
    for (int i = 0; i < kUnknownBytes; ++i) view.u8(0xff);
    view.u8(0).u16(0).u16(0).u8(0).u8(each.position).u8(0);
    write_rates(each.ppi, 8, code_of(each.storage, true), view);
    view.u8(each.impression).u16(static_cast<std::uint16_t>(each.width)).u16(static_cast<std::uint16_t>(each.height));
    view.u32(static_cast<std::uint32_t>(each.data.size())).bytes(each.data);
    out.bytes(with_length(view.take(), 0, 4));
  }
  return with_length(out.take(), 8, 4);
}

struct Known {
  std::string_view type;
  std::string_view modality;
  std::string_view level;
};

std::optional<Known> known(std::string_view format) {
  if (format == "FMR") return Known{"2", "Finger", "Processed"};
  if (format == "FIR") return Known{"7", "Finger", "Raw"};
  if (format == "FAC") return Known{"8", "Face", "Raw"};
  return std::nullopt;
}

std::string element(std::string_view name, std::string_view content) {
  return "<" + std::string(name) + ">" + std::string(content) + "</" + std::string(name) + ">";
}

constexpr std::string_view kVersions =
    "<Version><Major>1</Major><Minor>1</Minor></Version><CBEFFVersion><Major>1</Major><Minor>1</Minor></CBEFFVersion>"
    "<BIRInfo><Integrity>false</Integrity></BIRInfo>";

}  // namespace

Result<Bytes> write_finger_images(std::span<const PictureToWrite> pictures, FingerImageEdition edition) {
  WHORL_TRY(check_pictures(pictures));
  if (edition == FingerImageEdition::kIso2011) return write_images_2011(pictures);
  return write_images_2005(pictures, edition == FingerImageEdition::kAnsi2004);
}

Result<Bytes> write_face(ByteView bytes) {
  const Picture picture = look_at_picture(bytes);
  const bool jpeg = picture.kind == PictureKind::kJpeg;
  if (!jpeg && !picture.is_jpeg_2000()) return invalid_input("a face record takes a JPEG or a JPEG 2000 picture");
  if (picture.width <= 0 || picture.height <= 0 || picture.width > kMostSide || picture.height > kMostSide) {
    return invalid_input("the picture has no size that a face record takes");
  }
  constexpr std::uint8_t kRgb = 1;
  constexpr std::uint8_t kGrey = 3;
  ByteWriter face;
  face.u32(0).u16(0).u8(0).u8(0).u8(0).u8(0).u16(0).u16(0).u8(0).u8(0).u8(0).u8(0).u8(0).u8(0);
  face.u8(0)
      .u8(jpeg ? 0 : 1)
      .u16(static_cast<std::uint16_t>(picture.width))
      .u16(static_cast<std::uint16_t>(picture.height));
  face.u8(picture.channels == 1 ? kGrey : kRgb).u8(0).u16(0).u16(0).bytes(bytes);
  ByteWriter out;
  out.bytes(as_bytes(std::string_view("FAC\0"
                                      "010\0",
                                      8)))
      .u32(0)
      .u16(1)
      .bytes(with_length(face.take(), 0, 4));
  return with_length(out.take(), 8, 4);
}

std::string_view cbeff_subtype(int position) {
  constexpr std::array<std::string_view, 11> kSubtypes{"",
                                                       "Right Thumb",
                                                       "Right IndexFinger",
                                                       "Right MiddleFinger",
                                                       "Right RingFinger",
                                                       "Right LittleFinger",
                                                       "Left Thumb",
                                                       "Left IndexFinger",
                                                       "Left MiddleFinger",
                                                       "Left RingFinger",
                                                       "Left LittleFinger"};
  return position >= 0 && position < static_cast<int>(kSubtypes.size()) ? kSubtypes[static_cast<std::size_t>(position)]
                                                                        : "";
}

Result<std::string> write_cbeff(std::span<const BirToWrite> records) {
  if (records.empty()) return invalid_input("there is no record to write");
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<BIR xmlns=\"http://standards.iso.org/iso-iec/19785/-3/ed-2/\">"
      "<BIRInfo><Integrity>false</Integrity></BIRInfo>";
  for (const BirToWrite& each : records) {
    const auto kind = known(inner_format(each.record));
    if (!kind) return invalid_input("CBEFF is written around records of FMR, FIR and FAC");
    std::string info = element("Format", element("Organization", "257") + element("Type", kind->type));
    if (!each.created.empty()) info += element("CreationDate", each.created);
    info += element("Type", kind->modality);
    if (!each.subtype.empty()) info += element("Subtype", each.subtype);
    info += element("Level", kind->level) + element("Purpose", "Enroll");
    out +=
        element("BIR", std::string(kVersions) + element("BDBInfo", info) + element("BDB", encode_base64(each.record)));
  }
  return out + "</BIR>\n";
}

}  // namespace whorl::interchange
