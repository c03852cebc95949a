#include "index/record/kept_image.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/crc32c.h"
#include "base/sha256.h"

namespace whorl::index {
namespace {

constexpr std::uint8_t kImageVersion = 1;
constexpr std::size_t kReadingBytes = 1 + 1 + 8;
constexpr std::size_t kHeaderBytes = kReadingBytes + 4;

// The reading, and a checksum over it and the key: the digest that the record names is of the file alone.
Bytes header_of(ByteView key, const ImageReading& reading) {
  ByteWriter out;
  out.u8(kImageVersion).u8(reading.format).u64(std::bit_cast<std::uint64_t>(reading.resolution_ppi.value_or(0)));
  out.u32(crc32c(out.view(), crc32c(key)));
  return out.take();
}

Result<ImageReading> parse_header(ByteView key, ByteView header) {
  ByteReader in(header);
  const int version = in.u8();
  if (version != kImageVersion) return corruption("unknown version " + std::to_string(version));
  ImageReading out;
  out.format = in.u8();
  const auto ppi = std::bit_cast<double>(in.u64());
  if (in.u32() != crc32c(header.first(kReadingBytes), crc32c(key))) return corruption("checksum mismatch");
  if (!std::isfinite(ppi) || ppi < 0) return corruption("no such resolution");
  if (ppi > 0) out.resolution_ppi = ppi;
  return out;
}

}  // namespace

ImageReference reference_to(std::uint32_t number, ByteView bytes) {
  return {number, static_cast<std::uint32_t>(bytes.size()), sha256_of({bytes})};
}

Status check_images(const EncounterRecord& record, std::span<const ImageToKeep> images) {
  const auto named =
      static_cast<std::size_t>(std::count_if(record.samples.begin(), record.samples.end(),
                                             [](const SampleRecord& sample) { return sample.image.has_value(); }));
  if (named != images.size()) return invalid_input("the samples name other images than there are", "samples");
  for (std::size_t i = 0; i < images.size(); ++i) {
    const ImageToKeep& image = images[i];
    const FieldPath field("images", i);
    if (image.bytes.size() > kMaxKeptImageBytes) {
      return invalid_input("an image of more than " + std::to_string(kMaxKeptImageBytes >> 20) +
                               " MiB cannot be kept: send a smaller file",
                           field);
    }
    const auto names_it = [&](const SampleRecord& sample) { return sample.image == image.as; };
    if (image.bytes.size() != image.as.size || std::none_of(record.samples.begin(), record.samples.end(), names_it)) {
      return invalid_input("is not one that a sample names", field);
    }
    const auto is_same = [&](const ImageToKeep& other) { return other.as.number == image.as.number; };
    if (std::count_if(images.begin(), images.end(), is_same) > 1) return invalid_input("has another's number", field);
  }
  return {};
}

Bytes image_key(ByteView record_key, std::uint32_t number) {
  return ByteWriter().bytes(record_key).u8(0).u32(number).take();
}

ImageKeys image_keys(ByteView record_key) {
  return {ByteWriter().bytes(record_key).u8(0).take(), ByteWriter().bytes(record_key).u8(1).take()};
}

Bytes image_value(ByteView key, const ImageToKeep& image) {
  return ByteWriter().bytes(header_of(key, image.reading)).bytes(image.bytes).take();
}

Result<Bytes> moved_image(ByteView from, ByteView to, ByteView value) {
  if (value.size() < kHeaderBytes) return corruption("a kept image is too short");
  WHORL_ASSIGN(const ImageReading reading, parse_header(from, value.first(kHeaderBytes)));
  return ByteWriter().bytes(header_of(to, reading)).bytes(value.subspan(kHeaderBytes)).take();
}

Result<KeptImage> parse_image(ByteView key, ByteView value, const ImageReference& named) {
  if (value.size() < kHeaderBytes) return corruption("too short");
  KeptImage out;
  WHORL_ASSIGN(out.reading, parse_header(key, value.first(kHeaderBytes)));
  const ByteView file = value.subspan(kHeaderBytes);
  if (file.size() != named.size) return corruption("is not as long as its record says");
  if (sha256_of({file}) != named.sha256) return corruption("is not the file that its record names");
  out.bytes.assign(file.begin(), file.end());
  return out;
}

}  // namespace whorl::index
