// Images to JPEG 2000 without loss: OpenJPEG makes the codestream, the boxes around it are written here, because its
// own have no resolution.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <span>

#include "templates/image/encode.h"
#include "templates/image/jpeg_2000_library.h"

namespace whorl::image {
namespace {

// What the codec writes, as OpenJPEG's call-backs see it.
struct Written {
  Bytes bytes;
  std::size_t at = 0;
};

Written& written(void* user) { return *static_cast<Written*>(user); }

OPJ_SIZE_T write(void* from, OPJ_SIZE_T n, void* user) {
  Written& w = written(user);
  w.bytes.resize(std::max(w.bytes.size(), w.at + n));
  std::memcpy(w.bytes.data() + w.at, from, n);
  w.at += n;
  return n;
}
OPJ_BOOL seek(OPJ_OFF_T to, void* user) {
  Written& w = written(user);
  if (to < 0) return OPJ_FALSE;
  w.at = static_cast<std::size_t>(to);
  w.bytes.resize(std::max(w.bytes.size(), w.at));
  return OPJ_TRUE;
}
OPJ_OFF_T skip(OPJ_OFF_T n, void* user) {
  return seek(static_cast<OPJ_OFF_T>(written(user).at) + n, user) == OPJ_TRUE ? n : -1;
}

struct Picture {
  int width = 0;
  int height = 0;
  int channels = 0;  // 1, or 3: blue, green, red
  std::span<const std::uint8_t> pixels;
};

OpjImage image_of(const Picture& picture) {
  std::array<opj_image_cmptparm_t, 3> components{};
  for (opj_image_cmptparm_t& each : components) {
    each.dx = each.dy = 1;
    each.w = static_cast<OPJ_UINT32>(picture.width);
    each.h = static_cast<OPJ_UINT32>(picture.height);
    each.prec = 8;
  }
  const auto space = picture.channels == 1 ? OPJ_CLRSPC_GRAY : OPJ_CLRSPC_SRGB;
  OpjImage out(opj_image_create(static_cast<OPJ_UINT32>(picture.channels), components.data(), space));
  if (!out) return out;
  out->x1 = static_cast<OPJ_UINT32>(picture.width);
  out->y1 = static_cast<OPJ_UINT32>(picture.height);
  const auto count = static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height);
  const auto channels = static_cast<std::size_t>(picture.channels);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    OPJ_INT32* to = out->comps[channel].data;
    const std::size_t from = channels - 1 - channel;  // components are red, green, blue
    for (std::size_t i = 0; i < count; ++i) to[i] = picture.pixels[i * channels + from];
  }
  return out;
}

// So many halvings that the smallest picture stays one pixel at least.
int resolutions_of(const Picture& picture) {
  constexpr int kMost = 6;
  int out = 1;
  for (int side = std::min(picture.width, picture.height); side >= 2 && out < kMost; side /= 2) ++out;
  return out;
}

Result<Bytes> codestream_of(const Picture& picture) {
  const Error failed = internal_error("the JPEG 2000 encoder failed");
  const OpjImage image = image_of(picture);
  const OpjCodec codec(opj_create_compress(OPJ_CODEC_J2K));
  const OpjStream stream(opj_stream_default_create(OPJ_FALSE));
  if (!image || !codec || !stream) return failed;
  silence(codec.get());
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.tcp_numlayers = 1;
  parameters.tcp_rates[0] = 0;  // nothing is left away
  parameters.cp_disto_alloc = 1;
  parameters.irreversible = 0;
  parameters.numresolution = resolutions_of(picture);
  parameters.tcp_mct = picture.channels == 3 ? 1 : 0;
  Written out;
  opj_stream_set_user_data(stream.get(), &out, nullptr);
  opj_stream_set_write_function(stream.get(), write);
  opj_stream_set_seek_function(stream.get(), seek);
  opj_stream_set_skip_function(stream.get(), skip);
  const bool done = opj_setup_encoder(codec.get(), &parameters, image.get()) == OPJ_TRUE &&
                    opj_start_compress(codec.get(), image.get(), stream.get()) == OPJ_TRUE &&
                    opj_encode(codec.get(), stream.get()) == OPJ_TRUE &&
                    opj_end_compress(codec.get(), stream.get()) == OPJ_TRUE;
  if (!done || out.bytes.empty()) return failed;
  return std::move(out.bytes);
}

Bytes box(std::string_view type, ByteView content) {
  constexpr std::size_t kHeader = 8;
  return ByteWriter()
      .u32(static_cast<std::uint32_t>(kHeader + content.size()))
      .bytes(as_bytes(type))
      .bytes(content)
      .take();
}

// Points a metre as N / D * 10^E, exact for 500 and 1000 ppi.
Bytes resolution_box(double ppi) {
  constexpr double kMostFine = 655;
  constexpr double kMostPpi = 6000;
  if (!(ppi >= 1) || ppi > kMostPpi) return {};
  const bool fine = ppi <= kMostFine;
  const auto numerator = static_cast<std::uint16_t>(std::lround(ppi * (fine ? 100 : 10)));
  constexpr std::uint16_t kInchIn = 254;
  const std::uint8_t exponent = fine ? 2 : 3;
  const Bytes captured =
      ByteWriter().u16(numerator).u16(kInchIn).u16(numerator).u16(kInchIn).u8(exponent).u8(exponent).take();
  return box("res ", box("resc", captured));
}

Result<Bytes> file_of(const Picture& picture, double ppi) {
  const auto count = static_cast<std::size_t>(std::max(picture.width, 0)) *
                     static_cast<std::size_t>(std::max(picture.height, 0)) * static_cast<std::size_t>(picture.channels);
  if (count == 0 || picture.pixels.size() != count) return internal_error("an unsound image cannot be encoded");
  WHORL_ASSIGN(const Bytes codestream, codestream_of(picture));
  constexpr std::uint32_t kSRgb = 16;
  constexpr std::uint32_t kGrey = 17;
  const Bytes header = ByteWriter()
                           .u32(static_cast<std::uint32_t>(picture.height))
                           .u32(static_cast<std::uint32_t>(picture.width))
                           .u16(static_cast<std::uint16_t>(picture.channels))
                           .u8(7)  // bits less one
                           .u8(7)  // compression: JPEG 2000
                           .u8(0)  // the colour space is known
                           .u8(0)  // no intellectual property
                           .take();
  const Bytes colour = ByteWriter().u8(1).u8(0).u8(0).u32(picture.channels == 1 ? kGrey : kSRgb).take();
  const Bytes headers =
      ByteWriter().bytes(box("ihdr", header)).bytes(box("colr", colour)).bytes(resolution_box(ppi)).take();
  const Bytes type = ByteWriter().bytes(as_bytes("jp2 ")).u32(0).bytes(as_bytes("jp2 ")).take();
  const Bytes signature{0x0d, 0x0a, 0x87, 0x0a};
  return ByteWriter()
      .bytes(box("jP  ", signature))
      .bytes(box("ftyp", type))
      .bytes(box("jp2h", headers))
      .bytes(box("jp2c", codestream))
      .take();
}

}  // namespace

Result<Bytes> encode_jpeg_2000(const GreyImage& image) {
  return file_of({image.width, image.height, 1, image.pixels}, image.ppi);
}

Result<Bytes> encode_jpeg_2000(const ColourImage& image, double ppi) {
  return file_of({image.width, image.height, 3, image.pixels}, ppi);
}

}  // namespace whorl::image
