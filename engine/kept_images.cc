#include "engine/kept_images.h"

#include "base/catalogue.h"
#include "templates/codec/codec.h"
#include "templates/image/formats.h"

namespace whorl::engine {
namespace {

bool is_image(const Sample& sample) {
  const auto codec = codec::codec_of(sample);
  return codec.ok() && (*codec)->is_image();
}

}  // namespace

std::vector<index::ImageToKeep> name_images(const std::vector<Sample>& given,
                                            const std::vector<const ReadSample*>& read,
                                            index::EncounterRecord& record) {
  std::vector<index::ImageToKeep> out;
  for (std::size_t i = 0; i < read.size(); ++i) {
    const Sample& source = given[read[i]->sample];
    if (!is_image(source)) continue;
    const auto as = index::reference_to(static_cast<std::uint32_t>(i), source.bytes);
    record.samples[i].image = as;
    out.push_back({as, {static_cast<index::FormatNumber>(source.format), source.resolution_ppi}, source.bytes});
  }
  return out;
}

Result<std::vector<KeptImageView>> images_of(const index::Gallery& gallery, const index::EncounterRecord& record) {
  std::uint64_t bytes = 0;
  for (const index::SampleRecord& sample : record.samples) bytes += sample.image ? sample.image->size : 0;
  if (bytes > kMostImageBytesRead) {
    return failure(ErrorCode::kTooManyImagesToRead, with<"most_bytes">(kMostImageBytesRead));
  }
  std::vector<KeptImageView> out;
  for (std::size_t i = 0; i < record.samples.size(); ++i) {
    if (!record.samples[i].image) continue;
    WHORL_ASSIGN(index::KeptImage kept, gallery.image(record, i));
    const image::ImageFormat* const format = image::image_format_of(kept.bytes);
    out.push_back({i, format == nullptr ? "application/octet-stream" : format->row.media_type,
                   kept.reading.resolution_ppi, std::move(kept.bytes)});
  }
  return out;
}

Sample sample_of(const index::SampleRecord& kept, index::KeptImage image) {
  Sample out;
  out.modality = kept.modality;
  out.position = kept.position;
  out.format = static_cast<Format>(image.reading.format);
  out.bytes = std::move(image.bytes);
  out.resolution_ppi = image.reading.resolution_ppi;
  out.capture = kept.capture;
  return out;
}

}  // namespace whorl::engine
