#include "templates/face/card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/support/shared_data.h"

namespace whorl::face {
namespace {

using testing::HasSubstr;

std::string text_of(const char* name) {
  std::ifstream in(tests::source_path(std::string("templates/face/cards/") + name + ".json"));
  return {std::istreambuf_iterator<char>(in), {}};
}

// The card of an embedder with one piece of its text replaced.
std::string changed(const std::string& from, const std::string& to) {
  std::string text = text_of("mobilefacenet_x");
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Cards, TheBinaryHoldsThemAllAndPinsTheirWeights) {
  ASSERT_EQ(shipped_cards().size(), 7u);
  for (const ModelCard& card : shipped_cards()) {
    EXPECT_EQ(card.sha256.size(), 64u) << card.name;
    EXPECT_FALSE(card.licence.empty()) << card.name;
    EXPECT_EQ(*parse_card(text_of(card.name.c_str())), card);
  }
}

TEST(Cards, AreFoundByNameAndRole) {
  EXPECT_EQ(shipped_card("sface_2021dec", Role::kEmbedder)->dimension, 128);
  const auto wrong_role = shipped_card("sface_2021dec", Role::kDetector);
  EXPECT_EQ(wrong_role.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(wrong_role.error().message, HasSubstr("yunet_2022mar"));
}

TEST(Cards, ReadWhatTheySay) {
  const ModelCard card = *parse_card(text_of("mobilefacenet_x"));
  EXPECT_EQ(card.role, Role::kEmbedder);
  EXPECT_EQ(card.input_width, 96);
  EXPECT_EQ(card.input_height, 112);
  EXPECT_EQ(card.channels, ChannelOrder::kRgb);
  EXPECT_DOUBLE_EQ(card.mean[2], 127.5);
  EXPECT_DOUBLE_EQ(card.scale, 1.0 / 128);
  EXPECT_FLOAT_EQ(card.alignment[kNose].x, 48.0252f);
}

struct Bad {
  const char* from;
  const char* to;
  const char* field;
};

TEST(Cards, RefuseWhatIsOutOfBoundsAndNameTheField) {
  for (const Bad& bad : std::vector<Bad>{
           {"whorl-model-card", "other", "format"},
           {"\"version\": 1", "\"version\": 2", "version"},
           {"\"role\": \"embedder\"", "\"role\": \"dancer\"", "role"},
           {"\"name\": \"mobilefacenet_x\"", "\"name\": \"a b\"", "name"},
           {"\"file\": \"mobilefacenet_x.onnx\"", "\"file\": \"../secret.onnx\"", "file"},
           {"\"file\": \"mobilefacenet_x.onnx\"", "\"file\": \".hidden\"", "file"},
           {"\"file\": \"mobilefacenet_x.onnx\"", "\"file\": 3", "file"},
           {"f5da5389", "zzzz5389", "sha256"},
           {"f5da5389", "", "sha256"},
           {"\"url\": \"\"", "\"url\": \"ftp://somewhere\"", "url"},
           {"\"licence\": \"not stated\"", "\"licence\": \"\"", "licence"},
           {"[96, 112]", "[96]", "input"},
           {"[96, 112]", "[96, 100000]", "input[1]"},
           {"[96, 112]", "[96.5, 112]", "input[0]"},
           {"\"rgb\"", "\"cmy\"", "channels"},
           {"[127.5, 127.5, 127.5]", "[127.5, 300, 127.5]", "mean[1]"},
           {"0.0078125", "0", "scale"},
           {"0.0078125", "\"big\"", "scale"},
           {"\"dimension\": 128", "\"dimension\": 1000000", "dimension"},
           {"[30.2946, 51.6963]", "[30.2946, 512]", "alignment[0]"},
           {"[30.2946, 51.6963]", "[30.2946]", "alignment[0]"},
           {"[30.2946, 51.6963]", "[65, 51.6963]", "alignment"},
           {"\"calibration\": \"\"", "\"calibration\": \"/etc/passwd\"", "calibration"},
           {"\"note\"", "\"notes\"", "notes"},
           {"\"dimension\": 128,", "", "dimension"},
       }) {
    const auto got = parse_card(changed(bad.from, bad.to));
    ASSERT_FALSE(got.ok()) << bad.to;
    EXPECT_EQ(got.error().kind, ErrorKind::kInvalidInput);
    EXPECT_EQ(got.error().field, bad.field) << bad.to << ": " << got.error().message;
  }
}

TEST(Cards, RefuseWhatIsNoCard) {
  for (const std::string& text : {std::string(), std::string("[]"), std::string("{"), std::string("nul"),
                                  std::string(100, '['), std::string(kMaxCardBytes + 1, ' ')}) {
    EXPECT_EQ(parse_card(text).error().kind, ErrorKind::kInvalidInput);
  }
  const std::string whole = text_of("sface_2021dec");
  for (std::size_t n = 0; n + 2 < whole.size(); ++n) EXPECT_FALSE(parse_card(whole.substr(0, n)).ok());
}

TEST(NetworkIds, ChangeWithWeightsAndPreprocessingAlone) {
  const ModelCard card = *shipped_card("mobilefacenet_y1", Role::kEmbedder);
  const NetworkId id = *network_id(card);
  EXPECT_EQ(*network_id(card), id);
  ModelCard other = card;
  other.note = "another note";
  other.url = "https://example.org/x";
  other.file = "renamed.onnx";
  EXPECT_EQ(*network_id(other), id);
  other.scale = 0.5;
  EXPECT_NE(*network_id(other), id);
  other = card;
  other.channels = ChannelOrder::kBgr;
  EXPECT_NE(*network_id(other), id);
  other = card;
  other.alignment[kNose].x += 0.5f;
  EXPECT_NE(*network_id(other), id);
  other = card;
  other.sha256[0] = other.sha256[0] == '0' ? '1' : '0';
  EXPECT_NE(*network_id(other), id);
  EXPECT_FALSE(network_id(*shipped_card("yunet_2022mar", Role::kDetector)).ok());
}

}  // namespace
}  // namespace whorl::face
