// The audit log of a gallery: a leaf for every change, in its batch; one that was changed or rolled back is not opened.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <thread>

#include "audit/checkpoint_file.h"
#include "audit/verification.h"
#include "base/files.h"
#include "base/world.h"
#include "index/key_care.h"
#include "tests/index/gallery_fixture.h"

namespace whorl::index {
namespace {

namespace fs = std::filesystem;

class AuditLogTest : public GalleryTest {
 protected:
  // Every leaf, of a log that was found whole.
  std::vector<audit::Leaf> leaves() {
    const fs::path folder = directory_.path() / "export";
    fs::remove_all(folder);
    const auto exported = gallery_->export_audit(folder);
    EXPECT_TRUE(exported.ok()) << exported.error().text();
    audit::ExportFolder log(folder);
    const auto key = crypto::NoteVerifier::parse(gallery_->audit()->key);
    verified_ = audit::verify(log, {*key, kept_, {}, 0});
    EXPECT_TRUE(verified_->ok()) << verified_->error().text();
    kept_.push_back(*log.checkpoint());
    std::vector<audit::Leaf> out;
    for (std::uint64_t bundle = 0; out.size() < *exported; ++bundle) {
      const unsigned width = crypto::tile_width(0, bundle, *exported);
      const auto bytes = log.entries({0, bundle, width});
      const auto entries = crypto::entries_of_bundle(*bytes, width);
      for (const Bytes& entry : *entries) out.push_back(*audit::parse_leaf(entry));
    }
    return out;
  }
  [[nodiscard]] const audit::Verified& verified() const { return **verified_; }
  [[nodiscard]] std::vector<tests::RawRow> rows_of(const std::string& family) const {
    std::vector<tests::RawRow> out;
    for (const auto& row : tests::raw_rows(options_.directory)) {
      if (row.family == family) out.push_back(row);
    }
    return out;
  }
  void expect_refused(const std::string& why) {
    const auto opened = Gallery::open(options_);
    ASSERT_FALSE(opened.ok()) << why;
    EXPECT_EQ(opened.error().kind, ErrorKind::kCorruption) << why << ": " << opened.error().text();
  }

  std::vector<std::string> kept_;  // checkpoints of all exports: each later one must have grown out of them
  std::optional<Result<audit::Verified>> verified_;
};

audit::Asked officer() { return {"https://idp.test", "u-17", "token", "officer", "border.identity", "run-4"}; }

std::size_t files_in(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::recursive_directory_iterator(folder), fs::recursive_directory_iterator()));
}

// A row of whoever keeps tasks, and its leaf, are one batch: where the leaf cannot be, the row is not.
TEST_F(AuditLogTest, ATasksRowIsThereWithItsLeafOrNotAtAll) {
  audit::Event event;
  event.operation = audit::Operation::kRotate;
  event.outcome = "desk key changed";
  const auto before = leaves().size();
  ASSERT_TRUE(gallery_->note_task("row", as_bytes("first"), event, "", officer()).ok());
  ASSERT_TRUE(gallery_->note_task("row", as_bytes("second"), event, "", officer()).ok());
  event.count = std::uint64_t{1} << 60;  // no number of a leaf
  EXPECT_FALSE(gallery_->note_task("row", as_bytes("third"), event, "", officer()).ok());
  reopen();
  const auto all = leaves();
  ASSERT_GE(all.size(), before + 2);
  EXPECT_EQ(
      std::count_if(all.begin(), all.end(), [](const audit::Leaf& leaf) { return leaf.outcome == "desk key changed"; }),
      2);
  const auto kept = gallery_->tasks();
  ASSERT_TRUE(kept.ok());
  ASSERT_EQ(kept->tasks.size(), 1U);
  EXPECT_EQ(as_text(kept->tasks[0].head), "second");
}

TEST_F(AuditLogTest, ATasksLeafIsAboutWhoIsEnrolled) {
  add(record_of(1));
  audit::Event event;
  event.operation = audit::Operation::kProtect;
  event.outcome = "set";
  ASSERT_TRUE(gallery_->note_task("row", as_bytes("head"), event, "p1", officer()).ok());
  ASSERT_TRUE(gallery_->note_task("row", as_bytes("head"), event, "nobody", officer()).ok());
  const auto all = leaves();
  ASSERT_GE(all.size(), 3U);
  EXPECT_EQ(all[all.size() - 2].subject, gallery_->audit_subjects("p1")->front());
  EXPECT_EQ(all.back().subject, audit::Tag{});
}

// Asked when nothing is in the way of the move, written with it, and with a leaf after its leaves.
TEST_F(AuditLogTest, WhatIsBesideAMoveIsInItsBatchWithItsLeaf) {
  for (int i = 1; i <= 3; ++i) add(record_of(i));
  add(record_of(1, 2), PersonRule::kExisting);
  int asked = 0;
  const auto beside = [&](std::string word) -> BesideMove {
    return [&asked, word = std::move(word)]() -> Result<std::optional<NotedHead>> {
      ++asked;
      audit::Event event;
      event.operation = audit::Operation::kProtect;
      event.outcome = word;
      const ByteView head = as_bytes("head");
      return std::optional(NotedHead{"row of " + word, Bytes(head.begin(), head.end()), event});
    };
  };
  EXPECT_FALSE(gallery_->move("p1", "p2", {}, false, officer(), beside("refused")).ok()) << "both have an e1";
  EXPECT_FALSE(gallery_->move("p9", "p2", {}, false, officer(), beside("refused")).ok());
  EXPECT_EQ(asked, 0);
  const BesideMove fails = []() -> Result<std::optional<NotedHead>> { return exhausted("too much"); };
  EXPECT_EQ(gallery_->move("p1", "new", {}, true, officer(), fails).error().kind, ErrorKind::kExhausted);
  EXPECT_TRUE(gallery_->encounters("p1").ok());
  const BesideMove nothing = [] { return Result<std::optional<NotedHead>>(std::optional<NotedHead>()); };
  ASSERT_TRUE(gallery_->move("p3", "q3", {}, true, officer(), nothing).ok());
  EXPECT_TRUE(gallery_->tasks()->tasks.empty());
  const auto first = gallery_->move("p1", "new", {}, true, officer(), beside("carried"));
  ASSERT_TRUE(first.ok()) << first.error().text();
  EXPECT_EQ(asked, 1);
  reopen();
  const auto kept = gallery_->tasks();
  ASSERT_TRUE(kept.ok());
  ASSERT_EQ(kept->tasks.size(), 1U);
  EXPECT_EQ(kept->tasks[0].id, "row of carried");
  EXPECT_EQ(as_text(kept->tasks[0].head), "head");
  const auto all = leaves();
  ASSERT_GE(all.size(), *first + 3);
  EXPECT_EQ(all[*first].outcome, "moved");
  EXPECT_EQ(all[*first + 1].outcome, "moved");
  EXPECT_EQ(all[*first + 2].outcome, "carried");
  EXPECT_EQ(all[*first + 2].operation, audit::Operation::kProtect);
  EXPECT_EQ(all[*first + 2].subject, all[*first].subject);
  EXPECT_EQ(all[*first + 2].who, all[*first].who);
  EXPECT_EQ(verified().encounters, 4);
}

TEST_F(AuditLogTest, OpeningForOneQuestionAfterAnotherLeavesNoMoreAndMoreFiles) {
  constexpr int kOpenings = 16;
  audit::Event question;
  question.operation = audit::Operation::kIdentify;
  question.outcome = "no_match";
  const auto most_files_of = [&] {
    std::size_t most = 0;
    for (int i = 0; i < kOpenings; ++i) {
      reopen();
      EXPECT_TRUE(gallery_->note(question, "").ok());
      gallery_.reset();
      most = std::max(most, files_in(options_.directory));
    }
    return most;
  };
  const std::size_t at_first = most_files_of();
  EXPECT_LE(most_files_of(), at_first + kOpenings / 2) << "it was " << at_first << " after the first " << kOpenings;
  reopen();
  const std::vector<audit::Leaf> all = leaves();
  EXPECT_EQ(std::count_if(all.begin(), all.end(),
                          [](const audit::Leaf& leaf) { return leaf.operation == audit::Operation::kIdentify; }),
            2 * kOpenings);
}

TEST_F(AuditLogTest, EveryChangeHasItsLeafInItsOrder) {
  options_.keep_images = true;
  reopen();
  const Bytes file(200, 7);
  EncounterRecord pictured = record_of(1);
  pictured.samples[0].image = reference_to(0, file);
  const std::vector<ImageToKeep> images{{*pictured.samples[0].image, {}, file}};
  const auto first = gallery_->add(pictured, PersonRule::kNew, {}, images, officer());
  ASSERT_TRUE(first.ok());
  add(record_of(1, 2), PersonRule::kExisting);
  const EncounterRecord before = gallery_->encounter("p1", "e2").value();
  EncounterRecord after = before;
  after.samples[0].extractor_version += 1;
  ASSERT_TRUE(gallery_->replace_samples(before, after).value());
  const auto subjects = gallery_->audit_subjects("p1");
  ASSERT_EQ(subjects->size(), 2U);
  ASSERT_TRUE(gallery_->erase_person("p1", officer()).ok());
  EXPECT_TRUE(gallery_->audit_subjects("p1")->empty()) << "nobody can say any more whose leaves they were";
  std::vector<EncodedRecord> batch;
  for (int i = 10; i < 15; ++i) batch.push_back(*encoded(record_of(i)));
  ASSERT_EQ(gallery_->load(batch, "load", as_bytes("mark"), officer())->encounters, 5U);
  ASSERT_TRUE(gallery_->rotate_keys().ok());
  ASSERT_TRUE(gallery_->backup(directory_.path() / "copy").ok());
  audit::Event question;
  question.operation = audit::Operation::kIdentify;
  question.outcome = "match";
  question.galleries = {"default"};
  const auto asked = gallery_->note(question, "p10", officer());
  ASSERT_TRUE(asked.ok());

  const auto all = leaves();
  std::vector<std::string> names;
  for (const auto& leaf : all) names.emplace_back(audit::name_of(leaf.operation));
  EXPECT_EQ(names, (std::vector<std::string>{"begin", "setting", "enrol", "enrol", "update", "erase", "erase", "load",
                                             "rotate", "rotate", "backup", "identify"}));
  ASSERT_EQ(all.size(), 12U);
  EXPECT_EQ(*first, 2U);
  EXPECT_EQ(**asked, 11U);
  EXPECT_EQ(all[2].images, 1U);
  EXPECT_EQ(all[2].auth, "token");
  EXPECT_EQ(all[2].role, "officer");
  EXPECT_EQ(all[2].purpose, "border.identity");
  EXPECT_EQ(all[3].auth, "nothing");
  EXPECT_EQ(all[2].who, all[11].who);
  EXPECT_NE(all[2].who, all[3].who);
  EXPECT_EQ(all[4].subject, all[3].subject) << "a change carries the tag along";
  EXPECT_NE(all[2].subject, all[3].subject);
  EXPECT_EQ((std::set{all[5].subject, all[6].subject}), (std::set{all[2].subject, all[3].subject}));
  EXPECT_EQ((std::set{all[2].subject, all[3].subject}), (std::set<audit::Tag>(subjects->begin(), subjects->end())));
  EXPECT_EQ(all[7].count, 5U);
  EXPECT_TRUE(all[7].digest.has_value());
  EXPECT_EQ(all[9].epoch, 2U);
  EXPECT_EQ(all[11].subject, gallery_->audit_subjects("p10")->front());
  EXPECT_EQ(verified().encounters, 5);
  const std::string month = rfc3339(std::chrono::system_clock::now()).substr(0, 7);
  EXPECT_EQ(all[2].who, gallery_->audit_tag(month, "who", std::string("https://idp.test\0u-17", 21)).value());
  EXPECT_EQ(all[2].galleries, std::vector{gallery_->audit_tag(month, "gallery", "default").value()});
  EXPECT_EQ(all[2].request, gallery_->audit_tag(month, "request", "run-4").value());
}

TEST_F(AuditLogTest, WhatIsRefusedHasNoLeaf) {
  add(record_of(1));
  EXPECT_FALSE(gallery_->add(record_of(1), PersonRule::kNew).ok());
  EXPECT_FALSE(gallery_->erase_person("nobody").ok());
  EXPECT_EQ(leaves().size(), 2U);
}

TEST_F(AuditLogTest, CallersTogetherHaveNumbersWithoutGaps) {
  constexpr int kCallers = 8;
  constexpr int kEach = 40;
  std::vector<std::vector<std::uint64_t>> numbers(kCallers);
  {
    std::vector<std::jthread> callers;
    for (int t = 0; t < kCallers; ++t) {
      callers.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          const auto leaf = gallery_->add(record_of(1 + t * kEach + i), PersonRule::kNew, {}, {}, officer());
          ASSERT_TRUE(leaf.ok());
          numbers[static_cast<std::size_t>(t)].push_back(*leaf);
        }
      });
    }
  }
  std::set<std::uint64_t> all;
  for (const auto& mine : numbers) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(mine.begin(), mine.end());
  }
  EXPECT_EQ(all.size(), static_cast<std::size_t>(kCallers * kEach));
  EXPECT_EQ(*all.begin(), 1U);
  EXPECT_EQ(*all.rbegin(), static_cast<std::uint64_t>(kCallers * kEach));
  EXPECT_EQ(leaves().size(), 1U + kCallers * kEach);
  EXPECT_EQ(verified().encounters, kCallers * kEach);
}

TEST_F(AuditLogTest, GoesOnAfterEachOpening) {
  int person = 0;
  for (int opening = 0; opening < 6; ++opening) {
    for (int i = 0; i < 60; ++i) add(record_of(++person));  // past the first full tile
    std::vector<EncodedRecord> batch;
    for (int i = 0; i < 3; ++i) batch.push_back(*encoded(record_of(++person)));
    ASSERT_TRUE(gallery_->load(batch, "load", as_bytes("mark")).ok());
    EXPECT_EQ(leaves().size(), 1U + 61U * (opening + 1));
    EXPECT_EQ(verified().encounters, person);
    reopen();
    EXPECT_EQ(gallery_->audit()->signed_leaves, gallery_->audit()->leaves) << "an opening and an end sign";
  }
  EXPECT_GE(verified().checkpoints, 2U);
}

TEST_F(AuditLogTest, ALoadThatFillsATileHasItToo) {
  for (int i = 0; i < 254; ++i) {
    audit::Event question;
    question.operation = audit::Operation::kVerify;
    question.outcome = "no_match";
    ASSERT_TRUE(gallery_->note(question, "").ok());
  }
  std::vector<EncodedRecord> batch{*encoded(record_of(1))};
  ASSERT_TRUE(gallery_->load(batch, "load", as_bytes("mark")).ok());
  EXPECT_EQ(leaves().size(), 256U);
  reopen();
  add(record_of(2));
  EXPECT_EQ(leaves().size(), 257U);
}

TEST_F(AuditLogTest, ThatWasChangedOrCutDoesNotOpen) {
  for (int i = 0; i < 5; ++i) add(record_of(i));
  gallery_.reset();
  const auto rows = rows_of("audit");
  ASSERT_EQ(rows.size(), 6U);
  for (const std::size_t n : {std::size_t{0}, std::size_t{3}, rows.size() - 1}) {
    tests::RawRow bad = rows[n];
    bad.value[40] = static_cast<char>(bad.value[40] ^ 1);
    tests::put_raw(options_.directory, {bad});
    expect_refused("leaf " + std::to_string(n) + " was changed");
    tests::drop_raw(options_.directory, rows[n]);
    expect_refused("leaf " + std::to_string(n) + " is gone");
    tests::put_raw(options_.directory, {rows[n]});
  }
  for (const auto& row : rows) tests::drop_raw(options_.directory, row);
  expect_refused("all leaves are gone");
  tests::put_raw(options_.directory, rows);
  const auto notes = rows_of("checkpoints");
  ASSERT_FALSE(notes.empty());
  tests::RawRow forged = notes.back();
  forged.value[forged.value.size() - 10] = forged.value[forged.value.size() - 10] == 'A' ? 'B' : 'A';
  tests::put_raw(options_.directory, {forged});
  expect_refused("a checkpoint was forged");
  tests::put_raw(options_.directory, notes);
  reopen();
  EXPECT_EQ(leaves().size(), 6U);
}

TEST_F(AuditLogTest, AnEarlierCopyIsFoundByTheFileOfCheckpoints) {
  options_.audit_checkpoints = directory_.path() / "elsewhere";
  reopen();
  add(record_of(1));
  gallery_.reset();
  const fs::path earlier = directory_.path() / "earlier";
  fs::copy(options_.directory, earlier, fs::copy_options::recursive);
  reopen();
  ASSERT_TRUE(gallery_->erase_person("p1").ok());
  gallery_.reset();
  const auto kept = audit::notes_of(as_text(*read_file(*options_.audit_checkpoints, 1U << 20)));
  EXPECT_GE(kept.size(), 2U);
  const fs::path now = directory_.path() / "now";
  fs::rename(options_.directory, now);
  fs::rename(earlier, options_.directory);
  expect_refused("the gallery is an earlier one, in which p1 is not erased");
  fs::rename(options_.directory, earlier);
  // It goes on by itself, but is another log from then on.
  fs::copy(earlier, options_.directory, fs::copy_options::recursive);
  const auto file = std::exchange(options_.audit_checkpoints, std::nullopt);
  reopen();
  add(record_of(7));
  add(record_of(8));
  options_.audit_checkpoints = file;
  gallery_.reset();
  expect_refused("the log was forked");
  fs::remove_all(options_.directory);
  fs::rename(now, options_.directory);
  reopen();
  EXPECT_EQ(leaves().size(), 3U);
}

TEST_F(AuditLogTest, HoldsNothingOfAPerson) {
  EncounterRecord record = record_of(1);
  record.person_id = "marker-of-the-person";
  record.encounter_id = "marker-of-the-encounter";
  record.galleries = {"marker-of-the-gallery"};
  audit::Asked asked = officer();
  asked.subject = "marker-of-the-officer";
  asked.request_id = "marker-of-the-request";
  asked.purpose = "a purpose\nthat is no word";
  ASSERT_TRUE(gallery_->add(record, PersonRule::kNew, {}, {}, asked).ok());
  ASSERT_TRUE(gallery_->erase_person("marker-of-the-person", asked).ok());
  const auto all = leaves();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[1].purpose, "other");
  for (const auto& row : tests::raw_rows(options_.directory)) {
    EXPECT_EQ((row.key + row.value).find("marker"), std::string::npos) << row.family;
  }
  EXPECT_FALSE(holds_anywhere(directory_.path() / "export", "marker"));
}

TEST_F(AuditLogTest, ARestoredCopySaysSo) {
  for (int i = 0; i < 3; ++i) add(record_of(i));
  const fs::path copy = directory_.path() / "copy";
  ASSERT_TRUE(gallery_->backup(copy).ok());
  add(record_of(5));
  gallery_.reset();
  Restoration what;
  what.from = copy;
  what.to = directory_.path() / "restored";
  what.keys = options_.directory / "keys";
  const auto restored = restore_gallery(what);
  ASSERT_TRUE(restored.ok()) << restored.error().text();
  const fs::path own = std::exchange(options_.directory, what.to);
  auto opened = Gallery::open(options_);
  ASSERT_TRUE(opened.ok());
  gallery_ = std::move(opened).value();
  const auto all = leaves();
  ASSERT_EQ(all.size(), 6U);
  EXPECT_EQ(all.back().operation, audit::Operation::kRestore);
  EXPECT_EQ(all.back().count, 3U);
  EXPECT_EQ(verified().encounters, 3);
}

}  // namespace
}  // namespace whorl::index
