#include "templates/image/jpeg_pixels.h"

#include <turbojpeg.h>

#include <memory>

namespace whorl::image {
namespace {

struct Closer {
  void operator()(void* handle) const { tjDestroy(handle); }
};

}  // namespace

Result<cv::Mat> decode_jpeg_pixels(ByteView file, const FileHeader& header, Channels wanted) {
  const std::unique_ptr<void, Closer> decoder(tjInitDecompress());
  if (!decoder) return internal_error("the JPEG decoder cannot be made");
  const auto width = static_cast<int>(header.width);
  const auto height = static_cast<int>(header.height);
  const Error damaged = invalid_input("the JPEG file is malformed: its pixels cannot be decoded");
  int stated_width = 0;
  int stated_height = 0;
  int subsampling = 0;
  int colours = 0;
  if (tjDecompressHeader3(decoder.get(), file.data(), file.size(), &stated_width, &stated_height, &subsampling,
                          &colours) != 0 ||
      stated_width != width || stated_height != height) {
    return damaged;
  }
  const bool grey = wanted == Channels::kGrey;
  cv::Mat out(height, width, grey ? CV_8UC1 : CV_8UC3);
  // Without this flag damaged data is painted over with grey, and only a warning is printed.
  constexpr int kStrict = TJFLAG_STOPONWARNING | TJFLAG_ACCURATEDCT;
  if (tjDecompress2(decoder.get(), file.data(), file.size(), out.data, width, static_cast<int>(out.step), height,
                    grey ? TJPF_GRAY : TJPF_BGR, kStrict) != 0) {
    return damaged;
  }
  return out;
}

}  // namespace whorl::image
