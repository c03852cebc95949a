// The table of codecs: rows that tell each other apart, and samples that are read by the right one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/catalogue.h"
#include "templates/codec/codec.h"
#include "templates/codec/native.h"
#include "templates/codec/native_face.h"
#include "templates/image/encode.h"
#include "templates/image/formats.h"
#include "tests/support/random_prints.h"

namespace whorl::codec {
namespace {

Bytes finger_bytes() { return tests::native(tests::random_finger(1)); }

Bytes face_bytes() {
  face::FaceTemplate face;
  face.network.name = "a_network";
  face.network.digest = {1, 2, 3, 4, 5, 6, 7, 8};
  face.embedding.assign(64, 127);
  return encode_native_face(face).value();
}

// The first bytes of a file of each format.
std::map<Format, Bytes> files() {
  image::GreyImage grey;
  grey.width = grey.height = 40;
  grey.pixels.assign(std::size_t{40} * 40, 200);
  return {{Format::kNativeFinger, finger_bytes()},
          {Format::kNativeFace, face_bytes()},
          {Format::kPng, image::encode_png(grey).value()},
          {Format::kBmp, {'B', 'M', 0, 0}},
          {Format::kTiff, {'M', 'M', 0, 42}},
          {Format::kJpeg, {0xff, 0xd8, 0xff, 0xe0}},
          {Format::kWsq, {0xff, 0xa0, 0xff, 0xa4}},
          {Format::kJp2, {0, 0, 0, 12, 'j', 'P', ' ', ' ', 13, 10, 0x87, 10}},
          {Format::kJ2k, {0xff, 0x4f, 0xff, 0x51}}};
}

Sample sample_of(Modality modality, Format format, Bytes bytes) { return {modality, 0, format, std::move(bytes), {}}; }

TEST(Codecs, EachKnowsItsFilesAndNoOthers) {
  const auto known = files();
  ASSERT_EQ(known.size(), codecs().size()) << "a codec without a file here";
  for (const Codec& codec : codecs()) {
    for (const auto& [format, file] : known) {
      EXPECT_EQ(codec.row.begins(file), format == codec.row.format) << codec.row.name;
    }
    EXPECT_FALSE(codec.row.begins({})) << codec.row.name;
    EXPECT_EQ(find_codec(codec.row.format), &codec);
  }
  EXPECT_EQ(find_codec(Format::kUnstated), nullptr);
  EXPECT_EQ(find_codec(Format::kAnyImage), nullptr);
}

TEST(Codecs, NamesAreTheirOwn) {
  std::set<std::string_view> names;
  std::set<std::string_view> types;
  std::set<std::string_view> in_osia;
  for (const Codec& codec : codecs()) {
    EXPECT_TRUE(names.insert(codec.row.name).second) << codec.row.name;
    EXPECT_TRUE(types.insert(codec.row.media_type).second) << codec.row.media_type;
    EXPECT_EQ(codec.row.suffix.front(), '.');
    EXPECT_TRUE(codec.is_image() || in_osia.insert(codec.content->osia_name).second) << codec.content->osia_name;
  }
}

TEST(CodecOf, GoesByTheFirstBytesUnlessAFormatIsStated) {
  for (const auto& [format, file] : files()) {
    const auto by_bytes = codec_of(sample_of(Modality::kFinger, Format::kUnstated, file));
    ASSERT_TRUE(by_bytes.ok());
    EXPECT_EQ((*by_bytes)->row.format, format);
    const auto stated = codec_of(sample_of(Modality::kFinger, format, file));
    ASSERT_TRUE(stated.ok());
    EXPECT_EQ((*stated)->row.format, format);
    const auto wrongly = codec_of(sample_of(Modality::kFinger, format, {1, 2, 3}));
    EXPECT_EQ(wrongly.ok(), !find_codec(format)->is_image()) << "a template is refused by what reads it";
    EXPECT_EQ(codec_of(sample_of(Modality::kFinger, Format::kAnyImage, file)).ok(), find_codec(format)->is_image());
  }
  EXPECT_EQ(codec_of(sample_of(Modality::kFinger, Format::kUnstated, {1, 2, 3})).error().field, "bytes");
  EXPECT_EQ(codec_of(sample_of(Modality::kFinger, Format::kUnstated, {})).error().field, "bytes");
  EXPECT_EQ(codec_of(sample_of(Modality::kFinger, static_cast<Format>(99), finger_bytes())).error().field, "format");
}

TEST(ReadTemplate, TakesThoseOfItsModalityAlone) {
  const auto finger = sample_of(Modality::kFinger, Format::kUnstated, finger_bytes());
  const auto face = sample_of(Modality::kFace, Format::kUnstated, face_bytes());
  EXPECT_EQ(native_form(Modality::kFinger).write(read_template(finger).value()).value(), finger.bytes);
  EXPECT_EQ(native_form(Modality::kFace).write(read_template(face).value()).value(), face.bytes);
  for (const Error& refused :
       {read_template(sample_of(Modality::kFinger, Format::kUnstated, face.bytes)).error(),
        read_template(sample_of(Modality::kFace, Format::kUnstated, finger.bytes)).error(),
        read_template(sample_of(Modality::kFinger, Format::kUnstated, files()[Format::kPng])).error()}) {
    EXPECT_EQ(refused.code(), ErrorCode::kNotOfModality.name());
    EXPECT_EQ(refused.field, "bytes");
  }
  EXPECT_EQ(read_template(sample_of(Modality::kFinger, Format::kNativeFinger, face.bytes)).error().field, "bytes")
      << "its bytes are not what is stated";
}

}  // namespace
}  // namespace whorl::codec
