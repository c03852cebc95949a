// The embedding path through OpenCV, on a network small enough to compute by hand.
#include "templates/face/embedder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/face/drawn_face.h"
#include "tests/face/tiny_network.h"

namespace whorl::face {
namespace {

using testing::HasSubstr;

ModelCard card_of(const tests::TinyNetwork& network) {
  ModelCard card = *shipped_card("sface_2021dec", Role::kEmbedder);
  card.name = "tiny";
  card.input_width = card.input_height = network.side;
  card.dimension = network.dimension;
  return card;
}

// The slow obvious twin: what the card and the weights say, pixel by pixel.
std::vector<double> by_hand(const tests::TinyNetwork& n, const ModelCard& card, const image::ColourImage& crop) {
  std::vector<double> out(static_cast<std::size_t>(n.dimension), 0.0);
  std::size_t w = 0;
  double norm = 0;
  for (double& value : out) {
    for (int channel = 0; channel < 3; ++channel) {
      const int stored = card.channels == ChannelOrder::kRgb ? 2 - channel : channel;
      for (int i = 0; i < n.side * n.side; ++i, ++w) {
        const double v = crop.pixels[static_cast<std::size_t>(3 * i + stored)];
        value += static_cast<double>(n.weights[w]) * (v - card.mean[static_cast<std::size_t>(channel)]) * card.scale;
      }
    }
    norm += value * value;
  }
  for (double& value : out) value /= std::sqrt(norm);
  return out;
}

image::ColourImage coloured(int side) {
  image::ColourImage out = tests::textured(side, side);
  for (std::size_t i = 0; i < out.pixels.size(); i += 3) {
    out.pixels[i] = static_cast<std::uint8_t>(out.pixels[i] / 3);
    out.pixels[i + 2] = static_cast<std::uint8_t>(255 - out.pixels[i + 2] / 2);
  }
  return out;
}

TEST(Embedder, GivesWhatCardAndWeightsSayWhateverTheChannelsMeanAndScale) {
  const auto network = tests::tiny_network();
  for (const ChannelOrder order : {ChannelOrder::kBgr, ChannelOrder::kRgb}) {
    for (const double scale : {1.0, 1.0 / 128}) {
      ModelCard card = card_of(network);
      card.channels = order;
      card.scale = scale;
      card.mean = {120.5, 100, 80};
      auto embedder = Embedder::make(tests::onnx_of(network), card);
      ASSERT_TRUE(embedder.ok()) << embedder.error().text();
      const image::ColourImage crop = coloured(network.side);
      const auto got = embedder->embed(crop);
      ASSERT_TRUE(got.ok()) << got.error().text();
      const auto expected = by_hand(network, card, crop);
      for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(static_cast<double>((*got)[i]), expected[i], 1e-4) << i;
      }
    }
  }
}

TEST(Embedder, RefusesANetworkThatIsNotWhatItsCardSays) {
  const auto network = tests::tiny_network();
  ModelCard card = card_of(network);
  card.dimension = 32;
  auto embedder = Embedder::make(tests::onnx_of(network), card);
  ASSERT_TRUE(embedder.ok());
  EXPECT_THAT(embedder->embed(coloured(16)).error().message, HasSubstr("gave 24 numbers, and its card says 32"));
}

TEST(Embedder, RefusesAnEmbeddingWithoutDirection) {
  auto network = tests::tiny_network();
  std::fill(network.weights.begin(), network.weights.end(), 0.0f);
  auto embedder = Embedder::make(tests::onnx_of(network), card_of(network));
  ASSERT_TRUE(embedder.ok());
  EXPECT_THAT(embedder->embed(coloured(16)).error().message, HasSubstr("without a direction"));
  std::fill(network.weights.begin(), network.weights.end(), 3e38f);
  auto huge = Embedder::make(tests::onnx_of(network), card_of(network));
  ASSERT_TRUE(huge.ok());
  EXPECT_FALSE(huge->embed(coloured(16)).ok());
}

TEST(Embedder, RefusesBytesThatAreNoNetwork) {
  const auto network = tests::tiny_network();
  const Bytes whole = tests::onnx_of(network);
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{17}, whole.size() / 2}) {
    const auto got = Embedder::make(ByteView(whole).first(n), card_of(network));
    ASSERT_FALSE(got.ok()) << n;
    EXPECT_EQ(got.error().kind, ErrorKind::kInvalidInput);
  }
}

TEST(Embedder, ACropOfAnotherSizeIsADefect) {
  const auto network = tests::tiny_network();
  auto embedder = Embedder::make(tests::onnx_of(network), card_of(network));
  ASSERT_TRUE(embedder.ok());
  EXPECT_EQ(embedder->embed(coloured(20)).error().kind, ErrorKind::kInternal);
}

}  // namespace
}  // namespace whorl::face
