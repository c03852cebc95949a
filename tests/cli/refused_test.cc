// What a refused command leaves behind, which status one cause has whatever the verb, and what of a file is not used.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/formats.h"
#include "templates/image/encode.h"
#include "templates/interchange/image_writer.h"
#include "templates/interchange/itl_writer.h"
#include "templates/interchange/minutiae_writer.h"
#include "templates/interchange/samples.h"
#include "tests/cli/run_whorl.h"
#include "tests/support/random_prints.h"
#include "tests/support/shared_data.h"

namespace whorl::tests {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

using fingerprint::FingerPosition;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

void put(const fs::path& path, ByteView bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}
void put(const fs::path& path, std::string_view text) { put(path, as_bytes(text)); }

Bytes read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// ISO/IEC 19794-2:2005 of these positions.
Bytes card(const std::vector<FingerPosition>& positions, std::uint8_t impression = 0) {
  std::vector<fingerprint::FingerprintTemplate> prints;
  prints.reserve(positions.size());
  std::vector<interchange::FingerToWrite> fingers;
  for (const FingerPosition position : positions) {
    prints.push_back(random_finger(static_cast<std::uint64_t>(position)));
    fingers.push_back({&prints.back(), position, impression});
  }
  return interchange::write_minutiae(fingers).value();
}

class Refused : public testing::Test {
 protected:
  [[nodiscard]] std::string at(const std::string& name) const { return (folder_.path() / name).string(); }
  [[nodiscard]] std::string gallery() const { return at("gallery"); }

  // Where nothing was, nothing is.
  void expect_nothing_made(const Outcome& outcome, int status, const std::string& says) const {
    EXPECT_EQ(outcome.status, status) << outcome.err;
    EXPECT_THAT(outcome.err, AllOf(HasSubstr(says), Not(HasSubstr("made a new one"))));
    EXPECT_FALSE(fs::exists(gallery())) << says;
  }

  // A print of `whorl synth` as a file.
  [[nodiscard]] std::string print() const {
    if (!fs::exists(at("people"))) {
      EXPECT_EQ(run_whorl({"synth", "--out", at("people"), "--subjects", "1", "--fingers", "1", "--impressions", "1",
                           "--seed", "5"})
                    .status,
                0);
    }
    return at("people/s0001/right_index_1.png");
  }

 private:
  TemporaryDirectory folder_;
};

// -- No gallery for what is refused -----------------------------------------------------------------------------------

TEST_F(Refused, LoadingOfNothingButRefusedRecordsMakesNoGallery) {
  put(at("in/a.txt"), "no record");
  Bytes long_one = card({FingerPosition::kRightIndex});
  long_one.resize(long_one.size() + 7);
  put(at("in/long.fmr"), long_one);
  const Outcome outcome =
      run_whorl({"load", "--gallery-dir", gallery(), "--strict", "--json", "--report", at("report"), at("in")});
  expect_nothing_made(outcome, 3, "GEN-02");
  const json::value found = json::parse(outcome.out);
  EXPECT_EQ(found.at("files"), 2);
  EXPECT_EQ(found.at("refused"), 2);
  const Bytes report = read(at("report"));
  EXPECT_EQ(std::count(report.begin(), report.end(), '\n'), 2) << "the report says why, all the same";
  EXPECT_EQ(run_whorl({"load", "--gallery-dir", gallery(), "--json", at("in")}).status, 3);
  EXPECT_TRUE(fs::exists(gallery())) << "one of them is loaded";
}

TEST_F(Refused, EnrolmentBelowTheQualityMakesNoGallery) {
  const std::vector<std::string> one{"enrol",    "--gallery-dir",          gallery(),       "--person", "p",
                                     "--finger", "right_index=" + print(), "--min-quality", "100"};
  expect_nothing_made(run_whorl(one), 3, "100");
  const std::vector<std::string> all{
      "enrol", "--gallery-dir", gallery(), "--manifest", at("people/manifest.csv"), "--min-quality", "100"};
  expect_nothing_made(run_whorl(all), 3, "100");
  put(at("torn.png"), "no image");
  expect_nothing_made(run_whorl({"enrol", "--gallery-dir", gallery(), "--person", "p", "--finger", at("torn.png")}), 3,
                      "torn.png");
  expect_nothing_made(run_whorl({"enrol", "--gallery-dir", gallery(), "--person", "p", "--add", "--finger", print()}),
                      4, "person");
  EXPECT_EQ(run_whorl({"enrol", "--gallery-dir", gallery(), "--person", "p", "--finger", print()}).status, 0);
}

TEST_F(Refused, ServingWithABadFileMakesNoGallery) {
  put(at("bad.toml"), "= nothing");
  fs::create_directories(at("notices"));
  const auto serve = [&](const std::string& option, const std::string& value) {
    return run_whorl({"serve", "--gallery-dir", gallery(), "--create", "--port", "0", option, value});
  };
  expect_nothing_made(serve("--exchange", at("bad.toml")), 3, "bad.toml");
  expect_nothing_made(serve("--exchange", at("none.toml")), 4, "none.toml");
  expect_nothing_made(serve("--access", at("bad.toml")), 3, "bad.toml");
  expect_nothing_made(serve("--access", at("none.toml")), 4, "none.toml");
  expect_nothing_made(serve("--callbacks", at("bad.toml")), 3, "bad.toml");
  expect_nothing_made(serve("--notices", at("notices")), 3, "no notice in");
}

// -- One cause, one status --------------------------------------------------------------------------------------------

TEST_F(Refused, WhatIsNotThereHasOneStatusWhateverTheVerb) {
  put(at("card.fmr"), card({FingerPosition::kRightIndex}));
  const std::string none = at("none/x");
  const std::string here = at("card.fmr");
  ASSERT_EQ(run_whorl({"enrol", "--gallery-dir", at("there"), "--person", "p", "--finger", here}).status, 0);
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"extract", none},
           {"extract", here, "--out", none},
           {"compare", here, none},
           {"convert", none, at("out.fmr")},
           {"convert", here, none, "--to", "iso-19794-2-2005"},
           {"identify", "--gallery-dir", at("there"), "--finger", none},
           {"identify", "--gallery-dir", none, "--finger", here},
           {"enrol", "--gallery-dir", at("there"), "--finger", none},
           {"load", "--gallery-dir", at("there"), none},
           {"synth", "--templates", "3", "--out", none},
           {"evaluate", "--manifest", none},
           {"serve", "--gallery-dir", none, "--port", "0"},
           {"serve", "--gallery-dir", at("there"), "--port", "0", "--notices", none},
           {"serve", "--gallery-dir", at("there"), "--port", "0", "--evaluations", none},
           {"serve", "--gallery-dir", at("there"), "--port", "0", "--access", none},
           {"client", "read", "--person", "p", "--images-to", none}}) {
    const Outcome outcome = run_whorl(arguments);
    EXPECT_EQ(outcome.status, 4) << testing::PrintToString(arguments) << outcome.err;
  }
}

TEST_F(Refused, WhatThisUserMayNotHasOneStatusWhateverTheVerb) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read and write everything";
  put(at("card.fmr"), card({FingerPosition::kRightIndex}));
  const std::string here = at("card.fmr");
  put(at("closed/card.fmr"), card({FingerPosition::kRightIndex}));
  fs::permissions(at("closed"), fs::perms::none);
  const std::string closed = at("closed/card.fmr");
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"extract", closed},
                                             {"extract", here, "--out", closed},
                                             {"convert", here, closed, "--to", "iso-19794-2-2005"},
                                             {"load", "--gallery-dir", gallery(), at("closed")},
                                             {"load", "--gallery-dir", gallery(), closed},
                                             {"enrol", "--gallery-dir", gallery(), "--person", "p", "--finger", closed},
                                             {"synth", "--templates", "3", "--out", closed}}) {
    const Outcome outcome = run_whorl(arguments);
    EXPECT_EQ(outcome.status, 7) << testing::PrintToString(arguments) << outcome.err;
  }
  fs::permissions(at("closed"), fs::perms::owner_all);
}

// -- What of a file is not used ---------------------------------------------------------------------------------------

TEST_F(Refused, OfSeveralFingersTheOneThatIsTakenIsNamed) {
  put(at("two.fmr"), card({FingerPosition::kLeftThumb, FingerPosition::kRightIndex}));
  put(at("one.fmr"), card({FingerPosition::kLeftThumb}));
  const Outcome compared = run_whorl({"compare", at("two.fmr"), at("one.fmr")});
  EXPECT_EQ(compared.status, 0) << compared.err;
  EXPECT_THAT(compared.err,
              AllOf(HasSubstr("two.fmr"), HasSubstr("2 samples"), HasSubstr("left_thumb"), Not(HasSubstr("one.fmr"))));
  EXPECT_THAT(run_whorl({"extract", at("two.fmr")}).err, HasSubstr("left_thumb"));
  EXPECT_THAT(run_whorl({"extract", at("one.fmr")}).err, Not(HasSubstr("samples")));
}

TEST_F(Refused, AResolutionThatWasGivenAgainstTheFilesIsSaid) {
  const Outcome same = run_whorl({"extract", print(), "--ppi", "500"});
  EXPECT_THAT(same.err, Not(HasSubstr("pixels an inch")));
  const Outcome other = run_whorl({"extract", print(), "--ppi", "550"});
  EXPECT_EQ(other.status, 0) << other.err;
  EXPECT_THAT(other.err, AllOf(HasSubstr("500 x 500 pixels an inch"), HasSubstr("550 is used")));
}

TEST_F(Refused, TheImpressionIsCarriedThroughConvert) {
  put(at("swipe.fmr"), card({FingerPosition::kRightIndex}, 8));
  const auto impression = [&](const std::string& file) {
    const auto found = interchange::samples_in(read(file));
    return found.samples.empty() ? std::nullopt : found.samples[0].capture.impression;
  };
  for (const char* to : {"iso-19794-2-2011", "incits-378-2004", "incits-378-2009", "cbeff-iso-19794-2-2005"}) {
    ASSERT_EQ(run_whorl({"convert", at("swipe.fmr"), at("out"), "--to", to}).status, 0) << to;
    EXPECT_EQ(impression(at("out")), Impression::kLiveScanSwipe) << to;
  }
  ASSERT_EQ(run_whorl({"convert", at("swipe.fmr"), at("out"), "--to", "ansi-nist-type-9", "--originator", "A",
                       "--destination", "B"})
                .status,
            0);
  EXPECT_EQ(impression(at("out")), Impression::kLiveScanSwipe);
  put(at("lift.fmr"), Bytes());
  interchange::MinutiaeWriting later;
  later.edition = interchange::MinutiaeEdition::kIso2011;
  const auto finger = random_finger(1);
  const interchange::FingerToWrite latent{&finger, FingerPosition::kRightIndex, 7};
  put(at("lift.fmr"), interchange::write_minutiae({&latent, 1}, later).value());
  const Outcome lost = run_whorl({"convert", at("lift.fmr"), at("out"), "--to", "iso-19794-2-2005"});
  EXPECT_THAT(lost.err, HasSubstr("LATENT_LIFT"));
  EXPECT_EQ(impression(at("out")), Impression::kLiveScanPlain);
}

// A transaction of two images of one finger, the first of them cut, and where asked one of another finger.
Bytes with_a_bad_one(const Bytes& good, int width, int height, bool another) {
  const Bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(good.size() / 2));
  std::vector<interchange::PictureToWrite> pictures(another ? 3 : 2);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    pictures[i].position = i < 2 ? 2 : 7;
    pictures[i].width = width;
    pictures[i].height = height;
    pictures[i].storage = interchange::Storage::kPng;
    pictures[i].data = i == 0 ? cut : good;
  }
  interchange::TransactionToWrite how;
  how.date = "20240102";
  how.originator = "ORIG";
  how.destination = "DEST";
  how.control = "20240102000000A";
  return interchange::write_itl({pictures, {}, {}}, how).value();
}

TEST_F(Refused, ABadSampleIsNamedAndTakesNoGoodOneAlong) {
  image::GreyImage grey{64, 64, 500, {}};
  for (int i = 0; i < 64 * 64; ++i) grey.pixels.push_back(static_cast<std::uint8_t>(i * i / 7));
  const Bytes record = with_a_bad_one(image::encode_png(grey).value(), 64, 64, true);
  const auto lenient = engine::samples_of_image(record, Modality::kFinger);
  ASSERT_TRUE(lenient.ok()) << lenient.error().text();
  ASSERT_EQ(lenient->size(), 2U);
  EXPECT_EQ(lenient->at(0).position, 2);
  EXPECT_THAT(lenient->at(0).capture.metadata, HasSubstr("left out: right_index"));
  engine::set_record_policy(engine::RecordPolicy::kStrict);
  const auto strict = engine::samples_of_image(record, Modality::kFinger);
  engine::set_record_policy(engine::RecordPolicy::kLenient);
  ASSERT_FALSE(strict.ok());
  EXPECT_THAT(strict.error().message, HasSubstr("right_index"));
}

TEST_F(Refused, LoadLeavesTheBadSampleOutOrRefusesTheFile) {
  const Bytes good = read(print());
  // Their size stands in the PNG itself.
  const auto side = [&](std::size_t at) { return good[at] << 8 | good[at + 1]; };
  put(at("in/p.an2"), with_a_bad_one(good, side(18), side(22), false));
  const Outcome strict = run_whorl({"load", "--gallery-dir", gallery(), "--strict", at("in")});
  EXPECT_EQ(strict.status, 3);
  EXPECT_THAT(strict.err, HasSubstr("right_index"));
  EXPECT_FALSE(fs::exists(gallery()));
  const Outcome lenient = run_whorl({"load", "--gallery-dir", gallery(), "--json", "--report", at("report"), at("in")});
  EXPECT_EQ(lenient.status, 0) << lenient.err;
  EXPECT_EQ(json::parse(lenient.out).at("fingers"), 1);
  const Bytes report = read(at("report"));
  EXPECT_THAT(std::string(as_text(report)), AllOf(HasSubstr("left_out"), HasSubstr("right_index")));
}

}  // namespace
}  // namespace whorl::tests
