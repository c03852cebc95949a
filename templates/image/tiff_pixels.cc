#include "templates/image/tiff_pixels.h"

#include <tiffio.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "base/simd.h"

namespace whorl::image {
namespace {

// The file in memory, as libtiff's call-backs see it.
struct Memory {
  ByteView file;
  toff_t at = 0;
};

Memory& memory(thandle_t handle) { return *static_cast<Memory*>(handle); }

tmsize_t read(thandle_t handle, void* to, tmsize_t n) {
  Memory& m = memory(handle);
  if (n <= 0 || m.at >= m.file.size()) return 0;
  const std::size_t count = std::min<std::size_t>(static_cast<std::size_t>(n), m.file.size() - m.at);
  std::memcpy(to, m.file.data() + m.at, count);
  m.at += count;
  return static_cast<tmsize_t>(count);
}
tmsize_t refuse_write(thandle_t, void*, tmsize_t) { return 0; }
toff_t seek(thandle_t handle, toff_t offset, int whence) {
  Memory& m = memory(handle);
  if (whence == SEEK_SET) m.at = offset;
  if (whence == SEEK_CUR) m.at += offset;
  if (whence == SEEK_END) m.at = m.file.size() + offset;
  return m.at;
}
int close_nothing(thandle_t) { return 0; }
toff_t size(thandle_t handle) { return memory(handle).file.size(); }
int silent(TIFF*, void*, const char*, const char*, va_list) { return 1; }

struct Closer {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
  void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};

using Handle = std::unique_ptr<TIFF, Closer>;

Handle open(Memory& memory) {
  constexpr tmsize_t kMaxAllocation = 256 << 20;
  const std::unique_ptr<TIFFOpenOptions, Closer> options(TIFFOpenOptionsAlloc());
  if (!options) return nullptr;
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), kMaxAllocation);
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), silent, nullptr);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), silent, nullptr);
  // 'm': no memory mapping. 'O': strip offsets are read where they are needed.
  return Handle(TIFFClientOpenExt("image", "rmO", &memory, read, refuse_write, seek, close_nothing, size, nullptr,
                                  nullptr, options.get()));
}

// libtiff hands out premultiplied RGBA, so white shows through as 255 - alpha.
std::uint8_t over_white(std::uint32_t premultiplied, std::uint32_t alpha) {
  return static_cast<std::uint8_t>(std::min<std::uint32_t>(255, premultiplied + 255 - alpha));
}

cv::Mat bgr_over_white(const std::vector<std::uint32_t>& rgba, int width, int height) {
  cv::Mat out(height, width, CV_8UC3);
  for (std::size_t i = 0; i < rgba.size(); ++i) {
    const std::uint32_t v = rgba[i];
    const std::uint32_t a = TIFFGetA(v);
    std::uint8_t* to = out.data + 3 * i;
    to[0] = over_white(TIFFGetB(v), a);
    to[1] = over_white(TIFFGetG(v), a);
    to[2] = over_white(TIFFGetR(v), a);
  }
  return out;
}

// Whole numbers alone, so that every version gives the same pixels.
WHORL_MULTIVERSION
void grey_of_row(const std::uint32_t* rgba, int width, std::uint8_t* to) {
  for (int x = 0; x < width; ++x) {
    const std::uint32_t v = rgba[x];
    const std::uint32_t luma = (299 * TIFFGetR(v) + 587 * TIFFGetG(v) + 114 * TIFFGetB(v) + 500) / 1000;
    to[x] = over_white(luma, TIFFGetA(v));
  }
}

cv::Mat grey_over_white(const std::vector<std::uint32_t>& rgba, int width, int height) {
  cv::Mat out(height, width, CV_8UC1);
  for (int y = 0; y < height; ++y) {
    grey_of_row(rgba.data() + static_cast<std::ptrdiff_t>(y) * width, width, out.ptr<std::uint8_t>(y));
  }
  return out;
}

}  // namespace

Result<cv::Mat> decode_tiff_pixels(ByteView file, const FileHeader& header, Channels wanted) {
  const Error damaged = invalid_input("the TIFF file is truncated or malformed: its pixels cannot be decoded");
  Memory memory{file, 0};
  const Handle tiff = open(memory);
  if (!tiff) return damaged;
  char message[1024] = {};
  TIFFRGBAImage image{};
  constexpr int kStopOnError = 1;
  if (TIFFRGBAImageBegin(&image, tiff.get(), kStopOnError, message) == 0) return damaged;
  image.req_orientation = image.orientation;  // as stored: upright() turns it
  const bool sized = image.width == header.width && image.height == header.height;
  std::vector<std::uint32_t> rgba(sized ? static_cast<std::size_t>(header.width * header.height) : 0);
  const bool got = sized && TIFFRGBAImageGet(&image, rgba.data(), image.width, image.height) != 0;
  TIFFRGBAImageEnd(&image);
  if (!got) return damaged;
  const auto made = wanted == Channels::kGrey ? grey_over_white : bgr_over_white;
  return made(rgba, static_cast<int>(header.width), static_cast<int>(header.height));
}

}  // namespace whorl::image
