#include "templates/image/wsq_pixels.h"

#include <algorithm>

#include "base/simd.h"
#include "templates/image/wsq/coefficients.h"
#include "templates/image/wsq/segments.h"
#include "templates/image/wsq/tree.h"
#include "templates/image/wsq/wavelet.h"

namespace whorl::image {
namespace {

WsqPlane dequantised(const WsqFile& file, const WsqTree& tree, const std::vector<std::int16_t>& coefficients) {
  const WsqQuantisation& quantisation = *file.quantisation;
  WsqPlane out{file.frame->width, file.frame->height, {}};
  out.values.assign(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height), 0.0F);
  const std::int16_t* from = coefficients.data();
  for (std::size_t i = 0; i < kWsqCodedSubbands; ++i) {
    if (quantisation.bin[i] <= 0) continue;
    const auto bin = static_cast<float>(quantisation.bin[i]);
    const auto offset =
        static_cast<float>(quantisation.zero_bin[i] / 2 - quantisation.bin[i] * quantisation.bin_centre);
    const WsqRegion& band = tree.subbands[i];
    for (int y = 0; y < band.height; ++y) {
      float* to = out.values.data() + static_cast<std::size_t>(band.y + y) * static_cast<std::size_t>(out.width) +
                  static_cast<std::size_t>(band.x);
      for (int x = 0; x < band.width; ++x) {
        const int value = *from++;
        if (value > 0) to[x] = bin * static_cast<float>(value) + offset;
        if (value < 0) to[x] = bin * static_cast<float>(value) - offset;
      }
    }
  }
  return out;
}

WHORL_MULTIVERSION
void to_grey(const float* from, float scale, float shift, int n, std::uint8_t* to) {
  for (int i = 0; i < n; ++i) {
    const float value = from[i] * scale + shift + 0.5F;
    to[i] = static_cast<std::uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value);
  }
}

}  // namespace

Result<cv::Mat> decode_wsq_pixels(ByteView file, const FileHeader& header, Channels wanted) {
  const WsqFile wsq = read_wsq_segments(file);
  if (!wsq.frame || !wsq.filters || !wsq.quantisation || wsq.frame->width != header.width ||
      wsq.frame->height != header.height) {
    return internal_error("a header was read of a file that is no WSQ");
  }
  const WsqTree tree = make_wsq_tree(wsq.frame->width, wsq.frame->height);
  const WsqCoefficients decoded = decode_wsq_blocks(wsq, coded_coefficients(tree, *wsq.quantisation));
  if (decoded.fault) return invalid_input("the WSQ file is damaged: " + decoded.fault->text);
  WsqPlane plane = dequantised(wsq, tree, decoded.values);
  synthesise(plane, tree, *wsq.filters);
  cv::Mat out(plane.height, plane.width, CV_8UC1);
  for (int y = 0; y < plane.height; ++y) {
    to_grey(plane.values.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(plane.width),
            static_cast<float>(wsq.frame->scale), static_cast<float>(wsq.frame->shift), plane.width,
            out.ptr<std::uint8_t>(y));
  }
  return to_channels(out, wanted);
}

}  // namespace whorl::image
