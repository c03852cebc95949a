// ISO/IEC 19794-4:2005 and INCITS 381-2004: one has a product owner and type more in its header.
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "templates/interchange/image_parts.h"

namespace whorl::interchange {
namespace {

constexpr std::size_t kViewHeader = 14;

constexpr std::array kStorages{Storage::kRaw,  Storage::kPacked,   Storage::kWsq,
                               Storage::kJpeg, Storage::kJpeg2000, Storage::kPng};

struct Header {
  std::uint64_t length = 0;
  int images = 0;
  Rates rates;
  int depth = 0;
  Storage storage = Storage::kUnknown;
};

bool legal_level(int level, bool ansi) {
  constexpr std::array kLevels{10, 20, 30, 31, 40, 41};
  return std::find(kLevels.begin(), kLevels.end(), level) != kLevels.end() || (!ansi && level == 35);
}

bool legal_position(int position) {
  return position <= 10 || (position >= 13 && position <= 15) || (position >= 20 && position <= 36);
}

Header read_header(Cursor& in, bool ansi, Findings& findings) {
  constexpr int kMostAnsiScan = 1000;
  Header out;
  out.length = in.u48();
  const std::size_t owner_at = in.at();
  if (ansi) {
    if (in.u16() == 0) findings.warning("FIR-19", owner_at, "the product owner is 0");
    in.u16();
  }
  in.u16();  // device
  const std::size_t level_at = in.at();
  const int level = in.u16();
  if (!legal_level(level, ansi)) {
    findings.error("FIR-05", level_at, "image acquisition level " + std::to_string(level) + " is not defined");
  }
  const std::size_t images_at = in.at();
  out.images = in.u8();
  if (out.images == 0) findings.error("FIR-06", images_at, "the record has no image");
  const std::size_t rates_at = in.at();
  out.rates = read_rates(in);
  check_rates(out.rates, rates_at, ansi && out.rates.units == 1 ? kMostAnsiScan : 0, findings);
  out.depth = in.u8();
  check_depth(out.depth, in.at() - 1, findings);
  const std::size_t storage_at = in.at();
  const std::size_t code = in.u8();
  if (code < kStorages.size()) {
    out.storage = kStorages[code];
  } else {
    findings.error("FIR-10", storage_at, "compression code " + std::to_string(code) + " is not defined");
  }
  const std::size_t reserved_at = in.at();
  if (in.u16() != 0) findings.error("FIR-04", reserved_at, "the reserved bytes of the header are not 0");
  return out;
}

void check_view(const FingerImage& image, int views, bool ansi, Findings& findings) {
  const auto legal_impression = [&] {
    return image.impression <= 3 || (image.impression >= 7 && image.impression <= 9) ||
           (!ansi && image.impression >= 4 && image.impression <= 6);
  };
  if (!legal_position(image.position)) {
    findings.error("FIR-12", image.offset + 4, "position " + std::to_string(image.position) + " is not defined");
  }
  if (image.number == 0 || image.number > std::max(views, 1)) {
    findings.error("FIR-13", image.offset + 6,
                   "view number " + std::to_string(image.number) + " of " + std::to_string(views) + " views");
  }
  if (image.quality != 254) {
    findings.warning("FIR-14", image.offset + 7,
                     "quality " + std::to_string(image.quality) + ": this edition has 254, not defined, alone");
  }
  if (!legal_impression()) {
    findings.error("FIR-20", image.offset + 8,
                   "impression type " + std::to_string(image.impression) + " is not defined");
  }
}

// FIR-13: no number stands twice for one position.
void check_views(const FingerImageRecord& record, Findings& findings) {
  std::set<std::pair<int, int>> seen;
  for (const FingerImage& image : record.images) {
    if (seen.insert({image.position, image.number}).second) continue;
    findings.error("FIR-13", image.offset + 6,
                   "view number " + std::to_string(image.number) + " of position " + std::to_string(image.position) +
                       " stands twice");
  }
}

// False where there is no way on.
bool read_view(Cursor& in, const Header& header, bool ansi, ReadImages& out) {
  Findings& findings = out.findings;
  FingerImage image;
  image.offset = in.at();
  const std::size_t length = in.u32();
  image.position = in.u8();
  const int views = in.u8();
  image.number = in.u8();
  image.quality = in.u8();
  image.impression = in.u8();
  image.width = in.u16();
  image.height = in.u16();
  const int reserved = in.u8();
  if (in.cut()) return false;
  if (length < kViewHeader) {
    findings.error("FIR-11", image.offset, "a view says " + std::to_string(length) + " bytes, less than its header");
    return false;
  }
  const std::size_t wanted = length - kViewHeader;
  if (wanted > in.left()) {
    findings.error("GEN-01", image.offset,
                   "a view of " + std::to_string(length) + " bytes is announced, " +
                       std::to_string(in.left() + kViewHeader) + " are left");
  }
  check_view(image, views, ansi, findings);
  if (reserved != 0) findings.error("FIR-04", image.offset + 13, "the reserved byte of a view is not 0");
  image.depth = header.depth;
  image.x_ppi = header.rates.x_ppi();
  image.y_ppi = header.rates.y_ppi();
  image.storage = header.storage;
  const std::size_t data_at = in.at();
  image.data = in.bytes(std::min(wanted, in.left()));
  check_pixels(image, data_at, findings);
  out.record.images.push_back(image);
  return true;
}

}  // namespace

ReadImages read_finger_images_2005(ByteView file, FingerImageEdition edition) {
  ReadImages out;
  out.record.edition = edition;
  const bool ansi = edition == FingerImageEdition::kAnsi2004;
  if (!begins_with(file, std::string_view("010\0", 4), 4))
    out.findings.error("FIR-01", 4, "the version is not \"010\"");
  Cursor in(file);
  in.skip(8);
  Findings of_header;
  const Header header = read_header(in, ansi, of_header);
  bool whole = !in.cut();
  if (whole) out.findings.take(of_header, 0);
  for (int i = 0; i < header.images && whole; ++i) whole = read_view(in, header, ansi, out);
  in.report_cut(out.findings);
  check_views(out.record, out.findings);
  out.closes = whole && in.at() == header.length && !out.findings.has("GEN-01");
  if (whole) check_image_end(header.length, in.at(), file.size(), out.findings);
  return out;
}

}  // namespace whorl::interchange
