// An engine over several parts: cutting a gallery up changes no answer, and a part that fails is named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <map>

#include "base/catalogue.h"
#include "engine/local_part.h"
#include "templates/codec/codec.h"
#include "tests/engine/answer_text.h"
#include "tests/engine/engine_fixture.h"
#include "tests/engine/face_fixture.h"

namespace whorl::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// -- Parts that are not local -----------------------------------------------------------------------------------------

// Hands on nothing but bytes and plain values, as a wire would.
class WirePart final : public Part {
 public:
  explicit WirePart(Part& behind) : behind_(behind) {}
  [[nodiscard]] const std::string& name() const override { return behind_.name(); }
  Result<PartAnswer> search(const Probe& probe, const Query& query, Deadline deadline) override {
    return behind_.search(received(probe), query, deadline);
  }
  Result<ScoredPerson> compare(const Probe& probe, const std::string& gallery_id, const std::string& person_id,
                               Deadline deadline) override {
    return behind_.compare(received(probe), gallery_id, person_id, deadline);
  }

 private:
  static Probe received(const Probe& sent) {
    Probe out;
    for (const ProbeSample& sample : sent.samples) {
      const codec::TemplateForm& native = codec::native_form(sample.modality());
      const Bytes wire = native.write(sample.content.content()).value();
      const Sample arrived{sample.modality(), sample.position, native.row.format, wire, {}};
      out.samples.push_back({sample.position, PreparedContent(codec::read_template(arrived).value()), sample.decisive,
                             sample.group, sample.elsewhere, sample.sample});
    }
    return out;
  }

  Part& behind_;
};

// Of its two shards one fails, and with it two of its three people.
class LamePart final : public Part {
 public:
  [[nodiscard]] const std::string& name() const override { return name_; }
  Result<PartAnswer> search(const Probe&, const Query&, Deadline) override {
    return PartAnswer{{}, 3, 1, 1, 2, 1, 2, {{"", "out of memory", 1}}};
  }
  Result<ScoredPerson> compare(const Probe&, const std::string&, const std::string&, Deadline) override {
    return not_found("nobody of that id", "person_id");
  }

 private:
  const std::string name_ = "oslo";
};

// Fails as it is told to.
class FailingPart final : public Part {
 public:
  FailingPart(std::string name, std::function<Error()> fail) : name_(std::move(name)), fail_(std::move(fail)) {}
  [[nodiscard]] const std::string& name() const override { return name_; }
  Result<PartAnswer> search(const Probe&, const Query&, Deadline) override { return fail_(); }
  Result<ScoredPerson> compare(const Probe&, const std::string&, const std::string&, Deadline) override {
    return fail_();
  }

 private:
  const std::string name_;
  const std::function<Error()> fail_;
};

// -- One gallery, and the same people in four -------------------------------------------------------------------------

constexpr std::size_t kParts = 4;
constexpr int kPeople = 60;

class EngineParts : public testing::Test {
 protected:
  void enrol_everybody() {
    auto one = engine(directory_.path() / "one");
    std::array<std::unique_ptr<Engine>, kParts> cut;
    for (std::size_t p = 0; p < kParts; ++p) cut[p] = engine(part_directory(p));
    for (const EnrolRequest& request : everybody()) {
      const std::size_t part = std::hash<std::string>()(request.person_id) % kParts;
      for (Engine* keeper : {one.get(), cut[part].get()}) {
        const auto receipt = keeper->enrol({}, request);
        ASSERT_TRUE(receipt.ok()) << receipt.error().text();
      }
    }
    for (std::size_t p = 0; p < kParts; ++p) EXPECT_GT(cut[p]->galleries({}).at(0).persons, 0U) << p;
  }

  // Every third has no face, every fifteenth a face and no finger; p50 and over are in another gallery too; twins have
  // the same finger to the last bit, so that their scores tie; some have been seen twice.
  static std::vector<EnrolRequest> everybody() {
    std::vector<EnrolRequest> out;
    for (int p = 0; p < kPeople; ++p) {
      EnrolRequest request;
      request.person_id = "p" + std::to_string(p);
      request.encounter_id = "e1";
      if (p % 15 != 0) request.samples = {finger_of(p, 1)};
      if (p % 3 != 0 || p % 15 == 0) request.samples.push_back(sample_of(face_of(p, 1)));
      if (p >= 50) request.galleries.emplace_back("visa");
      out.push_back(request);
      if (p % 7 == 1) {
        request.encounter_id = "e2";
        request.person_rule = PersonRule::kExisting;
        out.push_back(request);
      }
    }
    for (const char* id : {"twin_a", "twin_b", "twin_c", "twin_d", "twin_e"}) {
      EnrolRequest request;
      request.person_id = id;
      request.encounter_id = "e1";
      request.samples = {finger_of(1000, 1)};
      out.push_back(std::move(request));
    }
    return out;
  }

  static Sample finger_of(int person, std::uint64_t capture) {
    return sample(FingerPosition::kRightIndex,
                  tests::another_capture(tests::random_finger(static_cast<std::uint64_t>(person) * 10 + 2), capture));
  }

  [[nodiscard]] std::filesystem::path part_directory(std::size_t p) const {
    return directory_.path() / ("part" + std::to_string(p));
  }

  [[nodiscard]] EngineConfig config(const std::filesystem::path& directory) const {
    EngineConfig config;
    config.directory = directory;
    config.calibrations[Modality::kFinger] = test_calibration();
    if (calibrated_) config.calibrations[Modality::kFace] = face_calibration();
    config.threads = 2;
    return config;
  }

  [[nodiscard]] std::unique_ptr<Engine> engine(const std::filesystem::path& directory,
                                               std::vector<std::shared_ptr<Part>> more = {}) {
    EngineConfig with = config(directory);
    with.more_parts = std::move(more);
    auto opened = Engine::open(std::move(with), *world_);
    EXPECT_TRUE(opened.ok()) << opened.error().text();
    return opened.ok() ? std::move(opened).value() : nullptr;
  }

  // An engine on the first quarter that asks the three others too, one of them as if over a wire.
  [[nodiscard]] std::unique_ptr<Engine> cut_engine() {
    Calibrations worth{{&test_calibration()}};
    if (calibrated_) worth[Modality::kFace] = &face_calibration();
    std::vector<std::shared_ptr<Part>> more;
    for (std::size_t p = 1; p < kParts; ++p) {
      index::GalleryOptions options;
      options.directory = part_directory(p);
      options.threads = 2;
      galleries_.push_back(index::Gallery::open(options).value());
      locals_.push_back(std::make_shared<LocalPart>("part" + std::to_string(p), *galleries_.back(), worth, *world_));
      more.push_back(p == 2 ? std::make_shared<WirePart>(*locals_.back()) : std::shared_ptr<Part>(locals_.back()));
    }
    return engine(part_directory(0), std::move(more));
  }

  static std::vector<IdentifyRequest> searches() {
    std::vector<IdentifyRequest> out;
    const auto add = [&](int finger, int face) -> IdentifyRequest& {
      IdentifyRequest& request = out.emplace_back();
      request.show_all = true;
      if (finger >= 0) request.samples = {finger_of(finger, 99)};
      if (face >= 0) request.samples.push_back(sample_of(face_of(face, 99)));
      return request;
    };
    for (const int known : {4, 7, 11, 52}) {
      add(known, -1);
      add(known, known);
      add(-1, known);
      add(known, 500);  // one's finger with a stranger's face
      add(500, known);
      add(known, -1).gallery_id = "visa";
      add(known, -1).gallery_id = "ALL";
    }
    add(1000, -1);  // five who tie
    add(777, -1);   // nobody
    add(777, 778);  // nobody, by both
    add(4, -1).max_candidates = 1;
    add(4, -1).show_all = false;
    add(777, -1).show_all = false;
    add(4, 4).max_candidates = 100;
    add(4, -1).gallery_id = "nowhere";
    IdentifyRequest& elsewhere = add(4, -1);  // the same finger under another name: nobody has one there
    elsewhere.samples[0].position = number(FingerPosition::kLeftLittle);
    IdentifyRequest& unknown = add(8, -1);
    unknown.samples[0].position = number(FingerPosition::kUnknown);
    const std::size_t by_default = out.size();
    for (std::size_t i = 0; i < by_default; ++i) {
      out.push_back(out[i]);
      out.back().accuracy = Accuracy::kExhaustive;
    }
    return out;
  }

  bool calibrated_ = true;
  tests::TemporaryDirectory directory_;
  std::unique_ptr<World> world_ = make_seeded_world(1);
  std::vector<std::unique_ptr<index::Gallery>> galleries_;
  std::vector<std::shared_ptr<LocalPart>> locals_;
};

void expect_alike(Engine& one, Engine& cut, std::vector<IdentifyRequest> searches) {
  std::map<std::string, int> decisions;
  for (std::size_t i = 0; i < searches.size(); ++i) {
    const auto of_one = one.identify({}, searches[i]);
    const auto of_cut = cut.identify({}, searches[i]);
    EXPECT_EQ(text_of(of_cut), text_of(of_one)) << "search " << i;
    ++decisions[of_one.ok() ? std::string(name_of(of_one->decision)) : "refused"];
    if (!of_one.ok() || !of_cut.ok()) continue;
    EXPECT_EQ(of_cut->receipt.parts_total, of_cut->receipt.parts_ok);
    EXPECT_EQ(of_cut->receipt.shards_total, of_cut->receipt.shards_ok);
    // Once more with the threshold a little above the best score, so that the answer lies in the band of review.
    if (of_one->candidates.empty() || searches[i].threshold_db || of_one->candidates[0].score_db < 12) continue;
    searches.push_back(searches[i]);
    searches.back().threshold_db = of_one->candidates[0].score_db + 2;
  }
  for (const char* decision : {"match", "no_match", "indeterminate", "refused"}) {
    EXPECT_GT(decisions[decision], 0) << decision << " was never answered: the searches cover too little";
  }
}

TEST_F(EngineParts, AGalleryCutIntoFourGivesTheSameAnswers) {
  enrol_everybody();
  const auto one = engine(directory_.path() / "one");
  const auto cut = cut_engine();
  ASSERT_TRUE(one && cut);
  expect_alike(*one, *cut, searches());
}

TEST_F(EngineParts, AGalleryCutIntoFourGivesTheSameAnswersWithoutACalibrationOfFaces) {
  calibrated_ = false;
  enrol_everybody();
  const auto one = engine(directory_.path() / "one");
  const auto cut = cut_engine();
  ASSERT_TRUE(one && cut);
  expect_alike(*one, *cut, searches());
}

TEST_F(EngineParts, AGalleryCutIntoFourVerifiesAlike) {
  enrol_everybody();
  const auto one = engine(directory_.path() / "one");
  const auto cut = cut_engine();
  ASSERT_TRUE(one && cut);
  for (int claimed = 0; claimed < kPeople + 2; ++claimed) {
    for (const int finger : {claimed, 777}) {
      VerifyRequest request;
      request.person_id = "p" + std::to_string(claimed);
      request.samples = {finger_of(finger, 99)};
      if (claimed % 2 == 0) request.samples.push_back(sample_of(face_of(claimed, 99)));
      EXPECT_EQ(text_of(cut->verify({}, request)), text_of(one->verify({}, request))) << claimed << ' ' << finger;
    }
  }
}

// -- Parts that fail --------------------------------------------------------------------------------------------------

class EngineFailingPart : public EngineParts {
 protected:
  void open(std::function<Error()> fail) { open(std::make_shared<FailingPart>("rome", std::move(fail))); }
  void open(std::shared_ptr<Part> part) {
    engine_ = engine(directory_.path() / "gallery", {std::move(part)});
    ASSERT_NE(engine_, nullptr);
    EnrolRequest request;
    request.person_id = "p4";
    request.samples = {finger_of(4, 1)};
    ASSERT_TRUE(engine_->enrol({}, request).ok());
  }
  static IdentifyRequest search(int finger) {
    IdentifyRequest request;
    request.samples = {finger_of(finger, 99)};
    return request;
  }

  std::unique_ptr<Engine> engine_;
};

TEST_F(EngineFailingPart, IsNamedInTheError) {
  open([] { return unavailable("no route to host"); });
  for (const int finger : {4, 777}) {
    const auto refused = engine_->identify({}, search(finger));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("only 1 of 2 parts of the gallery"));
    EXPECT_THAT(refused.error().message, HasSubstr("(rome: unavailable: no route to host)"));
  }
}

TEST_F(EngineFailingPart, MakesAPartialAnswerIndeterminateWithNameAndReason) {
  open([] { return unavailable("no route to host"); });
  for (const int finger : {4, 778}) {
    IdentifyRequest request = search(finger);
    request.partial_ok = true;
    request.show_all = true;
    const auto answer = engine_->identify({}, request);
    ASSERT_TRUE(answer.ok()) << answer.error().text();
    EXPECT_EQ(answer->decision, Decision::kIndeterminate);
    EXPECT_FALSE(answer->receipt.complete());
    EXPECT_THAT(answer->receipt.failures, ElementsAre(PartFailure{"rome", "unavailable: no route to host", {}}));
    EXPECT_EQ(answer->why.code, AnswerCode::kPartFailed);
    EXPECT_THAT(answer->reason, HasSubstr("the part rome"));
    ASSERT_FALSE(answer->candidates.empty()) << "what was found is shown";
    EXPECT_EQ(answer->candidates[0].decision, finger == 4 ? Decision::kMatch : Decision::kNoMatch);
  }
}

TEST_F(EngineFailingPart, AFailedShardIsNeverNoMatch) {
  open(std::make_shared<LamePart>());
  IdentifyRequest request = search(777);
  const auto refused = engine_->identify({}, request);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("only 2 of 4 persons"));
  EXPECT_THAT(refused.error().message, HasSubstr("(oslo, shard 1: out of memory)"));
  request.partial_ok = true;
  const auto partial = engine_->identify({}, request);
  ASSERT_TRUE(partial.ok()) << partial.error().text();
  EXPECT_EQ(partial->decision, Decision::kIndeterminate);
  EXPECT_EQ(partial->why.code, AnswerCode::kIncomplete);
  EXPECT_FALSE(partial->receipt.complete());
  EXPECT_THAT(partial->receipt.failures, ElementsAre(PartFailure{"oslo", "out of memory", 1}));
}

TEST_F(EngineFailingPart, WhatAPartThrowsIsItsFailure) {
  open([]() -> Error { throw std::runtime_error("torn frame"); });
  IdentifyRequest request = search(4);
  request.partial_ok = true;
  const auto answer = engine_->identify({}, request);
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_THAT(answer->receipt.failures, ElementsAre(PartFailure{"rome", "internal: torn frame", {}}));
}

TEST_F(EngineFailingPart, DoesNotMakeAClaimUnknown) {
  open([] { return unavailable("no route to host"); });
  VerifyRequest request;
  request.person_id = "p4";
  request.samples = {finger_of(4, 99)};
  EXPECT_EQ(engine_->verify({}, request)->decision, Decision::kMatch) << "another part has the person";
  request.person_id = "p5";
  const auto refused = engine_->verify({}, request);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("rome"));
}

TEST_F(EngineFailingPart, PartsOfOneNameAreRefused) {
  const auto part = [](const char* name) {
    return std::make_shared<FailingPart>(name, [] { return unavailable("never asked"); });
  };
  EngineConfig twice = config(directory_.path() / "gallery");
  twice.more_parts = {part("rome"), part("rome")};
  EXPECT_EQ(Engine::open(twice).error().field, "more_parts");
  twice.more_parts = {part("local")};
  EXPECT_EQ(Engine::open(twice).error().field, "more_parts");
  twice.more_parts = {part("")};
  EXPECT_EQ(Engine::open(twice).error().field, "more_parts");
}

}  // namespace
}  // namespace whorl::engine
