#include "templates/face/weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/sha256.h"
#include "templates/face/extract.h"
#include "tests/support/shared_data.h"

namespace whorl::face {
namespace {

using testing::HasSubstr;

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

ModelCard card_of(const std::string& text) {
  ModelCard card = *shipped_card("sface_2021dec", Role::kEmbedder);
  card.sha256 = hex_of(*sha256(as_bytes(text)));
  return card;
}

TEST(Sha256, KnowsThePublishedVectors) {
  EXPECT_EQ(hex_of(*sha256(as_bytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_of(*sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(*sha256_named("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"),
            *sha256(as_bytes("abc")));
  EXPECT_FALSE(sha256_named("ba78"));
  EXPECT_FALSE(sha256_named(std::string(64, 'g')));
}

TEST(Weights, AreReadWhenTheirDigestIsRight) {
  const tests::TemporaryDirectory folder;
  const ModelCard card = card_of("weights");
  write(folder.path() / card.file, "weights");
  const auto got = read_weights(card, folder.path());
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(as_text(*got), "weights");
}

TEST(Weights, OfAnotherDigestAreRefusedNamingBoth) {
  const tests::TemporaryDirectory folder;
  const ModelCard card = card_of("weights");
  write(folder.path() / card.file, "tampered");
  const auto got = read_weights(card, folder.path());
  EXPECT_EQ(got.error().kind, ErrorKind::kCorruption);
  EXPECT_THAT(got.error().message, HasSubstr(card.sha256));
  EXPECT_THAT(got.error().message, HasSubstr(hex_of(*sha256(as_bytes("tampered")))));
}

TEST(Weights, ThatAreMissingSayWhichCommandToRun) {
  const tests::TemporaryDirectory folder;
  const auto got = read_weights(*shipped_card("sface_2021dec", Role::kEmbedder), folder.path());
  EXPECT_EQ(got.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(got.error().message, HasSubstr("scripts/fetch-models sface_2021dec"));
  const auto unpublished = read_weights(*shipped_card("mobilefacenet_y1", Role::kEmbedder), folder.path());
  EXPECT_THAT(unpublished.error().message, HasSubstr("nobody publishes it"));
}

TEST(Weights, OfACardWithoutADigestAreRefused) {
  const tests::TemporaryDirectory folder;
  ModelCard card = card_of("weights");
  card.sha256.clear();
  write(folder.path() / card.file, "weights");
  const auto got = read_weights(card, folder.path());
  EXPECT_EQ(got.error().kind, ErrorKind::kInvalidInput);
  EXPECT_THAT(got.error().message, HasSubstr("pins no SHA-256"));
}

TEST(Weights, AFolderOfThatNameIsNoFile) {
  const tests::TemporaryDirectory folder;
  const ModelCard card = card_of("weights");
  std::filesystem::create_directory(folder.path() / card.file);
  EXPECT_EQ(read_weights(card, folder.path()).error().kind, ErrorKind::kNotFound);
}

TEST(Weights, TheDefaultFolderFollowsTheEnvironment) {
  ::setenv("WHORL_MODELS", "/somewhere/models", 1);
  EXPECT_EQ(default_models_directory(), "/somewhere/models");
  ::unsetenv("WHORL_MODELS");
  ::setenv("XDG_DATA_HOME", "/data", 1);
  EXPECT_EQ(default_models_directory(), "/data/whorl/models");
  ::unsetenv("XDG_DATA_HOME");
}

TEST(FaceExtractor, RefusesAFileThatIsNoNetworkAndCardsOfTheWrongRole) {
  const tests::TemporaryDirectory folder;
  FaceModels models;
  models.directory = folder.path();
  models.detector = *shipped_card("yunet_2022mar", Role::kDetector);
  models.detector.sha256 = hex_of(*sha256(as_bytes("no network")));
  models.embedder = card_of("no network");
  write(folder.path() / models.detector.file, "no network");
  write(folder.path() / models.embedder.file, "no network");
  const auto opened = FaceExtractor::open(models);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().kind, ErrorKind::kInvalidInput);
  EXPECT_THAT(opened.error().message, HasSubstr("cannot read the detector yunet_2022mar"));
  std::swap(models.detector, models.embedder);
  EXPECT_THAT(FaceExtractor::open(models).error().message, HasSubstr("is no detector"));
}

}  // namespace
}  // namespace whorl::face
