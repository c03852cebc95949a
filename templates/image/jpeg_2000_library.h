// OpenJPEG's objects, which close themselves. Private to this room.
#pragma once

#include <openjpeg.h>

#include <memory>

namespace whorl::image {

// OpenJPEG's streams and codecs are both void pointers.
struct OpjStreamCloser {
  void operator()(opj_stream_t* stream) const { opj_stream_destroy(stream); }
};
struct OpjCodecCloser {
  void operator()(opj_codec_t* codec) const { opj_destroy_codec(codec); }
};
struct OpjImageCloser {
  void operator()(opj_image_t* image) const { opj_image_destroy(image); }
};
using OpjStream = std::unique_ptr<opj_stream_t, OpjStreamCloser>;
using OpjCodec = std::unique_ptr<opj_codec_t, OpjCodecCloser>;
using OpjImage = std::unique_ptr<opj_image_t, OpjImageCloser>;

inline void silence(opj_codec_t* codec) {
  const auto silent = [](const char*, void*) {};
  opj_set_error_handler(codec, silent, nullptr);
  opj_set_warning_handler(codec, silent, nullptr);
  opj_set_info_handler(codec, silent, nullptr);
}

}  // namespace whorl::image
