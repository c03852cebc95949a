// Images kept at enrolment, and templates made anew of them.
#include "engine/re_extract.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <string_view>

#include "datasets/synthetic.h"
#include "engine/fusion.h"
#include "index/gallery.h"
#include "index/record/native_sample.h"
#include "templates/codec/native.h"
#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/extract/extract.h"
#include "templates/image/decode.h"
#include "templates/image/encode.h"
#include "tests/engine/engine_fixture.h"

namespace whorl::engine {
namespace {

using testing::HasSubstr;

// A picture without a resolution in its file: it is stated beside it.
Sample drawn(FingerPosition position, std::uint64_t seed, int impression = 1) {
  image::GreyImage image = datasets::make_impression(datasets::make_master(seed), impression);
  Sample out;
  out.position = number(position);
  out.resolution_ppi = image.ppi;
  out.bytes = image::encode_png(image).value();
  constexpr std::string_view kChunk = "pHYs";  // of 9 bytes, behind their length and before their checksum
  const auto at = std::search(out.bytes.begin(), out.bytes.end(), kChunk.begin(), kChunk.end());
  EXPECT_NE(at, out.bytes.end());
  out.bytes.erase(at - 4, at + 4 + 9 + 4);
  return out;
}

class ReExtract : public testing::Test {
 protected:
  void SetUp() override { open_engine(true); }

  [[nodiscard]] EngineConfig config(std::optional<bool> keep) const {
    EngineConfig out;
    out.directory = directory_.path() / "gallery";
    out.calibrations[Modality::kFinger] = test_calibration();
    out.threads = 2;
    out.keep_images = keep;
    return out;
  }
  void open_engine(std::optional<bool> keep = {}) {
    engine_.reset();
    auto opened = Engine::open(config(keep));
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    engine_ = std::move(opened).value();
  }
  // The gallery alone, with the engine closed.
  [[nodiscard]] std::unique_ptr<index::Gallery> gallery() {
    engine_.reset();
    index::GalleryOptions options;
    options.directory = config({}).directory;
    options.threads = 1;
    auto opened = index::Gallery::open(options);
    EXPECT_TRUE(opened.ok());
    return std::move(opened).value();
  }
  void enrol(const std::string& person, std::vector<Sample> samples) {
    EnrolRequest request;
    request.person_id = person;
    request.encounter_id = "e";
    request.samples = std::move(samples);
    const auto receipt = engine_->enrol(local_call(), request);
    ASSERT_TRUE(receipt.ok()) << receipt.error().text();
  }
  // As another build's extractor would have left it: another version, and (with `bytes`) other templates.
  void make_old(const std::vector<std::string>& persons, bool other_templates = true) {
    const auto open = gallery();
    for (const std::string& person : persons) {
      const auto before = open->encounter(person, "e");
      ASSERT_TRUE(before.ok());
      index::EncounterRecord after = *before;
      for (index::SampleRecord& sample : after.samples) {
        if (other_templates) sample = old_of(sample);
        sample.extractor_version = 7;
      }
      ASSERT_TRUE(*open->replace_samples(*before, after));
    }
  }
  static index::SampleRecord old_of(const index::SampleRecord& sample) {
    index::SampleRecord out = sample;
    const auto now = codec::decode_native(sample.template_bytes).value();
    out.template_bytes = codec::encode_native(tests::another_capture(now, 4711)).value();
    return out;
  }
  [[nodiscard]] ReExtractReport re_extract(const ReExtractRequest& request = {}) {
    auto report = engine_->re_extract(request);
    EXPECT_TRUE(report.ok()) << report.error().text();
    return report.ok() ? std::move(report).value() : ReExtractReport();
  }

  tests::TemporaryDirectory directory_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(ReExtract, MakesTheTemplatesThatEnrolmentMade) {
  enrol("p1", {drawn(FingerPosition::kRightIndex, 1), drawn(FingerPosition::kLeftIndex, 2)});
  enrol("p2", {drawn(FingerPosition::kRightIndex, 3)});
  const index::EncounterRecord enrolled = gallery()->encounter("p1", "e").value();
  ASSERT_TRUE(enrolled.samples[0].image && enrolled.samples[1].image);
  make_old({"p1"});
  open_engine();
  EXPECT_THAT(engine_->notices(), testing::ElementsAre(HasSubstr("2 of version 7")));
  std::vector<Progress> told;
  ReExtractRequest request;
  request.progress = [&](const Progress& now) { told.push_back(now); };
  const ReExtractReport report = re_extract(request);
  EXPECT_EQ(report.samples, 2u);
  EXPECT_EQ(report.encounters, 1u);
  EXPECT_EQ(report.failed + report.without_image + report.changed, 0u);
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back().done, told.back().total);
  open_engine();
  IdentifyRequest search;
  search.samples = {drawn(FingerPosition::kRightIndex, 1, 2)};
  const auto answer = engine_->identify(local_call(), search);
  ASSERT_TRUE(answer.ok());
  ASSERT_FALSE(answer->candidates.empty());
  EXPECT_EQ(answer->candidates[0].person_id, "p1");
  index::EncounterRecord now = gallery()->encounter("p1", "e").value();
  now.updated_ms = enrolled.updated_ms;
  EXPECT_EQ(now, enrolled);
  open_engine();
  EXPECT_THAT(engine_->notices(), testing::IsEmpty());
  EXPECT_EQ(re_extract().samples, 0u);
}

// A small child's print, of which an extractor before made what blurred ridges gave.
TEST_F(ReExtract, TakesFineRidgesThatWereReadUnenlarged) {
  std::vector<image::GreyImage> images;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Sample sample = drawn(FingerPosition::kRightIndex, seed);
    sample.resolution_ppi = 2.4 * sample.resolution_ppi.value();
    image::GreyImage image = image::decode_to_standard(sample.bytes, {sample.resolution_ppi, {}}).value();
    if (!fingerprint::extract(image).ok()) continue;  // too even, so small
    images.push_back(std::move(image));
    enrol("p" + std::to_string(images.size()), {sample});
  }
  int unlike = 0;
  {
    const auto open = gallery();
    for (std::size_t i = 0; i < images.size(); ++i) {
      const auto now = open->encounter("p" + std::to_string(i + 1), "e").value();
      const auto blurred = fingerprint::extract(images[i], {.enlarge_below_period_px500 = 0}).value();
      index::EncounterRecord old = now;
      old.samples[0].template_bytes = codec::encode_native(blurred).value();
      old.samples[0].extractor_version = 2;
      ASSERT_TRUE(*open->replace_samples(now, old));
      const fingerprint::PreparedTemplate enlarged(codec::decode_native(now.samples[0].template_bytes).value());
      const double score = fingerprint::compare(fingerprint::PreparedTemplate(blurred), enlarged).score;
      if (test_calibration().db(score) < kSameFingerDb) ++unlike;
    }
  }
  EXPECT_GT(unlike, 0) << "nothing is tried here";
  open_engine();
  const ReExtractReport report = re_extract();
  EXPECT_EQ(report.failed, 0U);
  EXPECT_EQ(report.samples, images.size());
}

// A picture of several people, say, of which another was taken then.
TEST_F(ReExtract, TakesNoTemplateThatIsUnlikeTheOneBefore) {
  enrol("p1", {drawn(FingerPosition::kRightIndex, 1)});
  {
    const auto open = gallery();
    const auto before = open->encounter("p1", "e").value();
    index::EncounterRecord after = before;
    after.samples[0].template_bytes = codec::encode_native(tests::random_finger(4711)).value();
    after.samples[0].extractor_version = 7;
    ASSERT_TRUE(*open->replace_samples(before, after));
  }
  open_engine();
  const ReExtractReport report = re_extract();
  EXPECT_EQ(report.encounters, 0U);
  ASSERT_EQ(report.failed, 1U);
  EXPECT_THAT(report.failures.at(0).error.text(), HasSubstr("not like the one before"));
  EXPECT_EQ(gallery()->encounter("p1", "e")->samples[0].extractor_version, 7U);
}

TEST_F(ReExtract, GoesOnWhereItWasStopped) {
  std::vector<std::string> people;
  for (std::uint64_t i = 0; i < 6; ++i) {
    people.push_back("p" + std::to_string(i));
    enrol(people.back(), {drawn(FingerPosition::kRightIndex, i)});
  }
  make_old(people);
  open_engine();
  std::atomic<int> asked = 0;
  ReExtractRequest half;
  half.stop = [&] { return ++asked > 3; };
  const ReExtractReport first = re_extract(half);
  EXPECT_TRUE(first.stopped);
  EXPECT_EQ(first.samples, 3u);
  open_engine();
  const ReExtractReport second = re_extract();
  EXPECT_FALSE(second.stopped);
  EXPECT_EQ(second.samples, 3u);
  open_engine();
  EXPECT_TRUE(engine_->notices().empty());
}

TEST_F(ReExtract, OfAllGoesOnWhereItWasStopped) {
  for (std::uint64_t i = 0; i < 4; ++i) enrol("p" + std::to_string(i), {drawn(FingerPosition::kRightIndex, i)});
  std::atomic<int> asked = 0;
  ReExtractRequest half;
  half.all = true;
  half.batch = 1;
  half.stop = [&] { return ++asked > 2; };
  const ReExtractReport first = re_extract(half);
  EXPECT_TRUE(first.stopped);
  EXPECT_EQ(first.samples, 2u);
  EXPECT_EQ(first.encounters, 0u) << "the same templates are not written again";
  open_engine();
  half.stop = {};
  const ReExtractReport second = re_extract(half);
  EXPECT_EQ(second.resumed_after, 2u);
  EXPECT_EQ(second.samples, 2u);
  EXPECT_EQ(re_extract(half).samples, 4u) << "what came to its end begins anew";
}

TEST_F(ReExtract, LosesNobodyWhoseImageIsNotThereOrNotReadable) {
  enrol("image", {drawn(FingerPosition::kRightIndex, 1)});
  enrol("template", {sample(FingerPosition::kRightIndex, tests::random_finger(5))});
  open_engine(false);
  enrol("later", {drawn(FingerPosition::kRightIndex, 3)});
  make_old({"image", "template", "later"}, false);
  EngineConfig strict = config({});
  strict.image_limits.max_bytes = 100;  // no image can be read
  auto opened = Engine::open(std::move(strict));
  ASSERT_TRUE(opened.ok());
  engine_ = std::move(opened).value();
  const ReExtractReport report = re_extract();
  EXPECT_EQ(report.samples, 0u);
  EXPECT_EQ(report.without_image, 2u);
  EXPECT_EQ(report.failed, 1u);
  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_EQ(report.failures[0].person_id, "image");
  EXPECT_THAT(report.failures[0].error.field.text(), HasSubstr("samples[0]"));
  open_engine();
  for (const std::uint64_t seed : {1U, 3U}) {
    IdentifyRequest search;
    search.samples = {drawn(FingerPosition::kRightIndex, seed, 2)};
    const auto answer = engine_->identify(local_call(), search);
    ASSERT_TRUE(answer.ok());
    ASSERT_FALSE(answer->candidates.empty());
    EXPECT_EQ(answer->candidates[0].person_id, seed == 1 ? "image" : "later");
  }
}

TEST_F(ReExtract, AnImageThatGivesAWorseTemplateChangesNothing) {
  enrol("p", {drawn(FingerPosition::kRightIndex, 1)});
  make_old({"p"});
  EngineConfig demanding = config({});
  demanding.min_quality = 100;
  auto opened = Engine::open(std::move(demanding));
  ASSERT_TRUE(opened.ok());
  engine_ = std::move(opened).value();
  {
    const auto open = gallery();
    const auto before = open->encounter("p", "e").value();
    index::EncounterRecord after = before;
    after.samples[0].quality = 100;
    ASSERT_TRUE(*open->replace_samples(before, after));
  }
  demanding = config({});
  demanding.min_quality = 100;
  opened = Engine::open(std::move(demanding));
  ASSERT_TRUE(opened.ok());
  engine_ = std::move(opened).value();
  const ReExtractReport report = re_extract();
  EXPECT_EQ(report.failed, 1u);
  EXPECT_EQ(report.encounters, 0u);
}

TEST_F(ReExtract, KeepsNoImagesWhereNobodyAskedForIt) {
  open_engine(false);
  enrol("p", {drawn(FingerPosition::kRightIndex, 1)});
  EXPECT_EQ(gallery()->encounter("p", "e")->samples[0].image, std::nullopt);
}

TEST_F(ReExtract, AnEncounterIsReadWithTheImagesThatAreKept) {
  const std::vector<Sample> given = {drawn(FingerPosition::kRightIndex, 1), drawn(FingerPosition::kLeftIndex, 2)};
  enrol("p1", given);
  const auto found = engine_->encounter_with_images(local_call(), "p1", "e");
  ASSERT_TRUE(found.ok()) << found.error().text();
  ASSERT_EQ(found->images.size(), 2U);
  for (const KeptImageView& image : found->images) {
    EXPECT_EQ(image.media_type, "image/png");
    EXPECT_EQ(image.resolution_ppi, given[0].resolution_ppi);
    const std::uint8_t position = found->encounter.samples.at(image.sample).position;
    const auto sent = std::ranges::find(given, position, &Sample::position);
    ASSERT_NE(sent, given.end());
    EXPECT_EQ(image.bytes, sent->bytes);
  }
  EXPECT_EQ(engine_->encounter_with_images(local_call(), "p9", "e").error().kind, ErrorKind::kNotFound);
  open_engine(false);
  enrol("p2", {drawn(FingerPosition::kRightIndex, 3)});
  EXPECT_TRUE(engine_->encounter_with_images(local_call(), "p2", "e")->images.empty());
  EXPECT_EQ(engine_->encounter_with_images(local_call(), "p1", "e")->images.size(), 2U);
}

TEST_F(ReExtract, MoreImagesThanOneAnswerBearsAreNotRead) {
  Sample large = drawn(FingerPosition::kRightIndex, 1);
  enrol("p1", {large});
  index::EncounterRecord record = gallery()->encounter("p1", "e").value();
  record.encounter_id = "f";
  record.samples.push_back(record.samples.front());
  record.samples.back().position = number(FingerPosition::kLeftIndex);
  const Bytes bytes(kMostImageBytesRead / 2 + 1, 7);
  std::vector<index::ImageToKeep> images;
  for (std::uint32_t i = 0; i < 2; ++i) {
    record.samples[i].image = index::reference_to(i, bytes);
    images.push_back({*record.samples[i].image, {0, 500.0}, bytes});
  }
  ASSERT_TRUE(gallery()->add(record, index::PersonRule::kExisting, {}, images).ok());
  open_engine();
  const auto refused = engine_->encounter_with_images(local_call(), "p1", "f");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), "too_many_images_to_read");
  EXPECT_TRUE(engine_->encounter(local_call(), "p1", "f").ok());
}

}  // namespace
}  // namespace whorl::engine
