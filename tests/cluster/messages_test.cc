// The format between parts: every field comes back, bounds hold, and what is damaged is refused.
#include "cluster/messages.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include "base/catalogue.h"
#include "templates/codec/codec.h"
#include "tests/engine/engine_fixture.h"

namespace whorl::cluster {
namespace {

using engine::FingerPosition;

template <class Answer>
Answer round_trip(const Answer& answer) {
  const auto bytes = encode(Result<Answer>(answer));
  EXPECT_TRUE(bytes.ok()) << bytes.error().text();
  auto read = decode_answer<Answer>(*bytes);
  EXPECT_TRUE(read.ok()) << read.error().text();
  // One value has one form.
  EXPECT_EQ(*encode(read), *bytes);
  return std::move(read).value();
}

Asked asked_again(const Asked& asked) {
  const auto bytes = encode(asked);
  EXPECT_TRUE(bytes.ok()) << bytes.error().text();
  auto read = decode_asked(*bytes);
  EXPECT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(*encode(*read), *bytes);
  return std::move(read).value();
}

template <class Question>
Question asked_again(const Question& question) {
  return std::get<Question>(asked_again(Asked{{}, question}).question);
}

Asker asker() {
  return {"https://id.example",
          "officer 7",
          engine::SignedInBy::kToken,
          {"officer", "reviewer"},
          "border.identity",
          "req-1",
          1500};
}

engine::Probe probe() {
  engine::Probe out;
  const auto finger = engine::sample(FingerPosition::kLeftThumb, tests::random_finger(5));
  out.samples.push_back({6, engine::PreparedContent(codec::read_template(finger).value()), false, 3, true, 2});
  return out;
}

engine::Filter filter() {
  engine::Filter out;
  out.terms.push_back({true, "type", {"\"visa\"", "\"asylum\""}, {}, {}, true});
  out.terms.push_back({false, "dateOfBirth", {}, "\"1990\"", "\"1999\"", false});
  return out;
}

TEST(ClusterMessages, AShareIsASliceAtLeastAndAllAtMost) {
  const auto search_of = [](double share) {
    SearchPart out{probe(), {"visa", engine::Accuracy::kDefault, 17, filter()}};
    out.query.share = share;
    return Asked{asker(), out};
  };
  for (const double share : {1.0 / 4096, 0.25, 1.0}) {
    EXPECT_EQ(std::get<SearchPart>(asked_again(search_of(share)).question).query.share, share);
  }
  for (const double share : {0.0, -1.0, 1e-300, 1.0 / 4097, 1.001}) {
    const auto bytes = encode(search_of(share));
    ASSERT_TRUE(bytes.ok()) << share;
    EXPECT_FALSE(decode_asked(*bytes).ok()) << share;
  }
  EXPECT_FALSE(encode(search_of(std::numeric_limits<double>::quiet_NaN())).ok());
}

TEST(ClusterMessages, OfABuildBeforeNothingButAChangeIsRead) {
  Bytes search = *encode(Asked{asker(), SearchPart{probe(), {"visa", engine::Accuracy::kDefault, 17, filter()}}});
  Bytes erase = *encode(Asked{asker(), ErasePerson{"p1"}});
  ASSERT_TRUE(decode_asked(search).ok());
  search[0] = erase[0] = kWireVersion - 1;
  EXPECT_FALSE(decode_asked(search).ok());
  EXPECT_TRUE(decode_asked(erase).ok());
}

TEST(ClusterMessages, ASearchArrivesAsItWasAsked) {
  const SearchPart sent{probe(), {"visa", engine::Accuracy::kExhaustive, 17, filter()}};
  const Asked read = asked_again(Asked{asker(), sent});
  EXPECT_EQ(read.asker, asker());
  const auto& got = std::get<SearchPart>(read.question);
  ASSERT_EQ(got.probe.samples.size(), 1U);
  const engine::ProbeSample& sample = got.probe.samples[0];
  EXPECT_EQ(sample.position, 6);
  EXPECT_FALSE(sample.decisive);
  EXPECT_EQ(sample.group, 3U);
  EXPECT_TRUE(sample.elsewhere);
  EXPECT_EQ(sample.sample, 2U);
  EXPECT_EQ(sample.content.prepared().bytes, sent.probe.samples[0].content.prepared().bytes);
  EXPECT_EQ(got.query.gallery_id, "visa");
  EXPECT_EQ(got.query.accuracy, engine::Accuracy::kExhaustive);
  EXPECT_EQ(got.query.max_candidates, 17U);
  ASSERT_EQ(got.query.filter.terms.size(), 2U);
  EXPECT_TRUE(got.query.filter.terms[0].of_type);
  EXPECT_EQ(got.query.filter.terms[0].name, "type");
  EXPECT_EQ(got.query.filter.terms[0].one_of, filter().terms[0].one_of);
  EXPECT_TRUE(got.query.filter.terms[0].may_be_absent);
  EXPECT_EQ(got.query.filter.terms[1].least, "\"1990\"");
  EXPECT_EQ(got.query.filter.terms[1].most, "\"1999\"");
}

TEST(ClusterMessages, APartsAnswerArrivesToTheBit) {
  engine::ScoredPerson person;
  person.person_id = "p1";
  person.order = 41.123456789012345;
  person.score_db = 0.1 + 0.2;
  person.by_modality.values = {{{true, 12.5}, {false, 0}}};
  person.conclusive = true;
  person.scores = {{Modality::kFinger, "e1", 2, 3, 40.5, 0.25, {"default", "visa"}},
                   {Modality::kFace, "e2", 0, 0, {}, -0.75, {}}};
  person.by_finger = {{FingerPosition::kRightIndex, 1, 33.25, true}};
  const engine::PartAnswer sent{{person}, 10, 9, 8, 7, 1, 2, {{"", "out of memory", 1}, {"x", "y", {}}}, 6, {"name"}};
  const auto got = round_trip(sent);
  ASSERT_EQ(got.persons.size(), 1U);
  EXPECT_EQ(got.persons[0].person_id, "p1");
  EXPECT_EQ(got.persons[0].order, person.order);
  EXPECT_EQ(got.persons[0].score_db, person.score_db);
  EXPECT_EQ(got.persons[0].by_modality, person.by_modality);
  EXPECT_TRUE(got.persons[0].conclusive);
  ASSERT_EQ(got.persons[0].scores.size(), 2U);
  const auto& score = got.persons[0].scores[0];
  EXPECT_EQ(score.encounter_id, "e1");
  EXPECT_EQ(score.probe, 2);
  EXPECT_EQ(score.reference, 3);
  EXPECT_EQ(score.score_db, 40.5);
  EXPECT_EQ(score.cosine, 0.25);
  EXPECT_EQ(score.galleries, (std::vector<std::string>{"default", "visa"}));
  EXPECT_EQ(got.persons[0].scores[1].modality, Modality::kFace);
  EXPECT_FALSE(got.persons[0].scores[1].score_db);
  EXPECT_EQ(got.persons[0].by_finger, person.by_finger);
  EXPECT_EQ(got.gallery_size, 10U);
  EXPECT_EQ(got.searched, 9U);
  EXPECT_EQ(got.comparable, 8U);
  EXPECT_EQ(got.compared, 7U);
  EXPECT_EQ(got.shards_ok, 1);
  EXPECT_EQ(got.shards_total, 2);
  EXPECT_EQ(got.failures, sent.failures);
  EXPECT_EQ(got.compared_persons, 6U);
  EXPECT_EQ(got.absent, sent.absent);
}

TEST(ClusterMessages, AnEnrolmentArrivesWhole) {
  EnrolEncounter sent;
  engine::EnrolRequest& request = sent.request;
  request.person_id = "p1";
  request.encounter_id = "e1";
  request.person_rule = engine::PersonRule::kEither;
  request.galleries = {"default", "visa"};
  CaptureData capture{"i", "2026-01-01T00:00:00Z", "d", Impression::kLatentLift, 1, 2, 3, 4, "m", "c", "x", "y"};
  request.samples = {{Modality::kFinger, 2, Format::kPng, {1, 2, 3}, 500.5, capture}};
  request.missing = {{FingerPosition::kLeftLittle, "amputated"}};
  request.encounter_type = "asylum";
  request.biographic_data = "{\"a\":1}";
  request.contextual_data = "{}";
  request.client_data = std::string("\0x", 2);
  request.active = false;
  sent.key = engine::RequestKey{};
  sent.key->key.fill(1);
  sent.key->request.fill(2);
  sent.update = true;
  const auto got = asked_again(sent);
  EXPECT_EQ(got.request.person_id, "p1");
  EXPECT_EQ(got.request.encounter_id, "e1");
  EXPECT_EQ(got.request.person_rule, engine::PersonRule::kEither);
  EXPECT_EQ(got.request.galleries, request.galleries);
  ASSERT_EQ(got.request.samples.size(), 1U);
  EXPECT_EQ(got.request.samples[0].format, Format::kPng);
  EXPECT_EQ(got.request.samples[0].position, 2);
  EXPECT_EQ(got.request.samples[0].bytes, request.samples[0].bytes);
  EXPECT_EQ(got.request.samples[0].resolution_ppi, 500.5);
  EXPECT_EQ(got.request.samples[0].capture, capture);
  ASSERT_EQ(got.request.missing.size(), 1U);
  EXPECT_EQ(got.request.missing[0].position, FingerPosition::kLeftLittle);
  EXPECT_EQ(got.request.missing[0].reason, "amputated");
  EXPECT_EQ(got.request.encounter_type, "asylum");
  EXPECT_EQ(got.request.biographic_data, request.biographic_data);
  EXPECT_EQ(got.request.contextual_data, request.contextual_data);
  EXPECT_EQ(got.request.client_data, request.client_data);
  EXPECT_FALSE(got.request.active);
  ASSERT_TRUE(got.key);
  EXPECT_EQ(got.key->key, sent.key->key);
  EXPECT_EQ(got.key->request, sent.key->request);
  EXPECT_TRUE(got.update);
}

TEST(ClusterMessages, SmallQuestionsArrive) {
  EXPECT_EQ(asked_again(ErasePerson{"p1"}).person_id, "p1");
  EXPECT_EQ(asked_again(EraseEncounter{"p1", "e1"}).encounter_id, "e1");
  EXPECT_EQ(asked_again(ReadEncounters{"p1"}).person_id, "p1");
  EXPECT_EQ(asked_again(ReadEncounter{"p1", "e1"}).encounter_id, "e1");
  EXPECT_EQ(asked_again(ReadTemplates{"p1", "e1"}).encounter_id, "e1");
  EXPECT_FALSE(asked_again(SetStatus{"p1", "e1", false}).active);
  EXPECT_EQ(asked_again(SetGalleries{"p1", "e1", {"visa"}}).galleries, std::vector<std::string>{"visa"});
  EXPECT_EQ(asked_again(SetHold{"p1", "e1", true}).encounter_id, "e1");
  EXPECT_TRUE(asked_again(SetHold{"p1", {}, true}).held);
  EXPECT_EQ(asked_again(MoveEncounters{"p1", "p2", "e1"}).from, "p2");
  EXPECT_EQ(asked_again(MoveEncounters{"p1", "p2", {}}).into, "p1");
  EXPECT_EQ(asked_again(ReadContent{"ALL", 12345, 1000}).offset, 12345U);
  EXPECT_EQ(asked_again(ReadContent{"ALL", 0, 7}).limit, 7U);
  engine::RequestKey key;
  key.request.fill(9);
  EXPECT_EQ(asked_again(KeptAnswerOf{key}).key.request, key.request);
  EXPECT_EQ(asked_again(Asked{{}, TellStatus{}}).question.index(), 14U);
  const auto compare = asked_again(ComparePerson{probe(), "visa", "p1"});
  EXPECT_EQ(compare.probe.samples.size(), 1U);
  EXPECT_EQ(compare.person_id, "p1");
  EXPECT_EQ(compare.gallery_id, "visa");
}

TEST(ClusterMessages, ARecordArrivesAsItIsKept) {
  engine::EncounterView view;
  view.person_id = "p1";
  view.encounter_id = "e1";
  view.encounter_type = "visa";
  view.created = std::chrono::system_clock::time_point(std::chrono::milliseconds(1'700'000'000'123));
  view.updated = view.created + std::chrono::seconds(1);
  view.active = false;
  view.galleries = {"visa"};
  const Reason why = reason_of(FeedbackCode::kFaceTurned, with<"degrees">(31.5));
  view.samples = {{Modality::kFace, 1, 77, 12, {why}, {}, Format::kNativeFace}};
  view.missing = {{FingerPosition::kRightThumb, "bandage"}};
  view.biographic_data = "{}";
  const auto got = round_trip(std::vector<engine::EncounterView>{view});
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].person_id, "p1");
  EXPECT_EQ(got[0].encounter_type, "visa");
  EXPECT_EQ(got[0].created, view.created);
  EXPECT_EQ(got[0].updated, view.updated);
  EXPECT_FALSE(got[0].active);
  EXPECT_EQ(got[0].galleries, view.galleries);
  ASSERT_EQ(got[0].samples.size(), 1U);
  EXPECT_EQ(got[0].samples[0].quality, 77);
  EXPECT_EQ(got[0].samples[0].features, 12);
  EXPECT_EQ(got[0].samples[0].why, std::vector<Reason>{why});
  EXPECT_EQ(got[0].samples[0].format, Format::kNativeFace);
  ASSERT_EQ(got[0].missing.size(), 1U);
  EXPECT_EQ(got[0].missing[0].reason, "bandage");
}

TEST(ClusterMessages, OtherAnswersArrive) {
  const auto receipt = round_trip(engine::EnrolReceipt{"p", "e", {{Modality::kFinger, 2, 50, 30, "good", {}}}, 77});
  EXPECT_EQ(receipt.person_id, "p");
  EXPECT_EQ(receipt.sequence, 77U);
  ASSERT_EQ(receipt.samples.size(), 1U);
  EXPECT_EQ(receipt.samples[0].feedback, "good");
  EXPECT_EQ(round_trip(std::optional<std::string>("text")), "text");
  EXPECT_EQ(round_trip(std::optional<std::string>()), std::nullopt);
  const auto content = round_trip(engine::GalleryContent{{{"p", "e"}}, 12});
  EXPECT_EQ(content.total, 12U);
  EXPECT_EQ(content.entries.at(0).encounter_id, "e");
  const auto templates =
      round_trip(std::vector<engine::TemplateView>{{Modality::kFinger, 3, 90, "i", Format::kNativeFinger, {4, 5}}});
  EXPECT_EQ(templates.at(0).bytes, (Bytes{4, 5}));
  PartStatus status;
  status.galleries = {{"default", 1, 2, {{3, 4}}}};
  status.memory = {{"store", 5}};
  status.snapshots_written = 6;
  status.last_failure = "text";
  status.changes_refused = exhausted("full");
  status.due_held = 8;
  const auto told = round_trip(status);
  EXPECT_EQ(told.galleries.at(0).samples[Modality::kFace], 4U);
  EXPECT_EQ(told.memory.at(0).bytes, 5U);
  EXPECT_EQ(told.snapshots_written, 6U);
  EXPECT_EQ(told.last_failure, "text");
  EXPECT_EQ(told.changes_refused->kind, ErrorKind::kExhausted);
  EXPECT_EQ(told.due_held, 8U);
}

TEST(ClusterMessages, PiecesOfACopyArrive) {
  CopyId copy{};
  copy.fill(7);
  EXPECT_EQ(asked_again(ReadCopyNames{copy, {1, 2}}).from, (Bytes{1, 2}));
  EXPECT_EQ(asked_again(ReadCopyNames{copy, {}}).copy, copy);
  EXPECT_EQ(asked_again(ReadCopyRecords{copy, {{"p1", "e1"}, {"p2", "e2"}}}).wanted.at(1).encounter_id, "e2");
  EXPECT_EQ(asked_again(EndCopy{copy}).copy, copy);
  EXPECT_EQ(asked_again(ReadCopyAnswers{copy, {3}}).from, Bytes{3});
  const index::ImageReference image{3, 4, {5}};
  EXPECT_EQ(asked_again(ReadCopyImage{copy, {"p1", "e1"}, image}).image, image);
  const auto begun = round_trip(CopyBegun{copy, 12, 3});
  EXPECT_EQ(begun.index, 12U);
  EXPECT_EQ(begun.term, 3U);
  const index::Moment::Named named{"p1", "e1", {9}};
  const auto names = round_trip(index::Moment::Names{{named}, {1}});
  EXPECT_EQ(names.encounters, std::vector{named});
  EXPECT_EQ(names.next, Bytes{1});
  const auto records = round_trip(std::vector<index::EncodedRecord>{{{1}, {2, 3}}});
  EXPECT_EQ(records.at(0).value, (Bytes{2, 3}));
  const index::KeptImage kept{{2, 500.5}, {1, 2, 3}};
  EXPECT_EQ(round_trip(kept), kept);
  index::KeptAnswer answer;
  answer.key.fill(1);
  answer.request.fill(2);
  answer.created_ms = 1'700'000'000'123;
  answer.person_id = "p1";
  answer.encounter_id = "e1";
  answer.answer = {4, 5};
  EXPECT_EQ(round_trip(index::Moment::Answers{{answer}, {}}).answers, std::vector{answer});
}

TEST(ClusterMessages, WhatAPartHoldsArrives) {
  EXPECT_EQ(asked_again(TellDigest{5}).index, 5U);
  EXPECT_EQ(asked_again(LetGo{365}).keep_days, 365U);
  const index::GalleryDigest digest{"visa", 3, 4, {8}};
  const auto told = round_trip(PartDigest{6, {digest}});
  EXPECT_EQ(told.index, 6U);
  EXPECT_EQ(told.galleries, std::vector{digest});
}

TEST(ClusterMessages, WhatIsSaidOfMovesArrives) {
  const std::vector<SliceMove> slices{{7, 1}, {4095, 9}};
  const index::Moment::Named named{"p1", "e1", {9}};
  const SliceManifest manifest{slices, {named}, {Sha256{3}}};
  EXPECT_EQ(asked_again(BeginSlices{{0, 4095}}).held, (std::vector<std::uint16_t>{0, 4095}));
  EXPECT_EQ(asked_again(OrderMoves{"b", {5}}).target, "b");
  EXPECT_EQ(asked_again(FenceSlices{slices}).slices, slices);
  EXPECT_EQ(asked_again(SettleSlices{slices}).slices, slices);
  EXPECT_EQ(asked_again(LetGoOfSlices{slices}).slices, slices);
  EXPECT_EQ(asked_again(AskMissing{manifest}).manifest.encounters, std::vector{named});
  EXPECT_EQ(asked_again(LeaveSlices{manifest}).manifest.answers, manifest.answers);
  const auto take = asked_again(TakeSlices{"a", manifest});
  EXPECT_EQ(take.from, "a");
  EXPECT_EQ(take.manifest.slices, slices);
  const index::KeptImage image{{2, 500.5}, {1, 2, 3}};
  const auto staged = asked_again(StageSlices{"a", slices, {{{{1}, {2, 3}}, {image}}}, {index::KeptAnswer{}}});
  ASSERT_EQ(staged.encounters.size(), 1U);
  EXPECT_EQ(staged.encounters[0].record.value, (Bytes{2, 3}));
  EXPECT_EQ(staged.encounters[0].images, std::vector{image});
  EXPECT_EQ(staged.answers.size(), 1U);
  EXPECT_EQ(asked_again(Asked{asker(), TellSlices{}, {}, 4, 12}).slices, 12U);
  const auto told = round_trip(PartSlices{{1, 2}, 3, 4, "sends", "cannot"});
  EXPECT_EQ(told.book, (Bytes{1, 2}));
  EXPECT_EQ(told.slices_moved, 3U);
  EXPECT_EQ(told.doing, "sends");
  EXPECT_EQ(told.trouble, "cannot");
  const auto missing = round_trip(StillMissing{true, {1, 2}, {3}});
  EXPECT_TRUE(missing.held);
  EXPECT_EQ(missing.encounters, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(missing.answers, std::vector<std::uint32_t>{3});
  EXPECT_TRUE(round_trip(SlicesLeft{true}).left);
  EXPECT_FALSE(encode(Asked{{}, FenceSlices{{{4096, 1}}}}).ok());
}

TEST(ClusterMessages, AChangeOfTheLogOfABuildBeforeIsRead) {
  // Which had no version of slices, before the number of the question.
  Bytes before = *encode(Asked{asker(), ErasePerson{"p1"}});
  const auto question = before.end() - 1 - 4 - 2;
  before.erase(question - 8, question);
  before[0] = kOldestWireVersion;
  const auto read = decode_asked(before);
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(std::get<ErasePerson>(read->question).person_id, "p1");
  before[0] = kOldestWireVersion - 1;
  EXPECT_FALSE(decode_asked(before).ok());
}

// Or the fuzzer begins with bytes that are refused at once.
TEST(ClusterMessages, TheFuzzersFilesAreOfThisVersion) {
  int questions = 0;
  for (const auto& file : std::filesystem::directory_iterator(WHORL_SOURCE_DIR "/tests/fuzz/corpus/cluster_message")) {
    std::ifstream in(file.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    ASSERT_FALSE(text.empty());
    const ByteView bytes = as_bytes(text).subspan(1);
    if (text[0] == 'q') {
      EXPECT_TRUE(decode_asked(bytes).ok()) << file.path();
    }
    if (text[0] == 'b') {
      EXPECT_TRUE(SliceBook::parse(bytes).ok()) << file.path();
    }
    if (text[0] == 'o') {
      EXPECT_TRUE(decode_answer<PartSlices>(bytes).ok()) << file.path();
    }
    if (text[0] == 'x') {
      EXPECT_TRUE(decode_answer<StillMissing>(bytes).ok()) << file.path();
    }
    if (text[0] == 'p' && file.path().filename() == "part_answer") {
      EXPECT_TRUE(decode_answer<engine::PartAnswer>(bytes).ok());
    }
    questions += text[0] == 'q' ? 1 : 0;
  }
  EXPECT_GT(questions, 15);
}

TEST(ClusterMessages, AnErrorArrivesWithItsFieldAndReason) {
  const Error sent = failure(ErrorCode::kUnknownPerson, FieldPath("samples", 2) / "bytes", with<"person">("p1"));
  const auto bytes = encode(Result<Done>(sent));
  ASSERT_TRUE(bytes.ok());
  const auto got = decode_answer<engine::PartAnswer>(*bytes);
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(got.error().message, sent.message);
  EXPECT_EQ(got.error().field, sent.field);
  EXPECT_EQ(got.error().reason, sent.reason);
}

TEST(ClusterMessages, WhatIsBeyondABoundIsNotSent) {
  EXPECT_FALSE(encode(Asked{{}, ErasePerson{std::string(129, 'p')}}).ok());
  EXPECT_FALSE(encode(Asked{{}, ReadContent{"ALL", 0, kMostEntriesOfPage + 1}}).ok());
  engine::ScoredPerson unsortable;
  unsortable.order = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(encode(Result<engine::ScoredPerson>(unsortable)).ok());
}

TEST(ClusterMessages, DamagedBytesAreRefusedOrAreAnotherWholeMessage) {
  const Bytes sound = *encode(Asked{asker(), SearchPart{probe(), {"visa", engine::Accuracy::kFast, 17, filter()}}});
  for (std::size_t n = 0; n < sound.size(); ++n) {
    EXPECT_FALSE(decode_asked(ByteView(sound).first(n)).ok()) << n;
  }
  Bytes longer = sound;
  longer.push_back(0);
  EXPECT_FALSE(decode_asked(longer).ok());
  for (std::size_t i = 0; i < sound.size(); i += 7) {
    Bytes changed = sound;
    changed[i] ^= 0x55;
    const auto read = decode_asked(changed);
    if (read.ok()) {
      EXPECT_TRUE(encode(*read).ok()) << i;
    }
  }
  Bytes other_version = sound;
  other_version[0] = kWireVersion + 1;
  EXPECT_FALSE(decode_asked(other_version).ok());
}

}  // namespace
}  // namespace whorl::cluster
