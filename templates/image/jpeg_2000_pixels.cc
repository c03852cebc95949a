#include "templates/image/jpeg_2000_pixels.h"

#include <algorithm>
#include <cstring>
#include <opencv2/imgproc.hpp>

#include "templates/image/jpeg_2000_header.h"
#include "templates/image/jpeg_2000_library.h"

namespace whorl::image {
namespace {

// The codestream in memory, as OpenJPEG's call-backs see it.
struct Memory {
  ByteView bytes;
  std::size_t at = 0;
};

Memory& memory(void* user) { return *static_cast<Memory*>(user); }

OPJ_SIZE_T read(void* to, OPJ_SIZE_T n, void* user) {
  Memory& m = memory(user);
  const std::size_t count = std::min(n, m.bytes.size() - m.at);
  if (count == 0) return static_cast<OPJ_SIZE_T>(-1);
  std::memcpy(to, m.bytes.data() + m.at, count);
  m.at += count;
  return count;
}
OPJ_OFF_T skip(OPJ_OFF_T n, void* user) {
  Memory& m = memory(user);
  if (n < 0) return -1;
  const std::size_t count = std::min(static_cast<std::size_t>(n), m.bytes.size() - m.at);
  m.at += count;
  return static_cast<OPJ_OFF_T>(count);
}
OPJ_BOOL seek(OPJ_OFF_T to, void* user) {
  Memory& m = memory(user);
  if (to < 0 || static_cast<std::size_t>(to) > m.bytes.size()) return OPJ_FALSE;
  m.at = static_cast<std::size_t>(to);
  return OPJ_TRUE;
}

OpjStream open(Memory& source) {
  OpjStream out(opj_stream_default_create(OPJ_TRUE));
  if (!out) return out;
  opj_stream_set_user_data(out.get(), &source, nullptr);
  opj_stream_set_user_data_length(out.get(), source.bytes.size());
  opj_stream_set_read_function(out.get(), read);
  opj_stream_set_skip_function(out.get(), skip);
  opj_stream_set_seek_function(out.get(), seek);
  return out;
}

OpjImage decode(Memory& source) {
  const OpjStream stream = open(source);
  const OpjCodec codec(opj_create_decompress(OPJ_CODEC_J2K));
  if (!stream || !codec) return nullptr;
  silence(codec.get());
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  if (opj_setup_decoder(codec.get(), &parameters) == OPJ_FALSE) return nullptr;
  if (opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE) == OPJ_FALSE) return nullptr;
  opj_image_t* made = nullptr;
  const bool headed = opj_read_header(stream.get(), codec.get(), &made) != OPJ_FALSE;
  OpjImage image(made);
  if (!headed || opj_decode(codec.get(), stream.get(), image.get()) == OPJ_FALSE) return nullptr;
  return image;
}

bool is_as_stated(const opj_image_t& image, const FileHeader& header) {
  if (image.numcomps != 1 && image.numcomps != 3) return false;
  const auto sound = [&](const opj_image_comp_t& each) {
    return each.data != nullptr && each.w == header.width && each.h == header.height && each.prec == 8 &&
           each.sgnd == 0;
  };
  return std::all_of(image.comps, image.comps + image.numcomps, sound);
}

// Component `from` into channel `to` of the pixels.
void copy_component(const opj_image_comp_t& from, int to, cv::Mat& pixels) {
  const int channels = pixels.channels();
  const OPJ_INT32* value = from.data;
  for (int y = 0; y < pixels.rows; ++y) {
    std::uint8_t* row = pixels.ptr<std::uint8_t>(y) + to;
    for (int x = 0; x < pixels.cols; ++x) row[x * channels] = static_cast<std::uint8_t>(std::clamp(*value++, 0, 255));
  }
}

cv::Mat pixels_of(const opj_image_t& image, bool luma_chroma) {
  const auto& first = image.comps[0];
  const int channels = static_cast<int>(image.numcomps);
  cv::Mat out(static_cast<int>(first.h), static_cast<int>(first.w), CV_8UC(channels));
  if (channels == 1) {
    copy_component(first, 0, out);
    return out;
  }
  // OpenCV's order is blue, green, red, or luma, red difference, blue difference.
  for (int i = 0; i < channels; ++i) copy_component(image.comps[i], luma_chroma ? (3 - i) % 3 : 2 - i, out);
  if (luma_chroma) cv::cvtColor(out, out, cv::COLOR_YCrCb2BGR);
  return out;
}

}  // namespace

Result<cv::Mat> decode_jpeg_2000_pixels(ByteView file, const FileHeader& header, Channels wanted) {
  const Jpeg2000 scanned = scan_jpeg_2000(file);
  Memory source{scanned.codestream, 0};
  const OpjImage image = decode(source);
  if (!image || !is_as_stated(*image, header)) {
    return invalid_input("the JPEG 2000 file is truncated or malformed: its pixels cannot be decoded");
  }
  return to_channels(pixels_of(*image, scanned.luma_chroma), wanted);
}

}  // namespace whorl::image
