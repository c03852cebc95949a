// TIFF 6.0: the first directory's dimensions, storage and resolution; and the same directory as EXIF uses it.
// Everything that decides how much memory the decoder takes is bounded here.
#include "templates/image/tiff_header.h"

#include <algorithm>
#include <optional>
#include <set>

#include "templates/image/fields.h"
#include "templates/image/formats.h"

namespace whorl::image {
namespace {

enum Tag : std::uint16_t {
  kNewSubfileType = 254,
  kSubfileType = 255,
  kImageWidth = 256,
  kImageLength = 257,
  kBitsPerSample = 258,
  kCompression = 259,
  kPhotometric = 262,
  kOrientation = 274,
  kSamplesPerPixel = 277,
  kXResolution = 282,
  kYResolution = 283,
  kResolutionUnit = 296,
  kTileWidth = 322,
  kTileLength = 323,
  kSampleFormat = 339,
};

constexpr std::uint16_t kShort = 3;
constexpr std::uint16_t kLong = 4;
constexpr std::uint16_t kRational = 5;

struct Directory {
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t bits = 1;
  std::int64_t compression = 1;
  std::int64_t photometric = -1;
  std::int64_t samples = 1;
  std::int64_t sample_format = 1;
  std::int64_t tile_width = 0;
  std::int64_t tile_height = 0;
  std::int64_t unit = 2;  // inches, where the tag is absent
  std::int64_t orientation = 1;
  double x = 0;
  double y = 0;
  bool repeated = false;
  bool smaller_copy = false;  // of another picture of the file
  std::size_t next = 0;       // where the next directory stands; 0: this is the last
};

// The first value of an entry: SHORT or LONG in place or, when several, at its offset.
std::int64_t number(Fields& in, std::size_t entry) {
  const std::uint16_t type = in.u16(entry + 2);
  const std::uint32_t count = in.u32(entry + 4);
  const std::size_t bytes = type == kShort ? 2 : 4;
  if ((type != kShort && type != kLong) || count == 0) return -1;
  const std::size_t at = count > 4 / bytes ? in.u32(entry + 8) : entry + 8;
  return type == kShort ? in.u16(at) : in.u32(at);
}

// Of an entry of one value; 0 of any other.
std::int64_t in_place(Fields& in, std::size_t entry) { return in.u32(entry + 4) == 1 ? number(in, entry) : 0; }

double rational(Fields& in, std::size_t entry) {
  if (in.u16(entry + 2) != kRational || in.u32(entry + 4) != 1) return 0;
  const std::size_t at = in.u32(entry + 8);
  const double numerator = in.u32(at);
  const double denominator = in.u32(at + 4);
  return denominator > 0 ? numerator / denominator : 0;
}

void read_entry(Fields& in, std::size_t entry, Directory& out) {
  switch (in.u16(entry)) {
    case kNewSubfileType: out.smaller_copy |= in_place(in, entry) % 2 == 1; break;
    case kSubfileType: out.smaller_copy |= in_place(in, entry) == 2; break;
    case kImageWidth:
      out.repeated |= out.width != 0;
      out.width = number(in, entry);
      break;
    case kImageLength:
      out.repeated |= out.height != 0;
      out.height = number(in, entry);
      break;
    case kBitsPerSample: out.bits = number(in, entry); break;
    case kCompression: out.compression = number(in, entry); break;
    case kPhotometric: out.photometric = number(in, entry); break;
    case kOrientation: out.orientation = number(in, entry); break;
    case kSamplesPerPixel: out.samples = number(in, entry); break;
    case kXResolution: out.x = rational(in, entry); break;
    case kYResolution: out.y = rational(in, entry); break;
    case kResolutionUnit: out.unit = number(in, entry); break;
    case kTileWidth:
      out.repeated |= out.tile_width != 0;
      out.tile_width = number(in, entry);
      break;
    case kTileLength:
      out.repeated |= out.tile_height != 0;
      out.tile_height = number(in, entry);
      break;
    case kSampleFormat: out.sample_format = number(in, entry); break;
    default: break;
  }
}

std::optional<Directory> read_directory(Fields& in, std::size_t at) {
  const std::size_t entries = in.u16(at);
  Directory out;
  for (std::size_t i = 0; i < entries && !in.failed(); ++i) read_entry(in, at + 2 + 12 * i, out);
  if (in.failed()) return std::nullopt;
  Fields link = in;  // of the last directory it may lack, which takes nothing from the picture
  out.next = link.u32(at + 2 + 12 * entries);
  if (link.failed()) out.next = 0;
  return out;
}

std::optional<Directory> read_directory(ByteView file) {
  const ImageFormat* format = image_format_of(file);
  if (format == nullptr || format->row.format != Format::kTiff) return std::nullopt;
  Fields in(file, file[0] == 'I' ? ByteOrder::kLittle : ByteOrder::kBig);
  return read_directory(in, in.u32(4));
}

// Directories that are linked from one to the next; a circle, or one that cannot be read, ends them.
int pages_of(ByteView file, const Directory& first) {
  constexpr std::size_t kMostPages = 1000;
  constexpr std::size_t kMostEntries = 100'000;  // of all of them
  Fields in(file, file[0] == 'I' ? ByteOrder::kLittle : ByteOrder::kBig);
  std::set<std::size_t> seen{in.u32(4)};
  int pages = 1;
  std::size_t entries = 0;
  for (std::size_t at = first.next; at != 0 && seen.size() < kMostPages && seen.insert(at).second;) {
    entries += in.u16(at);
    const std::optional<Directory> page = entries > kMostEntries ? std::nullopt : read_directory(in, at);
    if (!page) break;
    pages += page->smaller_copy || page->width == 0 ? 0 : 1;
    at = page->next;
  }
  return pages;
}

std::optional<Resolution> resolution(const Directory& directory) {
  constexpr std::int64_t kInch = 2;
  constexpr std::int64_t kCentimetre = 3;
  if (directory.unit != kInch && directory.unit != kCentimetre) return std::nullopt;
  const double per_inch = directory.unit == kInch ? 1.0 : 2.54;
  return stated_resolution(directory.x * per_inch, directory.y * per_inch);
}

int orientation(const Directory& directory) {
  return directory.orientation >= 1 && directory.orientation <= 8 ? static_cast<int>(directory.orientation) : 1;
}

bool known_compression(std::int64_t code) {
  // none, CCITT (modified Huffman, group 3, group 4), LZW, Deflate (two codes), PackBits
  return (code >= 1 && code <= 5) || code == 8 || code == 32946 || code == 32773;
}

Status check_storage(const Directory& d) {
  constexpr std::int64_t kMaxTile = 1024;  // beyond the picture
  if (d.repeated) return invalid_input("the TIFF file states its size twice");
  if (d.width < 1 || d.height < 1) return invalid_input("the TIFF file has an empty side, or none that can be read");
  if (!known_compression(d.compression)) {
    return invalid_input("TIFF compression " + std::to_string(d.compression) +
                         " is not accepted; use none, LZW, Deflate, PackBits or CCITT");
  }
  const bool depth = d.bits == 1 || d.bits == 2 || d.bits == 4 || d.bits == 8 || d.bits == 16;
  if (!depth || d.samples < 1 || d.samples > 4 || d.sample_format != 1) {
    return invalid_input("only TIFF of 1 to 16 unsigned bits and 1 to 4 samples a pixel is accepted");
  }
  if (d.photometric < 0 || d.photometric > 3) {
    return invalid_input("only grey, RGB and palette TIFF is accepted");
  }
  if (d.tile_width < 0 || d.tile_height < 0 || d.tile_width > kMaxTile + d.width ||
      d.tile_height > kMaxTile + d.height) {
    return invalid_input("the TIFF file's tiles are too large");
  }
  return {};
}

// Tiles are decoded whole, also what of them sticks out of the picture.
std::int64_t padded(std::int64_t side, std::int64_t tile) { return tile > 0 ? (side + tile - 1) / tile * tile : side; }

std::int64_t work_bytes(const Directory& d) {
  const std::int64_t bytes = std::max<std::int64_t>(3, d.samples * std::max<std::int64_t>(8, d.bits) / 8);
  return bounded_product(padded(d.width, d.tile_width), padded(d.height, d.tile_height), bytes);
}

}  // namespace

Result<FileHeader> read_tiff_header(ByteView file) {
  const std::optional<Directory> directory = read_directory(file);
  if (!directory) return invalid_input("the TIFF file's first directory is truncated or lies outside the file");
  WHORL_TRY(check_storage(*directory));
  FileHeader header;
  header.width = directory->width;
  header.height = directory->height;
  header.resolution = resolution(*directory);
  header.orientation = orientation(*directory);
  header.pages = pages_of(file, *directory);
  header.work_bytes = work_bytes(*directory) + static_cast<std::int64_t>(file.size());
  return header;
}

ExifFields read_exif(ByteView tiff) {
  const std::optional<Directory> directory = read_directory(tiff);
  if (!directory) return {};
  return {resolution(*directory), orientation(*directory)};
}

}  // namespace whorl::image
