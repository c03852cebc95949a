// A node opened from a configuration, and the file that holds one.
#include "engine/node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>

#include "engine/calibration_file.h"
#include "engine/node_faces.h"
#include "tests/support/shared_data.h"

namespace whorl::engine {
namespace {
namespace fs = std::filesystem;

using testing::HasSubstr;

NodeConfig with(const std::string& toml) {
  auto parsed = parse_node_config(toml, "node.toml");
  EXPECT_TRUE(parsed.ok()) << parsed.error().text();
  return parsed.ok() ? std::move(parsed).value() : NodeConfig();
}

Error refusal(const std::string& toml) {
  const auto parsed = parse_node_config(toml, "folder/node.toml");
  EXPECT_FALSE(parsed.ok()) << toml;
  return parsed.ok() ? Error() : parsed.error();
}

TEST(NodeConfig, OfAnEmptyFileIsTheDefault) {
  EXPECT_EQ(node_config_text(with("")), node_config_text(NodeConfig()));
  EXPECT_TRUE(check(NodeConfig()).ok());
}

TEST(NodeConfig, ReadsEveryKindOfValue) {
  const NodeConfig config = with(R"(
[gallery]
folder = "g"
create = true
threads = 3
keep_images = "no"
face_index = "never"
memory_limit = "12GiB"
[search]
review_band_db = 4
[images]
max_bytes = 2048
[face]
several = "central"
min_confidence = 0.5
images = "never"
alone = ["a", "b"]
)");
  EXPECT_EQ(config.gallery, "g");
  EXPECT_TRUE(config.create);
  EXPECT_EQ(config.threads, 3);
  EXPECT_EQ(config.keep_images, KeepImages::kNo);
  EXPECT_EQ(config.face_index, index::FaceIndexUse::kNever);
  EXPECT_EQ(config.memory_limit_bytes, std::uint64_t{12} << 30);
  EXPECT_EQ(config.review_band_db, 4.0);
  EXPECT_EQ(config.image_limits.max_bytes, 2048u);
  EXPECT_EQ(config.face.options.several, face::SeveralFaces::kCentral);
  EXPECT_EQ(config.face.options.min_confidence, 0.5F);
  EXPECT_EQ(config.face.images, FaceImages::kNever);
  EXPECT_THAT(config.face.alone, testing::ElementsAre("a", "b"));
}

// Each key is set to something else than its default, written and read again.
TEST(NodeConfig, WhatIsWrittenReadsBackTheSame) {
  NodeConfig config;
  config.gallery = "/var/lib/whorl \"quoted\"\\back\tslash/é";
  config.create = true;
  config.threads = 7;
  config.memory_limit_bytes = (std::uint64_t{1} << 40) + 1;
  config.verify_records = false;
  config.keep_images = KeepImages::kYes;
  config.face_index = index::FaceIndexUse::kAlways;
  config.min_quality = 33;
  config.review_band_db = 0.1;
  config.calibration = "/c.json";
  config.image_limits = {1 << 20, 5'000'000, 64, 4096, 200.5, 1000};
  config.face = {FaceImages::kAlways,
                 "/models",
                 "net",
                 "/card.json",
                 "det",
                 "/f.json",
                 {"ALL", "one"},
                 {face::SeveralFaces::kLargest, 0.25F}};
  const std::string text = node_config_text(config);
  const auto again = parse_node_config(text, "/etc/node.toml");
  ASSERT_TRUE(again.ok()) << again.error().text() << "\n" << text;
  EXPECT_EQ(node_config_text(*again), text);
  EXPECT_EQ(again->gallery, config.gallery);
  EXPECT_EQ(text.find("\n# threads"), std::string::npos);  // nothing but defaults is commented out
  EXPECT_EQ(node_config_text(NodeConfig()).find("\nthreads"), std::string::npos);
}

TEST(NodeConfig, PathsAreRelativeToTheFile) {
  const auto config = parse_node_config("[gallery]\nfolder = \"g\"\n[fingerprint]\ncalibration = \"/abs.json\"\n",
                                        "/etc/whorl/node.toml");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->gallery, "/etc/whorl/g");
  EXPECT_EQ(config->calibration, "/abs.json");
  EXPECT_TRUE(config->face.models.empty());
}

TEST(NodeConfig, AnUnknownKeyIsRefusedWithTheNearestKnownOne) {
  struct Case {
    std::string toml;
    std::string where;
    std::string nearest;
  };
  for (const Case& c :
       std::vector<Case>{{"[gallery]\ntreads = 2\n", "folder/node.toml:2.gallery.treads", "gallery.threads"},
                         {"\n\n[galery]\nthreads = 2\n", "folder/node.toml:3.galery", "gallery."},
                         {"threads = 2\n", "folder/node.toml:1.threads", "threads"},
                         {"[face]\nnetwrk = \"x\"\n", "folder/node.toml:2.face.netwrk", "face.network"},
                         {"[enrol]\nfolder = \"x\"\n", "folder/node.toml:2.enrol.folder", "gallery.folder"}}) {
    const Error error = refusal(c.toml);
    EXPECT_EQ(error.kind, ErrorKind::kInvalidInput);
    EXPECT_EQ(error.field.text(), c.where);
    EXPECT_THAT(error.message, HasSubstr("nearest is"));
    EXPECT_THAT(error.message, HasSubstr(c.nearest)) << c.toml;
  }
}

TEST(NodeConfig, AWrongTypeOrRangeIsRefusedSayingWhatItMustBe) {
  struct Case {
    std::string toml;
    std::string field;
    std::string says;
  };
  for (const Case& c :
       std::vector<Case>{{"[gallery]\nthreads = \"two\"", "gallery.threads", "whole number"},
                         {"[gallery]\nthreads = 2.0", "gallery.threads", "whole number"},
                         {"[gallery]\nthreads = -1", "gallery.threads", "from 0 to 1024"},
                         {"[gallery]\nthreads = 1025", "gallery.threads", "from 0 to 1024"},
                         {"[gallery]\nfolder = 3", "gallery.folder", "text"},
                         {"[gallery]\nfolder = \"a\\u0000b\"", "gallery.folder", "zero byte"},
                         {"[gallery]\ncreate = 1", "gallery.create", "true or false"},
                         {"[gallery]\nmemory_limit = \"12 GB\"", "gallery.memory_limit", "GiB"},
                         {"[gallery]\nmemory_limit = -1", "gallery.memory_limit", "GiB"},
                         {"[images]\nmax_bytes = 3", "images.max_bytes", "at least 1KiB"},
                         {"[search]\nreview_band_db = nan", "search.review_band_db", "from 0 to 100"},
                         {"[search]\nreview_band_db = inf", "search.review_band_db", "from 0 to 100"},
                         {"[search]\nreview_band_db = true", "search.review_band_db", "number"},
                         {"[face]\nseveral = \"both\"", "face.several", "\"refuse\", \"largest\", \"central\""},
                         {"[face]\nalone = \"default\"", "face.alone", "list"},
                         {"[face]\nalone = [1]", "face.alone", "text"},
                         {"face = 3", "face", "table"},
                         {"[[gallery]]\nthreads = 2", "gallery", "table"}}) {
    const Error error = refusal(c.toml);
    EXPECT_THAT(error.field.text(), testing::EndsWith("." + c.field)) << c.toml;
    EXPECT_THAT(error.field.text(), testing::StartsWith("folder/node.toml:")) << c.toml;
    EXPECT_THAT(error.message, HasSubstr(c.says)) << c.toml;
  }
}

TEST(NodeConfig, WhatIsNoTomlIsRefusedWithItsLine) {
  EXPECT_EQ(refusal("[gallery]\nfolder = \n").field.text(), "folder/node.toml:2");
  EXPECT_THAT(refusal("[gallery\n").message, HasSubstr("not TOML"));
  refusal("[gallery]\nthreads = 1\nthreads = 2\n");
  refusal(std::string("\xff\xfe\x00", 3));
  refusal(std::string(kMaxNodeConfigBytes + 1, '#'));
  // Deeper than any reader should follow.
  refusal("x = " + std::string(20'000, '[') + std::string(20'000, ']'));
}

// The library that reads TOML has undefined behaviour on them.
TEST(NodeConfig, CharactersBeyondAsciiOutsideQuotesAreRefusedBeforeTheyAreParsed) {
  for (const std::string toml : {
           "[gall\u03f9]\n",
           "[gallery]\nth\u00e9 = 1\n",
           "\ufeff\u00e9 = 1\n",
       }) {
    EXPECT_THAT(refusal(toml).message, HasSubstr("beyond ASCII")) << toml;
  }
  // What is no TOML whatever its letters are; the last has a quote that begins no string.
  for (const std::string toml : {
           "[gallery]\nfolder = \"caf\u00e9\" \u00e9\n",
           "[gallery]\nfolder = 'a\\'\u00e9'\n",
           "[gallery]\nfolder = \"\"\"a\"b\"\"\"\"\"\u00e9\n",
           "[gallery]\nv=7[gr\"'\u041e\n",
       }) {
    EXPECT_THAT(refusal(toml).message, HasSubstr("is not TOML")) << toml;
  }
  EXPECT_EQ(refusal("\n\n\u00e9\n").field.text(), "folder/node.toml:3");
  for (const std::string folder :
       {"\"caf\u00e9\"", "'caf\u00e9'", "\"\"\"caf\u00e9\"\"\"", "'''caf\u00e9'''", "\"\"\"\"\"caf\u00e9\"\"\""}) {
    EXPECT_THAT(with("\ufeff# \u00e9t\u00e9\n[gallery]\nfolder = " + folder + " # \u00e9\n").gallery.string(),
                testing::EndsWith("caf\u00e9"))
        << folder;
  }
}

// It has there, too.
TEST(NodeConfig, HeadersWithoutANameAreRefusedBeforeTheyAreParsed) {
  for (const std::string toml : {
           "[~gallery]\n",
           "\n \t[ $a]\n",
           "[[ .a ]]\n",
           "[]\n",
           "[",
           "[[",
           "[\n",
           "x = [1, 2]\n[%]\n",
           "x = { a = [1] } # [\n[(]\n",
           "x = \"\"\"\n[a]\n\"\"\"\n[*]\n",
       }) {
    EXPECT_THAT(refusal(toml).message, HasSubstr("no name of a table begins")) << toml;
  }
  EXPECT_EQ(refusal("[gallery]\n\n[~]\n").field.text(), "folder/node.toml:3");
  // Brackets at the beginning of a line that are no header's.
  for (const std::string values : {"\n  [+1, 2],\n  [ { a = 1 } ],\n  [ # none\n  ]\n", "\n[~ ]"}) {
    EXPECT_THAT(refusal("x = [" + values + "]\n").message, testing::Not(HasSubstr("no name of a table"))) << values;
  }
  EXPECT_EQ(with("[ gallery ]\nfolder = '[~]'\n").gallery.filename(), "[~]");
  EXPECT_EQ(with("['gallery']\nfolder = '''\n[~]'''\n").gallery.filename(), "[~]");
}

TEST(NodeConfig, ValuesOutOfRangeAreFoundWithoutAFileToo) {
  NodeConfig config;
  config.threads = -1;
  EXPECT_EQ(check(config).error().field, "gallery.threads");
  config.threads = 0;
  config.min_quality = 101;
  EXPECT_EQ(check(config).error().field, "enrol.min_quality");
  EXPECT_EQ(open_node(config).error().field, "enrol.min_quality");
}

class NodeTest : public testing::Test {
 protected:
  [[nodiscard]] fs::path at(const std::string& name) const { return folder_.path() / name; }
  void write(const std::string& name, const std::string& text) const { std::ofstream(at(name)) << text; }
  // A gallery that needs no face networks.
  [[nodiscard]] NodeConfig config() const {
    NodeConfig out;
    out.gallery = at("gallery");
    out.create = true;
    out.face.images = FaceImages::kNever;
    out.face.models = at("models");
    return out;
  }
  tests::TemporaryDirectory folder_;
};

TEST_F(NodeTest, AMistypedGalleryIsAnErrorAndAWantedOneIsMadeAndSaidSo) {
  NodeConfig absent = config();
  absent.create = false;
  const auto refused = open_node(absent);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(refused.error().field, "gallery.folder");
  EXPECT_FALSE(fs::exists(absent.gallery));
  {
    const auto made = open_node(config());
    ASSERT_TRUE(made.ok()) << made.error().text();
    EXPECT_TRUE(made->created);
    ASSERT_EQ(made->notices.size(), 1u);
    EXPECT_THAT(made->notices[0], HasSubstr("made a new one"));
    EXPECT_EQ(fs::status(at("gallery")).permissions(), fs::perms::owner_all);
  }
  const auto again = open_node(absent);
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_FALSE(again->created);
  EXPECT_TRUE(again->notices.empty());
}

TEST_F(NodeTest, WithoutAFolderNothingIsOpened) {
  NodeConfig none = config();
  none.gallery.clear();
  EXPECT_EQ(open_node(none).error().field, "gallery.folder");
}

TEST_F(NodeTest, ErrorsNameTheFieldOfTheConfiguration) {
  write("no.json", "{");
  write("detector.json", "{}");
  const auto field_of = [&](const std::function<void(NodeConfig&)>& change) {
    NodeConfig changed = config();
    change(changed);
    const auto opened = open_node(changed);
    EXPECT_FALSE(opened.ok());
    return opened.ok() ? std::string() : opened.error().field.text();
  };
  EXPECT_THAT(field_of([&](NodeConfig& c) { c.calibration = at("absent.json"); }),
              testing::StartsWith("fingerprint.calibration"));
  EXPECT_THAT(field_of([&](NodeConfig& c) { c.calibration = at("no.json"); }),
              testing::StartsWith("fingerprint.calibration"));
  EXPECT_THAT(field_of([&](NodeConfig& c) { c.face.calibration = at("absent.json"); }),
              testing::StartsWith("face.calibration"));
  EXPECT_EQ(field_of([&](NodeConfig& c) { c.face.network = "nonesuch"; }), "face.network");
  EXPECT_THAT(field_of([&](NodeConfig& c) { c.face.card = at("detector.json"); }), testing::StartsWith("face.card"));
  EXPECT_THAT(field_of([&](NodeConfig& c) { c.face.images = FaceImages::kAlways; }),
              testing::StartsWith("face.models"));
  EXPECT_FALSE(fs::exists(at("gallery")));  // nothing is made before everything is checked
}

TEST_F(NodeTest, AFaceCalibrationOfFingerprintsIsRefused) {
  write("finger.json", Calibration::shipped().to_json());
  NodeConfig wrong = config();
  wrong.face.calibration = at("finger.json");
  const auto opened = open_node(wrong);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().field, "face.calibration");
}

TEST_F(NodeTest, AnUnreadableCardIsAnErrorAndNotAMissingCalibration) {
  FaceConfig faces;
  faces.models = at("models");
  faces.card = at("absent.json");
  EXPECT_EQ(face_calibration(faces).error().kind, ErrorKind::kNotFound);
  faces.card.clear();
  faces.network = "nonesuch";
  EXPECT_EQ(face_calibration(faces).error().field, "network");
  faces.network.clear();
  const auto none = face_calibration(faces);  // shipped cards name no calibration
  ASSERT_TRUE(none.ok()) << none.error().text();
  EXPECT_FALSE(none->has_value());
}

TEST_F(NodeTest, WithoutWeightsImagesOfFacesAreRefusedWithANotice) {
  NodeConfig faces = config();
  faces.face.images = FaceImages::kWherePossible;
  EXPECT_THAT(open_node(faces).error().text(), HasSubstr("scripts/fetch-models"));  // a named folder must have them
  const char* const models = std::getenv("WHORL_MODELS");
  const std::string before = models == nullptr ? "" : models;
  ::setenv("WHORL_MODELS", at("models").c_str(), 1);
  faces.face.models.clear();
  const auto opened = open_node(faces);
  if (models == nullptr) {
    ::unsetenv("WHORL_MODELS");
  } else {
    ::setenv("WHORL_MODELS", before.c_str(), 1);
  }
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  EXPECT_THAT(opened->notices, testing::Contains(HasSubstr("images of faces will be refused")));
}

TEST_F(NodeTest, ACalibrationOfSomethingElseIsRefusedNamingTheFile) {
  write("finger.json", Calibration::shipped().to_json());
  EXPECT_TRUE(fingerprint_calibration(at("finger.json")).ok());
  EXPECT_EQ(*fingerprint_calibration(""), Calibration::shipped());
  const auto other = read_calibration(at("finger.json"), Calibration::Origin{1, 1, "net:abc"});
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().field, at("finger.json").string());
  EXPECT_TRUE(read_calibration(at("finger.json")).ok());
}

}  // namespace
}  // namespace whorl::engine
