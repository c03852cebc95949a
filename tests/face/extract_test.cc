// The whole path, where the networks and LFW are at hand.
#include "templates/face/extract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <thread>

#include "base/sha256.h"
#include "templates/image/decode.h"
#include "tests/face/drawn_face.h"
#include "tests/face/tiny_network.h"
#include "tests/support/shared_data.h"

namespace whorl::face {
namespace {

using testing::HasSubstr;

class WholePath : public testing::Test {
 protected:
  void SetUp() override {
    const auto models = tests::shared_models();
    faces_ = tests::shared_faces();
    if (!models) GTEST_SKIP() << "no shared models";
    if (!faces_) GTEST_SKIP() << "no shared faces";
    FaceModels wanted{*models, *shipped_card("yunet_2022feb", Role::kDetector),
                      *shipped_card("mobilefacenet_y1", Role::kEmbedder)};
    auto opened = FaceExtractor::open(wanted);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    extractor_ = std::move(opened).value();
  }

  image::ColourImage image(const std::string& name) const {
    std::ifstream in(*faces_ / "LFW_A" / name, std::ios::binary);
    const Bytes file{std::istreambuf_iterator<char>(in), {}};
    auto decoded = image::decode_colour(file);
    EXPECT_TRUE(decoded.ok()) << name;
    return std::move(decoded).value();
  }

  // `image` scaled up by a whole number.
  static image::ColourImage enlarged(const image::ColourImage& image, int factor) {
    image::ColourImage out{image.width * factor, image.height * factor, {}};
    for (int y = 0; y < out.height; ++y) {
      for (int x = 0; x < out.width; ++x) {
        const auto at = static_cast<std::size_t>(3 * (y / factor * image.width + x / factor));
        for (std::size_t c = 0; c < 3; ++c) out.pixels.push_back(image.pixels[at + c]);
      }
    }
    return out;
  }

  static image::ColourImage beside(const image::ColourImage& a, const image::ColourImage& b) {
    image::ColourImage out{a.width + b.width, a.height, {}};
    for (int y = 0; y < a.height; ++y) {
      const auto row = [&](const image::ColourImage& i) {
        return i.pixels.begin() + static_cast<std::ptrdiff_t>(3) * y * i.width;
      };
      out.pixels.insert(out.pixels.end(), row(a), row(a) + 3 * a.width);
      out.pixels.insert(out.pixels.end(), row(b), row(b) + 3 * b.width);
    }
    return out;
  }

  std::optional<std::filesystem::path> faces_;
  std::unique_ptr<FaceExtractor> extractor_;
  ExtractOptions central_{SeveralFaces::kCentral, 0.75f};
};

constexpr const char* kPerson = "Akhmed_Zakayev/Akhmed_Zakayev_0001.jpg";
constexpr const char* kMate = "Akhmed_Zakayev/Akhmed_Zakayev_0003.jpg";
constexpr const char* kOther = "Amber_Tamblyn/Amber_Tamblyn_0001.jpg";

TEST_F(WholePath, OnePersonIsMoreAlikeThanTwo) {
  const auto a = extractor_->extract(image(kPerson), central_);
  const auto b = extractor_->extract(image(kMate), central_);
  const auto c = extractor_->extract(image(kOther), central_);
  ASSERT_TRUE(a.ok() && b.ok() && c.ok());
  EXPECT_GT(*compare(a->face, b->face), 0.4);
  EXPECT_LT(*compare(a->face, c->face), 0.25);
  EXPECT_EQ(a->face.quality, a->quality.overall);
}

TEST_F(WholePath, TheSameImageGivesTheSameTemplate) {
  EXPECT_EQ(extractor_->extract(image(kPerson), central_)->face, extractor_->extract(image(kPerson), central_)->face);
}

// Counter-clockwise.
image::ColourImage quarter_turned(const image::ColourImage& image) {
  image::ColourImage out{image.height, image.width, {}};
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x) {
      const auto at = static_cast<std::size_t>(3 * (x * image.width + image.width - 1 - y));
      for (std::size_t c = 0; c < 3; ++c) out.pixels.push_back(image.pixels[at + c]);
    }
  }
  return out;
}

TEST_F(WholePath, AHeadOnItsChinIsTurnedUprightOrRefused) {
  for (const char* name : {kPerson, kMate, kOther}) {
    image::ColourImage picture = image(name);
    const auto upright = extractor_->extract(picture, central_);
    ASSERT_TRUE(upright.ok());
    EXPECT_EQ(upright->quarters_turned, 0);
    for (const int back : {3, 2, 1}) {
      picture = quarter_turned(picture);
      const auto other = extractor_->extract(picture, central_);
      if (!other.ok()) continue;  // a head on its side may not be found
      EXPECT_EQ(other->quarters_turned, back) << name;
      EXPECT_GT(*compare(upright->face, other->face), 0.95) << name;
      EXPECT_THAT(sentences(other->quality.feedback), HasSubstr("turned upright"));
    }
  }
}

TEST_F(WholePath, SizeHardlyMatters) {
  const auto small = extractor_->extract(image(kPerson), central_);
  const auto large = extractor_->extract(enlarged(image(kPerson), 12), central_);  // 1800 x 1800
  ASSERT_TRUE(small.ok() && large.ok());
  EXPECT_GT(*compare(small->face, large->face), 0.9);
  EXPECT_NEAR(large->quality.eyes_px, 12 * small->quality.eyes_px, 0.1 * 12 * small->quality.eyes_px);
}

TEST_F(WholePath, TwoPeopleAreRefusedUnlessThePolicySaysWho) {
  const image::ColourImage two = beside(enlarged(image(kPerson), 2), enlarged(image(kOther), 2));
  const auto refused = extractor_->extract(two);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kInvalidInput);
  EXPECT_THAT(refused.error().message, HasSubstr("two faces"));
  const auto largest = extractor_->extract(two, {SeveralFaces::kLargest, 0.75f});
  ASSERT_TRUE(largest.ok());
  EXPECT_EQ(largest->quality.faces, 2);
  EXPECT_THAT(sentences(largest->quality.feedback), HasSubstr("two faces"));
}

TEST_F(WholePath, AFaceThatFillsTheImageIsFound) {
  const auto whole = extractor_->extract(image(kPerson), central_);
  ASSERT_TRUE(whole.ok());
  const image::ColourImage picture = image(kPerson);
  const int x0 = static_cast<int>(whole->found.x), y0 = static_cast<int>(whole->found.y);
  const int w = static_cast<int>(whole->found.width), h = static_cast<int>(whole->found.height);
  image::ColourImage cut{w, h, {}};
  for (int y = 0; y < h; ++y) {
    const auto row = picture.pixels.begin() + static_cast<std::ptrdiff_t>(3) * ((y0 + y) * picture.width + x0);
    cut.pixels.insert(cut.pixels.end(), row, row + 3 * w);
  }
  const auto tight = extractor_->extract(enlarged(cut, 4), central_);
  ASSERT_TRUE(tight.ok()) << tight.error().text();
  EXPECT_GT(*compare(whole->face, tight->face), 0.6);
}

TEST_F(WholePath, ImagesWithoutAFaceAndImagesThatCannotHoldOneHaveAReason) {
  const auto refusal = [&](const image::ColourImage& of) {
    const auto got = extractor_->extract(of);
    return got.ok() ? "accepted, confidence " + std::to_string(got->quality.confidence) : got.error().message;
  };
  EXPECT_THAT(refusal(tests::textured(300, 200)), HasSubstr("no face found"));
  EXPECT_THAT(refusal({200, 200, Bytes(3 * 200 * 200, 128)}), HasSubstr("no face found"));
  EXPECT_THAT(refusal(tests::textured(20, 20)), HasSubstr("at least 32"));
  EXPECT_THAT(refusal(tests::textured(4000, 40)), HasSubstr("too narrow"));
  EXPECT_THAT(refusal({100, 100, Bytes(3)}), HasSubstr("not as many as its sides say"));
  EXPECT_FALSE(extractor_->extract(image::ColourImage{}).ok());
}

// Odd sizes reach every size of the detector's maps.
TEST_F(WholePath, NoSizeIsTooOdd) {
  for (const auto& [w, h] : {std::pair{32, 32}, {33, 47}, {639, 481}, {641, 33}, {32, 640}, {1001, 777}}) {
    const auto got = extractor_->extract(tests::textured(w, h));
    EXPECT_TRUE(got.ok() || got.error().kind == ErrorKind::kInvalidInput) << w << " x " << h;
  }
}

// Each thread borrows networks of its own.
TEST_F(WholePath, ThreadsDoNotDisturbOneAnother) {
  const image::ColourImage pictures[] = {image(kPerson), image(kMate), image(kOther)};
  std::vector<FaceTemplate> alone;
  for (const image::ColourImage& picture : pictures) alone.push_back(extractor_->extract(picture, central_)->face);
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < 12; ++i) {
        const auto got = extractor_->extract(pictures[(i + t) % 3], central_);
        wrong[t] += got.ok() && got->face == alone[(i + t) % 3] ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int w : wrong) EXPECT_EQ(w, 0);
}

TEST_F(WholePath, AnyNetworkWithACardWillDo) {
  const tests::TemporaryDirectory folder;
  const auto network = tests::tiny_network(32, 64);
  const Bytes onnx = tests::onnx_of(network);
  std::ofstream(folder.path() / "tiny.onnx", std::ios::binary)
      .write(reinterpret_cast<const char*>(onnx.data()), static_cast<std::streamsize>(onnx.size()));
  FaceModels models = extractor_->models();
  std::filesystem::copy(models.directory / models.detector.file, folder.path());
  models.directory = folder.path();
  models.embedder.name = "tiny";
  models.embedder.file = "tiny.onnx";
  models.embedder.sha256 = hex_of(*sha256(onnx));
  models.embedder.input_width = models.embedder.input_height = 32;
  models.embedder.dimension = 64;
  for (Point& p : models.embedder.alignment) p = {p.x * 32 / 112, p.y * 32 / 112};
  const auto tiny = FaceExtractor::open(models);
  ASSERT_TRUE(tiny.ok()) << tiny.error().text();
  const auto got = (*tiny)->extract(image(kPerson), central_);
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->face.embedding.size(), 64u);
  const auto other = compare(got->face, extractor_->extract(image(kPerson), central_)->face);
  EXPECT_EQ(other.error().kind, ErrorKind::kInvalidInput);
}

// The detector that OpenCV 4.6 cannot read is refused with the reason of its card; a later OpenCV reads it.
TEST_F(WholePath, ADetectorThatOpenCvCannotReadSaysSo) {
  FaceModels models = extractor_->models();
  models.detector = *shipped_card("yunet_2022jun", Role::kDetector);
  if (!std::filesystem::exists(models.directory / models.detector.file)) GTEST_SKIP() << "no yunet_2022jun";
  const auto opened = FaceExtractor::open(models);
  EXPECT_THAT(opened.ok() ? "needs a later OpenCV" : opened.error().message, HasSubstr("needs a later OpenCV"));
}

}  // namespace
}  // namespace whorl::face
