// A gallery's key is changed while it is used, and what was erased before opens with no key that is left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "base/sha256.h"
#include "index/key_care.h"
#include "index/record/record_key.h"
#include "index/store/gallery_keys.h"
#include "index/store/sealed_encounter.h"
#include "index/upkeep_request.h"
#include "tests/index/gallery_fixture.h"
#include "tests/support/wished.h"

namespace whorl::index {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

bool key_is_there(const fs::path& gallery, std::uint32_t epoch) {
  return fs::exists(gallery / "keys" / ("kek-" + std::to_string(epoch)));
}

void copy_gallery(const fs::path& from, const fs::path& to) {
  fs::create_directory(to);
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
}

class KeyRotation : public GalleryTest {
 protected:
  void SetUp() override {
    options_.shard_fingers = 10;
    options_.keep_images = true;
    GalleryTest::SetUp();
  }

  void add_kept(int i) {
    EncounterRecord record = record_of(i);
    const Bytes file(300, static_cast<std::uint8_t>(i));
    record.samples[0].image = reference_to(0, file);
    const std::vector<ImageToKeep> images{{*record.samples[0].image, {}, file}};
    KeptAnswer answer;
    answer.key = sha256_of({as_bytes(record.person_id)});
    answer.answer = {1, 2, 3};
    const auto added = gallery_->add(record, PersonRule::kNew, answer, images);
    ASSERT_TRUE(added.ok()) << added.error().text();
    records_.push_back(record);
  }

  void expect_all_there() {
    for (const EncounterRecord& record : records_) {
      const auto read = gallery_->encounter(record.person_id, record.encounter_id);
      ASSERT_TRUE(read.ok()) << read.error().text();
      ASSERT_EQ(*read, record);
      const auto image = gallery_->image(record, 0);
      ASSERT_TRUE(image.ok()) << image.error().text();
      EXPECT_TRUE(gallery_->kept_answer(sha256_of({as_bytes(record.person_id)}))->has_value());
    }
    EXPECT_EQ(gallery_->galleries()[0].encounters, records_.size());
  }

  // Of every row that a wrapped key begins.
  std::set<std::uint32_t> epochs_on_disk() {
    std::set<std::uint32_t> out;
    for (const auto& row : tests::raw_rows(options_.directory)) {
      const ByteView value = as_bytes(row.value);
      if (row.family == "index") out.insert(crypto::epoch_of(value.subspan(1)).value());
      if (row.family == "manifest") out.insert(crypto::epoch_of(value).value());
      if (row.family == "marks" && row.key[0] != '\x03') out.insert(crypto::epoch_of(value).value());
    }
    return out;
  }

  std::vector<EncounterRecord> records_;
};

TEST_F(KeyRotation, LeavesEverythingAndDestroysTheEarlierKey) {
  for (int i = 0; i < 40; ++i) add_kept(i);
  ASSERT_TRUE(gallery_->put_load_mark("a load", as_bytes("here")).ok());
  gallery_->settle();
  ASSERT_TRUE(key_is_there(options_.directory, 1));
  for (std::uint32_t epoch = 2; epoch <= 4; ++epoch) {
    const auto done = gallery_->rotate_keys();
    ASSERT_TRUE(done.ok()) << done.error().text();
    EXPECT_EQ(done->epoch, epoch);
    EXPECT_GE(done->rewrapped, 81U);
    EXPECT_FALSE(key_is_there(options_.directory, epoch - 1));
    EXPECT_TRUE(key_is_there(options_.directory, epoch));
    EXPECT_EQ(epochs_on_disk(), std::set{epoch});
    expect_all_there();
    if (epoch == 3) reopen();
  }
  expect_all_there();
  EXPECT_EQ(*gallery_->load_mark("a load"), Bytes(as_bytes("here").begin(), as_bytes("here").end()));
  reopen();
  EXPECT_GT(gallery_->opening().encounters_from_snapshots, 20U) << "snapshots are wrapped anew";
  EXPECT_TRUE(gallery_->opening().snapshots_dropped.empty());
  EXPECT_TRUE(gallery_->opening().keys->earlier_epochs.empty());
  expect_all_there();
}

// A process that ended between two steps of the disk: a key overwritten and not taken away, and a file half written, as
// moving to another root leaves it.
TEST_F(KeyRotation, LeavesNoFileOfAKeyThatAnEndedProcessLeft) {
  for (int i = 0; i < 4; ++i) add_kept(i);
  const fs::path keys = options_.directory / "keys";
  ASSERT_TRUE(gallery_->rotate_keys().ok());
  fs::copy_file(keys / "kek-2", keys / "kek-2.part");
  std::ofstream(keys / "kek-1", std::ios::binary) << std::string(fs::file_size(keys / "kek-2"), '\0');
  reopen();
  expect_all_there();
  ASSERT_TRUE(gallery_->rotate_keys().ok());
  std::set<std::string> left;
  for (const auto& entry : fs::directory_iterator(keys)) left.insert(entry.path().filename().string());
  EXPECT_EQ(left, std::set<std::string>{"kek-3"});
  expect_all_there();
}

// Ends the rotation at each of its steps, as the end of the process would; what follows is in the same process or in
// the next one.
TEST_F(KeyRotation, GoesOnWhereverItWasEnded) {
  for (int i = 0; i < 12; ++i) add_kept(i);
  gallery_->settle();
  std::uint32_t epoch = 1;
  int person = 1000;
  for (const std::string_view last : {"make", "use", "rewrap", "check", "destroy"}) {
    for (const bool next_process : {false, true}) {
      const auto ended = gallery_->rotate_keys(
          [&](std::string_view step) -> Status { return step == last ? unavailable("the process ends") : Status(); });
      ASSERT_FALSE(ended.ok()) << last;
      if (next_process) reopen();
      expect_all_there();
      add_kept(person++);
      const auto done = gallery_->rotate_keys();
      ASSERT_TRUE(done.ok()) << done.error().text();
      EXPECT_EQ(done->epoch, ++epoch);
      EXPECT_EQ(epochs_on_disk(), std::set{epoch});
      EXPECT_FALSE(key_is_there(options_.directory, epoch - 1));
      expect_all_there();
    }
  }
  reopen();
  expect_all_there();
}

// What a copy of the disk of before holds, opened with every key that is there after the rotation.
class Shredding : public KeyRotation {
 protected:
  struct Opened {
    std::size_t entries = 0;
    std::size_t records = 0;
    std::size_t erased = 0;  // records of people who were erased, or mentions of them in shards
    std::size_t chunks = 0;
  };

  static crypto::Vault vault_of(const fs::path& gallery) {
    const auto keys = GalleryKeys::open(gallery, {}, false, real_file_system());
    EXPECT_TRUE(keys.ok());
    const auto kept = keys->read();
    EXPECT_TRUE(kept.ok()) << kept.error().text();
    return crypto::Vault::open(keys->root(), kept->gallery, kept->keys).value();
  }

  // The manifest entries whose keys are tried on chunks of their epoch.
  static std::map<std::string, std::string> manifest_of(const std::vector<tests::RawRow>& rows) {
    std::map<std::string, std::string> out;
    for (const auto& row : rows) {
      if (row.family == "manifest") out[row.key] = row.value;
    }
    return out;
  }

  Opened try_all(const std::vector<tests::RawRow>& copy, const std::vector<tests::RawRow>& now,
                 const crypto::Vault& vault) const {
    Opened out;
    std::map<std::string, OpenedEntry> entries;
    for (const auto& row : copy) {
      if (row.family != "index") continue;
      auto entry = open_entry(vault, as_bytes(row.key), as_bytes(row.value));
      if (!entry.ok()) continue;
      ++out.entries;
      const auto ids = ids_of(entry->record_key);
      if (ids && erased_.count(ids->person_id) > 0) ++out.erased;
      entries.emplace(row.key, std::move(entry).value());
    }
    // Keys of today's entries on records of then, too: a rotation could have left one.
    for (const auto& row : now) {
      if (row.family != "index" || entries.count(row.key) > 0) continue;
      auto entry = open_entry(vault, as_bytes(row.key), as_bytes(row.value));
      if (entry.ok()) entries.emplace(row.key, std::move(entry).value());
    }
    auto manifests = manifest_of(copy);
    auto today = manifest_of(now);
    for (const auto& row : copy) {
      if (row.family == "default" && row.key[0] == '\x11') {
        const auto entry = entries.find(row.key);
        if (entry == entries.end()) continue;
        const auto record = open_record(entry->second, as_bytes(row.key), as_bytes(row.value));
        if (!record.ok()) continue;
        ++out.records;
        const auto parsed = parse_record(entry->second.record_key, *record);
        if (parsed.ok() && erased_.count(parsed->person_id) > 0) ++out.erased;
      }
      if (row.family != "snapshots") continue;
      for (auto* const from : {&manifests, &today}) {
        const auto chunk = opened_chunk(vault, (*from)[row.key.substr(0, 8)], row);
        if (!chunk) continue;
        ++out.chunks;
        for (const std::string& person : erased_) out.erased += mentions(*chunk, person) ? 1 : 0;
      }
    }
    return out;
  }

  static std::optional<Bytes> opened_chunk(const crypto::Vault& vault, const std::string& entry,
                                           const tests::RawRow& row) {
    if (entry.size() < crypto::kWrappedKeyBytes) return {};
    const std::string epoch = row.key.substr(0, 8);
    const auto key =
        vault.unwrap(as_bytes(entry).first(crypto::kWrappedKeyBytes), {"snapshot key", "manifest", as_bytes(epoch)});
    if (!key.ok()) return {};
    const std::uint32_t number = ByteReader(as_bytes(row.key).subspan(8)).u32();
    auto chunk = key->open(number, {"chunk", "snapshots", as_bytes(row.key)}, as_bytes(row.value));
    return chunk.ok() ? std::optional(std::move(chunk).value()) : std::nullopt;
  }

  // Names of all lengths are drawn, so that none is the beginning of another.
  static bool mentions(const Bytes& bytes, const std::string& person) {
    return as_text(bytes).find(person) != std::string_view::npos;
  }

  std::set<std::string> erased_;
};

TEST_F(Shredding, WhoWasErasedOpensWithNoKeyThatIsLeft) {
  std::mt19937 random(14);
  const int erased = tests::wished("WHORL_SHREDDED_PEOPLE", 50);
  const int persons = erased + erased / 2 + 45;
  std::vector<std::string> names;
  for (int i = 0; i < persons; ++i) {
    EncounterRecord record = record_of(i);
    std::string drawn = "p-";
    for (int k = 0; k < 16; ++k) drawn += static_cast<char>('a' + random() % 26);
    names.push_back(record.person_id = drawn);
    add(record);
  }
  gallery_->settle();
  const fs::path copy = directory_.path() / "copy";
  copy_gallery(options_.directory, copy);
  const auto before = tests::raw_rows(copy);
  std::shuffle(names.begin(), names.end(), random);
  for (int i = 0; i < erased; ++i) {
    erased_.insert(names[static_cast<std::size_t>(i)]);
    ASSERT_TRUE(gallery_->erase_person(names[static_cast<std::size_t>(i)]).ok());
  }
  const crypto::Vault earlier = vault_of(copy);
  const auto rotated = gallery_->rotate_keys();
  ASSERT_TRUE(rotated.ok()) << rotated.error().text();
  const auto now = tests::raw_rows(options_.directory);
  const Opened opened = try_all(before, now, vault_of(options_.directory));
  EXPECT_EQ(opened.erased, 0U);
  EXPECT_EQ(opened.entries, 0U) << "no entry of then opens, whoever's it is";
  EXPECT_LE(opened.records, static_cast<std::size_t>(persons) - erased_.size());
  // The control: with the key of then, as who copied keys/ and has the root key, all of it opens.
  const Opened control = try_all(before, before, earlier);
  EXPECT_EQ(control.entries, static_cast<std::size_t>(persons));
  EXPECT_EQ(control.records, static_cast<std::size_t>(persons));
  EXPECT_GE(control.erased, 2 * erased_.size());
  EXPECT_GT(control.chunks, 0U);
  // And the gallery of then does not open with the keys of now.
  fs::remove_all(copy / "keys");
  fs::copy(options_.directory / "keys", copy / "keys", fs::copy_options::recursive);
  GalleryOptions of_copy = options_;
  of_copy.directory = copy;
  EXPECT_FALSE(Gallery::open(of_copy).ok());
}

TEST_F(Shredding, ACopyWithItsKeysIsShutByAnotherRootKey) {
  for (int i = 0; i < 10; ++i) add(record_of(i));
  const fs::path copy = directory_.path() / "copy";
  copy_gallery(options_.directory, copy);
  ASSERT_TRUE(gallery_->erase_person("p3").ok());
  ASSERT_TRUE(gallery_->rotate_keys().ok());
  const fs::path root = directory_.path() / "new.key";
  {
    std::ofstream(root, std::ios::binary) << std::string(31, 'n') + "o";
    fs::permissions(root, fs::perms::owner_read);
  }
  GalleryOptions of_copy = options_;
  of_copy.directory = copy;
  EXPECT_TRUE(Gallery::open(of_copy).ok()) << "what is not promised: a copy with keys/, and the root key of then";
  ASSERT_TRUE(gallery_->move_keys(root).ok());
  EXPECT_EQ(gallery_->keys()->root_key, root);
  gallery_.reset();
  EXPECT_EQ(Gallery::open(options_).error().code(), "root_key_wrong");
  options_.root_key = root;
  reopen();
  EXPECT_EQ(gallery_->encounter("p4", "e1").value(), record_of(4));
  of_copy.root_key = root;
  EXPECT_FALSE(Gallery::open(of_copy).ok());
}

TEST_F(KeyRotation, GoesOnBesideEnrolmentsErasuresLoadsAndSearches) {
  for (int i = 0; i < 30; ++i) add(record_of(i));
  std::atomic<bool> stop = false;
  std::atomic<int> enrolled = 0;
  std::atomic<int> loaded = 0;
  std::vector<std::thread> threads;
  threads.emplace_back([&] {
    for (int i = 1000; !stop && i < 1150; ++i) {
      const auto added = gallery_->add(record_of(i), PersonRule::kNew);
      ASSERT_TRUE(added.ok()) << added.error().text();
      ++enrolled;
      if (i % 5 == 0) {
        ASSERT_TRUE(gallery_->erase_person("p" + std::to_string(i)).ok());
        --enrolled;
      }
    }
  });
  threads.emplace_back([&] {
    for (int round = 0; !stop && round < 20; ++round) {
      std::vector<EncodedRecord> batch;
      for (int i = 0; i < 5; ++i) batch.push_back(*encoded(record_of(5000 + round * 5 + i)));
      const auto done = gallery_->load(std::move(batch), "mark", {});
      ASSERT_TRUE(done.ok()) << done.error().text();
      loaded += static_cast<int>(done->encounters);
    }
  });
  threads.emplace_back([&] {
    while (!stop) {
      for (int i = 0; i < 30; ++i) {
        const auto read = gallery_->encounter("p" + std::to_string(i), "e1");
        ASSERT_TRUE(read.ok()) << read.error().text();
      }
      ASSERT_TRUE(gallery_->re_extractable(true).ok());
    }
  });
  for (int i = 0; i < 3; ++i) {
    const auto done = gallery_->rotate_keys();
    ASSERT_TRUE(done.ok()) << done.error().text();
  }
  stop = true;
  for (auto& thread : threads) thread.join();
  const auto expected = static_cast<std::uint64_t>(30 + enrolled + loaded);
  EXPECT_EQ(gallery_->galleries()[0].encounters, expected);
  ASSERT_TRUE(gallery_->rotate_keys().ok());
  reopen();
  EXPECT_EQ(gallery_->galleries()[0].encounters, expected);
  EXPECT_EQ(gallery_->opening().keys->epoch, 5U);
}

// Prints how long it took, which no test holds: machines differ.
TEST_F(KeyRotation, OfManyLeavesOneKeyAndEverybody) {
  options_.shard_fingers = GalleryOptions().shard_fingers;
  options_.keep_images = false;
  reopen();
  const int people = tests::wished("WHORL_ROTATED_PEOPLE", 3'000);
  constexpr int kBatch = 50'000;
  EncounterRecord record = record_of(0);
  for (int from = 0; from < people; from += kBatch) {
    std::vector<EncodedRecord> batch;
    for (int i = from; i < std::min(people, from + kBatch); ++i) {
      record.person_id = "p" + std::to_string(i);
      batch.push_back(*encoded(record));
    }
    ASSERT_TRUE(gallery_->load(std::move(batch), std::to_string(from), {}).ok());
  }
  gallery_->settle();
  const auto begun = std::chrono::steady_clock::now();
  const auto rotated = gallery_->rotate_keys();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  ASSERT_TRUE(rotated.ok()) << rotated.error().text();
  std::cout << "{\"test\":\"rotation\",\"people\":" << people << ",\"seconds\":" << took.count() << "}\n";
  EXPECT_EQ(epochs_on_disk(), std::set<std::uint32_t>{2U});
  EXPECT_FALSE(key_is_there(options_.directory, 1));
  reopen();
  EXPECT_EQ(gallery_->galleries()[0].encounters, static_cast<std::uint64_t>(people));
}

TEST_F(KeyRotation, ComesByItselfAfterAnErasure) {
  options_.purge_after = std::chrono::seconds(0);
  std::atomic<int> rotated = 0;
  options_.events = [&](const Event& event) { rotated += event.code == "keys_rotated" ? 1 : 0; };
  reopen();
  for (int i = 0; i < 12; ++i) add(record_of(i));
  EXPECT_EQ(gallery_->keys()->epoch, 1U);
  ASSERT_TRUE(gallery_->erase_person("p3").ok());
  for (int i = 0; i < 300 && rotated == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_GE(rotated, 1);
  EXPECT_GE(gallery_->keys()->epoch, 2U);
  gallery_.reset();
}

TEST_F(KeyRotation, IsAskedForByAnotherProcess) {
  for (int i = 0; i < 5; ++i) add(record_of(i));
  const auto answer = ask_upkeep(options_.directory, UpkeepVerb::kRotate, {}, std::chrono::seconds(60));
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(*answer, "2");
  EXPECT_EQ(gallery_->keys()->epoch, 2U);
  EXPECT_FALSE(ask_upkeep(options_.directory, UpkeepVerb::kBackup, options_.directory, std::chrono::seconds(60)).ok());
}

class Backup : public KeyRotation {
 protected:
  [[nodiscard]] fs::path at(const char* name) const { return directory_.path() / name; }
};

TEST_F(Backup, IsRestoredWithItsKeysAndCountsAsMany) {
  for (int i = 0; i < 25; ++i) add_kept(i);
  gallery_->settle();
  ASSERT_TRUE(gallery_->backup(at("backup")).ok());
  EXPECT_FALSE(fs::exists(at("backup") / "keys"));
  fs::copy(options_.directory / "keys", at("kept"), fs::copy_options::recursive);
  const auto escrow = escrowed_key(options_.directory, {});
  ASSERT_TRUE(escrow.ok()) << escrow.error().text();
  EXPECT_EQ(gallery_->backup(at("backup")).error().kind, ErrorKind::kAlreadyExists);
  gallery_.reset();
  fs::remove_all(options_.directory);
  for (const bool by_escrow : {false, true}) {
    Restoration what;
    what.from = at("backup");
    what.to = by_escrow ? at("by-escrow") : at("by-keys");
    EXPECT_FALSE(restore_gallery(what).ok()) << "without keys";
    EXPECT_FALSE(fs::exists(what.to));
    if (by_escrow) {
      what.escrowed = &*escrow;
    } else {
      what.keys = at("kept");
    }
    const auto restored = restore_gallery(what);
    ASSERT_TRUE(restored.ok()) << restored.error().text();
    EXPECT_EQ(restored->encounters, 25U);
    options_.directory = what.to;
    auto opened = Gallery::open(options_);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    gallery_ = std::move(opened).value();
    expect_all_there();
    EXPECT_GT(gallery_->opening().encounters_from_snapshots, 0U);
    gallery_.reset();
    EXPECT_EQ(restore_gallery(what).error().kind, ErrorKind::kAlreadyExists);
  }
}

TEST_F(Backup, OpensWithAnotherRootKeyWhereItIsRestored) {
  for (int i = 0; i < 5; ++i) add(record_of(i));
  ASSERT_TRUE(gallery_->backup(at("backup")).ok());
  const auto escrow = escrowed_key(options_.directory, {});
  ASSERT_TRUE(escrow.ok());
  std::ofstream(at("elsewhere.key"), std::ios::binary) << std::string(31, 'e') + "f";
  fs::permissions(at("elsewhere.key"), fs::perms::owner_read);
  Restoration what;
  what.from = at("backup");
  what.to = at("restored");
  what.escrowed = &*escrow;
  what.root_key = at("elsewhere.key");
  const auto restored = restore_gallery(what);
  ASSERT_TRUE(restored.ok()) << restored.error().text();
  EXPECT_EQ(restored->keys.root_key, at("elsewhere.key"));
  EXPECT_EQ(restored->encounters, 5U);
}

TEST_F(Backup, IsOfOneMomentThoughOthersGoOn) {
  std::atomic<bool> stop = false;
  std::atomic<int> done = 0;
  std::thread enrolling([&] {
    for (int i = 0; !stop && i < 2000; ++i) {
      ASSERT_TRUE(gallery_->add(record_of(i), PersonRule::kNew).ok());
      done = i + 1;
    }
  });
  while (done < 20) std::this_thread::yield();
  const int before = done;
  const auto asked = ask_upkeep(options_.directory, UpkeepVerb::kBackup, at("backup"), std::chrono::seconds(60));
  const int after = done + 1;
  stop = true;
  enrolling.join();
  ASSERT_TRUE(asked.ok()) << asked.error().text();
  Restoration what;
  what.from = at("backup");
  what.to = at("restored");
  what.keys = options_.directory / "keys";
  const auto restored = restore_gallery(what);
  ASSERT_TRUE(restored.ok()) << restored.error().text();
  EXPECT_GE(restored->encounters, static_cast<std::uint64_t>(before));
  EXPECT_LE(restored->encounters, static_cast<std::uint64_t>(after));
}

TEST_F(Backup, OfBeforeARotationNeedsTheKeyOfThen) {
  for (int i = 0; i < 5; ++i) add(record_of(i));
  ASSERT_TRUE(gallery_->backup(at("backup")).ok());
  const auto escrow = escrowed_key(options_.directory, {});
  ASSERT_TRUE(gallery_->rotate_keys().ok());
  Restoration what;
  what.from = at("backup");
  what.to = at("restored");
  what.keys = options_.directory / "keys";
  EXPECT_FALSE(restore_gallery(what).ok());
  what.keys.reset();
  what.escrowed = &*escrow;
  EXPECT_TRUE(restore_gallery(what).ok());
}

TEST(KeptKey, OfOtherBytesIsRefused) {
  const tests::TemporaryDirectory directory;
  const auto keys = GalleryKeys::open(directory.path(), {}, true, real_file_system());
  ASSERT_TRUE(keys.ok()) << keys.error().text();
  for (std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{50}, std::size_t{114}, std::size_t{500}}) {
    EXPECT_FALSE(keys->take_escrowed(Bytes(n, 1)).ok()) << n;
  }
}

}  // namespace
}  // namespace whorl::index
