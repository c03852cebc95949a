// Faces end to end: what needs no weights everywhere, the whole LFW protocol where networks and images are at hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "templates/codec/native_face.h"
#include "templates/image/encode.h"
#include "tests/cli/run_whorl.h"
#include "tests/support/shared_data.h"

namespace whorl::tests {
namespace {
namespace fs = std::filesystem;
namespace json = boost::json;

using testing::HasSubstr;

void write(const fs::path& path, ByteView bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

json::value ask(std::vector<std::string> arguments, int status = 0) {
  arguments.push_back("--json");
  const Outcome outcome = run_whorl(arguments);
  EXPECT_EQ(outcome.status, status) << outcome.err;
  json::error_code failed;
  json::value out = json::parse(outcome.out, failed);
  EXPECT_FALSE(failed) << outcome.out;
  return out;
}

// A made-up template; equal seeds are alike.
Bytes template_of(const std::string& network, int seed) {
  face::FaceTemplate out;
  out.network.name = network;
  out.quality = 70;
  for (int i = 0; i < 128; ++i) out.embedding.push_back(static_cast<std::int8_t>((i * 37 * seed) % 101 - 50));
  out.embedding[0] = 127;
  return codec::encode_native_face(out).value();
}

TEST(Faces, TemplatesAreComparedWithoutWeights) {
  const TemporaryDirectory folder;
  write(folder.path() / "a.whorl", template_of("net", 1));
  write(folder.path() / "b.whorl", template_of("net", 3));
  const std::string a = (folder.path() / "a.whorl").string();
  const std::string b = (folder.path() / "b.whorl").string();
  const json::value same = ask({"compare", a, a, "--modality", "face"});
  EXPECT_DOUBLE_EQ(same.at("score").as_double(), 1.0);
  EXPECT_TRUE(same.at("score_db").is_null());  // no calibration, no decibels
  EXPECT_TRUE(same.at("supported_db").is_null());
  EXPECT_LT(ask({"compare", a, b, "--modality", "face"}).at("score").as_double(), 1.0);
  const Outcome text = run_whorl({"compare", a, b, "--modality", "face"});
  EXPECT_THAT(text.out, HasSubstr("no decision can rest on it"));
  EXPECT_EQ(ask({"extract", a, "--modality", "face"}).at("quality").as_int64(), 70);
}

TEST(Faces, TemplatesOfDifferentNetworksAreRefusedNamingBoth) {
  const TemporaryDirectory folder;
  write(folder.path() / "a.whorl", template_of("one", 1));
  write(folder.path() / "b.whorl", template_of("two", 1));
  const json::value refused = ask(
      {"compare", (folder.path() / "a.whorl").string(), (folder.path() / "b.whorl").string(), "--modality", "face"}, 3);
  EXPECT_THAT(std::string(refused.at("error").at("message").as_string()), HasSubstr("one:"));
  EXPECT_THAT(std::string(refused.at("error").at("message").as_string()), HasSubstr("two:"));
}

TEST(Faces, WithoutWeightsTheErrorSaysWhichCommandToRun) {
  const TemporaryDirectory folder;
  const image::ColourImage grey{100, 100, Bytes(30000, 128)};
  write(folder.path() / "a.png", image::encode_png(grey).value());
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"extract", (folder.path() / "a.png").string(), "--modality", "face"},
        {"extract", (folder.path() / "a.png").string(), "--modality", "face", "--network", "sface_2021dec"}}) {
    std::vector<std::string> with_models = arguments;
    with_models.insert(with_models.end(), {"--models", folder.path().string()});
    const Outcome outcome = run_whorl(with_models);
    EXPECT_EQ(outcome.status, 4);
    EXPECT_THAT(outcome.err, HasSubstr("scripts/fetch-models"));
  }
  const Outcome unknown = run_whorl({"extract", (folder.path() / "a.png").string(), "--modality", "face", "--network",
                                     "nonesuch", "--models", folder.path().string()});
  EXPECT_EQ(unknown.status, 4);
  EXPECT_THAT(unknown.err, HasSubstr("there are face_reidentification_retail_0095"));
}

TEST(Faces, FingerTemplatesAndFaceTemplatesAreNotMixed) {
  const TemporaryDirectory folder;
  write(folder.path() / "face.whorl", template_of("net", 1));
  const std::string path = (folder.path() / "face.whorl").string();
  EXPECT_EQ(run_whorl({"compare", path, path}).status, 3);
  EXPECT_EQ(run_whorl({"extract", path}).status, 3);
  write(folder.path() / "junk.whorl", as_bytes("WFPT and more, but no face template of ours"));
  EXPECT_EQ(run_whorl({"extract", (folder.path() / "junk.whorl").string(), "--modality", "face"}).status, 3);
}

// A gallery folder, and made-up templates in it that need no weights.
class FaceGallery : public testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string write_template(const std::string& name, const std::string& network, int seed) {
    write(folder_.path() / name, template_of(network, seed));
    return path(name);
  }
  [[nodiscard]] std::vector<std::string> on_gallery(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--gallery-dir", path("gallery")});
    return arguments;
  }
  TemporaryDirectory folder_;
};

TEST_F(FaceGallery, TemplatesAreEnrolledFoundAndVerifiedWithoutWeights) {
  const auto one = write_template("one.whorl", "net", 1);
  const auto two = write_template("two.whorl", "net", 3);
  EXPECT_EQ(ask(on_gallery({"enrol", "--person", "anna", "--face", one})).at("face").at("quality").as_int64(), 70);
  ask(on_gallery({"enrol", "--person", "bert", "--face", two}));
  const json::value found = ask(on_gallery({"identify", "--face", one}), 11);
  EXPECT_EQ(found.at("decision"), "indeterminate");  // no calibration: a face decides nothing
  EXPECT_EQ(found.at("candidates").at(0).at("person_id"), "anna");
  EXPECT_TRUE(found.at("candidates").at(0).at("face").at("score_db").is_null());
  // Says a command that there is.
  EXPECT_THAT(std::string(found.at("reason").as_string()),
              HasSubstr("whorl calibrate --pairs PAIRS --images FOLDER --cross --out FILE"));
  const Outcome calibrate = run_whorl(
      {"calibrate", "--pairs", path("none.csv"), "--images", path(""), "--cross", "--out", path("faces.json")});
  EXPECT_EQ(calibrate.status, 4) << calibrate.err;  // no usage error: the list is not there
  EXPECT_EQ(found.at("receipt").at("searched").as_int64(), 2);
  EXPECT_EQ(ask(on_gallery({"verify", "--person", "anna", "--face", one}), 11).at("decision"), "indeterminate");
  const auto other = write_template("other.whorl", "another", 1);
  const json::value refused = ask(on_gallery({"identify", "--face", other}), 3);
  EXPECT_THAT(std::string(refused.at("error").at("message").as_string()),
              testing::AllOf(HasSubstr("net:"), HasSubstr("another:")));
  EXPECT_EQ(run_whorl(on_gallery({"identify"})).status, 3);  // neither finger nor face
}

TEST_F(FaceGallery, AnImageWithoutWeightsIsRefusedSayingWhichCommandToRun) {
  ask(on_gallery({"enrol", "--person", "anna", "--face", write_template("one.whorl", "net", 1)}));
  const image::ColourImage grey{100, 100, Bytes(30000, 128)};
  write(folder_.path() / "a.png", image::encode_png(grey).value());
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"enrol", "--person", "bert"}, {"identify"}, {"verify", "--person", "anna"}}) {
    auto with = on_gallery(arguments);
    with.insert(with.end(), {"--face", path("a.png"), "--models", folder_.path().string()});
    const Outcome outcome = run_whorl(with);
    EXPECT_EQ(outcome.status, 4) << arguments[0];
    EXPECT_THAT(outcome.err, HasSubstr("scripts/fetch-models"));
  }
}

class Lfw : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    models_ = shared_models();
    faces_ = shared_faces();
    if (!models_) GTEST_SKIP() << "no shared models";
    if (!faces_) GTEST_SKIP() << "no shared faces";
  }
  [[nodiscard]] std::vector<std::string> on_lfw(const std::string& verb) const {
    return {verb,
            "--pairs",
            (*faces_ / "lfw_a_pairs.csv").string(),
            "--images",
            (*faces_ / "LFW_A").string(),
            "--several",
            "central",
            "--models",
            models_->string(),
            "--network",
            GetParam()};
  }
  std::optional<fs::path> models_;
  std::optional<fs::path> faces_;
};

// The promise: detect, align and embed original images. FMR 0.1 % of 900 pairs is less than one pair, so that threshold
// is counted on every two images of different people.
TEST_P(Lfw, TheWholePathKeepsItsPromise) {
  const TemporaryDirectory folder;
  auto arguments = on_lfw("evaluate");
  arguments.insert(arguments.end(), {"--cross", "--bootstrap", "100", "--out", (folder.path() / "out").string()});
  const json::value got = ask(arguments);
  EXPECT_GE(got.at("accuracy").at("mean").as_double(), 0.991);
  EXPECT_EQ(got.at("accuracy").at("folds").as_array().size(), 3u);
  EXPECT_LE(static_cast<double>(got.at("not_found").at("errors").as_int64()), 0.003 * 2320);
  const json::value& cross = got.at("sets").at(1);
  EXPECT_TRUE(cross.at("fmr1000").at("supported").as_bool());
  const json::value& misses = cross.at("fmr1000").at("fnmr");
  EXPECT_LE(static_cast<double>(misses.at("errors").as_int64()),
            0.02 * static_cast<double>(misses.at("trials").as_int64()));
  for (const char* file : {"report.html", "det.csv", "det.svg", "histogram.svg", "discard.svg", "worst_pairs.csv",
                           "scores.csv", "faces.csv", "rates.json"}) {
    EXPECT_TRUE(fs::exists(folder.path() / "out" / file)) << file;
  }
  EXPECT_FALSE(fs::exists(folder.path() / "out/groups.csv"));  // nothing was grouped
}

INSTANTIATE_TEST_SUITE_P(Networks, Lfw, testing::Values("face_reidentification_retail_0095", "mobilefacenet_y1"),
                         [](const auto& p) { return std::string(p.param); });

class SomeLfw : public Lfw {
 protected:
  // A list of the first pairs of each kind, and metadata of its images.
  void SetUp() override {
    Lfw::SetUp();
    if (IsSkipped()) return;
    std::ifstream in(*faces_ / "lfw_a_pairs.csv");
    std::ofstream list(folder_.path() / "some.csv");
    std::ofstream metadata(folder_.path() / "metadata.csv");
    metadata << "file,subject,half\n";
    std::set<std::string> known;
    int mated = 0;
    int other = 0;
    std::string line;
    std::getline(in, line);
    list << line << "\n";
    while (std::getline(in, line)) {
      if (line.ends_with('\r')) line.pop_back();
      int& count = line.back() == '1' ? mated : other;
      if (++count > 30) continue;
      list << line << "\n";
      std::stringstream text(line);
      std::string fold;
      std::string file;
      std::getline(text, fold, ',');
      for (int i = 0; i < 2; ++i) {
        std::getline(text, file, ',');
        if (!known.insert(file).second) continue;
        metadata << file << "," << fs::path(file).parent_path().string() << "," << (file < "B" ? "A" : "B-Z") << "\n";
      }
    }
  }
  [[nodiscard]] std::vector<std::string> on_some(const std::string& verb) const {
    auto out = on_lfw(verb);
    out[2] = (folder_.path() / "some.csv").string();
    return out;
  }
  TemporaryDirectory folder_;
};

TEST_P(SomeLfw, GroupsAreTakenApart) {
  auto arguments = on_some("evaluate");
  arguments.insert(arguments.end(), {"--metadata", (folder_.path() / "metadata.csv").string(), "--group", "half"});
  const json::value got = ask(arguments);
  const json::array& groups = got.at("groups").at(0).at("groups").as_array();
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].at("group"), "A");
  EXPECT_FALSE(got.as_object().contains("accuracy"));  // one fold only
  arguments.back() = "nonesuch";
  EXPECT_THAT(std::string(ask(arguments, 3).at("error").at("message").as_string()), HasSubstr("file, subject, half"));
}

TEST_P(SomeLfw, TheReportIsOnePageThatNamesTheWorstPairsAndTheOneThatGoesRoundNone) {
  const fs::path report = folder_.path() / "report.html";
  const fs::path out = folder_.path() / "out";
  auto arguments = on_some("evaluate");
  arguments.insert(arguments.end(), {"--report", report.string(), "--out", out.string(), "--cross", "--metadata",
                                     (folder_.path() / "metadata.csv").string(), "--group", "half", "subject"});
  ask(arguments);
  const auto text_of = [](const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const std::string own = text_of(report);
  const std::string round = text_of(out / "report.html");
  EXPECT_THAT(own, testing::AllOf(HasSubstr("is it the same face?"), HasSubstr("By half"), HasSubstr("<svg"),
                                  HasSubstr(".jpg</td>"), HasSubstr("The worst pairs")));
  EXPECT_THAT(round, testing::AllOf(HasSubstr("By half"), testing::Not(HasSubstr("By subject")),
                                    testing::Not(HasSubstr(".jpg"))));
  EXPECT_LT(own.size(), 1'000'000U);
  EXPECT_EQ(own.find("<script"), std::string::npos);
}

TEST_P(SomeLfw, ACalibrationIsMadeAndUsedAndBelongsToItsNetwork) {
  const std::string file = (folder_.path() / "faces.json").string();
  auto too_few = on_some("calibrate");
  too_few.insert(too_few.end(), {"--out", file});
  EXPECT_THAT(std::string(ask(too_few, 3).at("error").at("message").as_string()), HasSubstr("at least 1000"));
  auto arguments = on_some("calibrate");
  arguments.insert(arguments.end(), {"--cross", "--out", file});
  EXPECT_GE(ask(arguments).at("impostors").as_int64(), 1000);
  const std::string person = (*faces_ / "LFW_A/Akhmed_Zakayev/Akhmed_Zakayev_0001.jpg").string();
  const std::string mate = (*faces_ / "LFW_A/Akhmed_Zakayev/Akhmed_Zakayev_0003.jpg").string();
  const auto compare = [&](const std::string& network) {
    return std::vector<std::string>{
        "compare",   person,    mate,        "--modality", "face",          "--models", models_->string(),
        "--several", "central", "--network", network,      "--calibration", file};
  };
  EXPECT_GT(ask(compare(GetParam())).at("score_db").as_double(), 20.0);
  EXPECT_THAT(std::string(ask(compare("face_reidentification_retail_0095"), 3).at("error").at("message").as_string()),
              HasSubstr("make one with"));
}

// Photographs through enrol, identify and verify: nothing is decided without a calibration, nothing by a face alone
// without leave, and nothing with another network's.
TEST_P(SomeLfw, PhotographsAreEnrolledAndFoundInAGallery) {
  const std::string calibration = (folder_.path() / "faces.json").string();
  auto calibrate = on_some("calibrate");
  calibrate.insert(calibrate.end(), {"--cross", "--out", calibration});
  ask(calibrate);
  const auto photo = [&](const std::string& who, const std::string& number) {
    return (*faces_ / "LFW_A" / who / (who + "_" + number + ".jpg")).string();
  };
  const auto on_gallery = [&](std::vector<std::string> arguments, const std::string& network) {
    arguments.insert(arguments.end(), {"--gallery-dir", (folder_.path() / "gallery").string(), "--models",
                                       models_->string(), "--several", "central", "--network", network});
    return arguments;
  };
  for (const char* who : {"Akhmed_Zakayev", "Abdullah_Gul", "Aaron_Sorkin"}) {
    ask(on_gallery({"enrol", "--person", who, "--face", photo(who, "0001")}, GetParam()));
  }
  const std::vector<std::string> search = {"identify", "--face", photo("Akhmed_Zakayev", "0003")};
  const auto with = [&](std::vector<std::string> more, int status) {
    auto out = search;
    out.insert(out.end(), more.begin(), more.end());
    return ask(on_gallery(out, GetParam()), status);
  };
  for (const auto& [options, decision] :
       {std::pair<std::vector<std::string>, std::string>{{}, "indeterminate"},
        {{"--face-calibration", calibration, "--threshold-db", "20"}, "indeterminate"},
        {{"--face-calibration", calibration, "--face-alone", "default", "--threshold-db", "20"}, "match"}}) {
    const json::value answer = with(options, decision == "match" ? 0 : 11);
    EXPECT_EQ(std::string(answer.at("decision").as_string()), decision) << answer.at("reason");
    EXPECT_EQ(answer.at("candidates").at(0).at("person_id"), "Akhmed_Zakayev");
  }
  const json::value refused = ask(on_gallery(search, "face_reidentification_retail_0095"), 3);
  EXPECT_THAT(std::string(refused.at("error").at("message").as_string()),
              testing::AllOf(HasSubstr("mobilefacenet_y1"), HasSubstr("face_reidentification_retail_0095")));
}

INSTANTIATE_TEST_SUITE_P(Networks, SomeLfw, testing::Values("mobilefacenet_y1"),
                         [](const auto& p) { return std::string(p.param); });

}  // namespace
}  // namespace whorl::tests
