#include "templates/interchange/minutiae_writer.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "templates/interchange/fingerprint_minutiae.h"

namespace whorl::interchange {
namespace {

constexpr std::size_t kMostViews = 15;
constexpr std::size_t kMinutiaBytes = 6;

using Views = std::vector<MinutiaeView>;

void write_minutia(const RecordMinutia& minutia, ByteWriter& out) {
  out.u16(static_cast<std::uint16_t>(minutia.type << 14 | minutia.x))
      .u16(minutia.y)
      .u8(minutia.angle)
      .u8(minutia.quality);
}

void write_minutiae_of(const MinutiaeView& view, ByteWriter& out) {
  out.u8(static_cast<std::uint8_t>(view.minutiae.size()));
  for (const RecordMinutia& each : view.minutiae) write_minutia(each, out);
  out.u16(0);  // no extended data
}

// Width, height and resolution of both axes.
void write_shape(const MinutiaeView& view, int width, int height, ByteWriter& out) {
  out.u16(static_cast<std::uint16_t>(width)).u16(static_cast<std::uint16_t>(height));
  out.u16(static_cast<std::uint16_t>(view.x_per_cm)).u16(static_cast<std::uint16_t>(view.y_per_cm));
}

// With the length, which `header` and the views make, where `length` says.
Bytes with_length(Bytes bytes, std::size_t at, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) {
    bytes[at + i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(bytes.size()) >> (8 * (width - 1 - i)));
  }
  return bytes;
}

// The header holds one size for all views: the largest.
template <class Of>
int largest(const Views& views, Of of) {
  int out = 0;
  for (const MinutiaeView& view : views) out = std::max(out, int{of(view)});
  return out;
}

Bytes write_2005(const Views& views, const MinutiaeWriting& how) {
  constexpr std::size_t kAnsiHeader = 26;
  const bool ansi = how.edition == MinutiaeEdition::kAnsi2004;
  std::size_t size = kAnsiHeader;
  for (const MinutiaeView& view : views) size += kMinutiaBytes + kMinutiaBytes * view.minutiae.size();
  const bool is_long = ansi && size > 0xffff;
  ByteWriter out;
  out.bytes(as_bytes(std::string_view("FMR\0 20\0", 8)));
  if (ansi) {
    out.u16(0);
    if (is_long) out.u32(0);
    out.u16(how.product_owner).u16(how.product_type);
  } else {
    out.u32(0);
  }
  out.u16(0);  // capture equipment
  write_shape(views[0], largest(views, [](const auto& view) { return view.width; }),
              largest(views, [](const auto& view) { return view.height; }), out);
  out.u8(static_cast<std::uint8_t>(views.size())).u8(0);
  for (const MinutiaeView& view : views) {
    out.u8(view.position).u8(static_cast<std::uint8_t>(view.number << 4 | view.impression)).u8(view.quality);
    write_minutiae_of(view, out);
  }
  constexpr std::size_t kLengthAt = 8;
  if (!ansi) return with_length(out.take(), kLengthAt, 4);
  return is_long ? with_length(out.take(), kLengthAt + 2, 4) : with_length(out.take(), kLengthAt, 2);
}

Bytes write_2009(const Views& views, const MinutiaeWriting& how) {
  ByteWriter out;
  out.bytes(as_bytes(std::string_view("FMR\0"
                                      "030\0",
                                      8)))
      .u32(0)
      .u16(how.product_owner)
      .u16(how.product_type);
  out.u8(0).u16(0);  // certification and sensor
  out.u8(static_cast<std::uint8_t>(views.size())).u8(0);
  for (const MinutiaeView& view : views) {
    out.u8(view.position).u8(view.number).u8(view.impression).u8(view.quality);
    out.u16(how.product_owner).u16(how.product_type);  // of the quality
    write_shape(view, view.width, view.height, out);
    write_minutiae_of(view, out);
  }
  return with_length(out.take(), 8, 4);
}

Bytes representation_2011(const MinutiaeView& view, const MinutiaeWriting& how) {
  constexpr int kUnknownBytes = 9;  // of the date
  constexpr std::uint8_t kSixBytesRidgeEnds = 0x61;
  ByteWriter out;
  out.u32(0);
  for (int i = 0; i < kUnknownBytes; ++i) out.u8(0xff);
  out.u8(0).u16(0).u16(0);  // device
  out.u8(1).u8(view.quality).u16(how.product_owner).u16(how.product_type);
  out.u8(view.position).u8(view.number);
  out.u16(static_cast<std::uint16_t>(view.x_per_cm)).u16(static_cast<std::uint16_t>(view.y_per_cm));
  out.u8(view.impression).u16(view.width).u16(view.height).u8(kSixBytesRidgeEnds);
  write_minutiae_of(view, out);
  return with_length(out.take(), 0, 4);
}

Bytes write_2011(const Views& views, const MinutiaeWriting& how) {
  ByteWriter out;
  out.bytes(as_bytes(std::string_view("FMR\0"
                                      "030\0",
                                      8)))
      .u32(0);
  out.u16(static_cast<std::uint16_t>(views.size())).u8(0);
  for (const MinutiaeView& view : views) out.bytes(representation_2011(view, how));
  return with_length(out.take(), 8, 4);
}

// Units of a card: hundredths of a millimetre, or tenths in one byte.
Result<Bytes> write_card(const MinutiaeView& view, MinutiaeEdition edition) {
  const bool normal = edition == MinutiaeEdition::kIsoCardNormal;
  const double per_pixel = (normal ? 1000.0 : 100.0) * 2.54 / 500.0;
  const long most = normal ? 0x3fff : 0xff;
  ByteWriter out;
  for (const RecordMinutia& each : view.minutiae) {
    const long x = std::lround(each.x * per_pixel);
    const long y = std::lround(each.y * per_pixel);
    if (x > most || y > most)
      return invalid_input("a minutia lies beyond what the card format can hold (25.5 mm in the compact one)");
    if (normal) {
      out.u16(static_cast<std::uint16_t>(each.type << 14 | x)).u16(static_cast<std::uint16_t>(y)).u8(each.angle);
    } else {
      out.u8(static_cast<std::uint8_t>(x))
          .u8(static_cast<std::uint8_t>(y))
          .u8(static_cast<std::uint8_t>(each.type << 6 | each.angle));
    }
  }
  return out.take();
}

Result<Views> views_of(std::span<const FingerToWrite> fingers, const MinutiaeWriting& how) {
  Views out;
  std::map<fingerprint::FingerPosition, std::size_t> numbers;
  for (const FingerToWrite& finger : fingers) {
    MinutiaeView view = view_of(*finger.content, how.edition, std::min<std::size_t>(how.most_minutiae, 255));
    if (view.minutiae.empty()) return invalid_input("a finger without minutiae cannot be written");
    const std::size_t number = numbers[finger.position]++;
    if (number >= kMostViews) return invalid_input("more than 15 views of one finger cannot be written");
    view.position = static_cast<std::uint8_t>(finger.position);
    view.number = static_cast<std::uint8_t>(number);
    view.impression = finger.impression;
    out.push_back(std::move(view));
  }
  return out;
}

}  // namespace

Result<Bytes> write_minutiae(std::span<const FingerToWrite> fingers, const MinutiaeWriting& how) {
  constexpr std::size_t kMostFingers = 165;
  if (fingers.empty() || fingers.size() > kMostFingers) return invalid_input("a record holds 1 to 165 views");
  WHORL_ASSIGN(const Views views, views_of(fingers, how));
  switch (how.edition) {
    case MinutiaeEdition::kIso2005:
    case MinutiaeEdition::kAnsi2004: return write_2005(views, how);
    case MinutiaeEdition::kAnsi2009: return write_2009(views, how);
    case MinutiaeEdition::kIso2011: return write_2011(views, how);
    case MinutiaeEdition::kIsoCardNormal:
    case MinutiaeEdition::kIsoCardCompact:
      if (views.size() > 1) return invalid_input("a card format holds one finger");
      return write_card(views[0], how.edition);
    default: return invalid_input("this edition is read, and not written");
  }
}

}  // namespace whorl::interchange
