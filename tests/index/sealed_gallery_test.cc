// What lies on the disk says nothing to whoever takes it, and nothing that was changed there is believed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <unordered_map>

#include "base/base64.h"
#include "base/sha256.h"
#include "index/store/gallery_keys.h"
#include "index/store/sealed_encounter.h"
#include "tests/index/gallery_fixture.h"
#include "tests/support/wished.h"
#include "tests/support/without_credentials.h"

namespace whorl::index {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// All ways in which a text may stand in a file.
std::vector<std::string> guises_of(const std::string& text) {
  std::vector<std::string> out{text, std::string(text.rbegin(), text.rend()), hex_of(as_bytes(text))};
  for (std::size_t skip = 0; skip < 3; ++skip) {
    // The digits that depend on this text's bytes alone, wherever it stands in a longer one.
    const std::string coded = encode_base64(as_bytes(std::string(skip, 'x') + text));
    out.push_back(coded.substr(skip == 0 ? 0 : 4, text.size() / 3 * 4 - 8));
  }
  return out;
}

// What all files of a folder hold, one after another.
std::string contents_of(const fs::path& folder) {
  std::string out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    out.append(std::istreambuf_iterator<char>(in), {});
    out += '\n';
  }
  return out;
}

// How many of these texts stand in the bytes, in whatever guise: each guise begins somewhere with its first eight
// bytes.
std::size_t found_in(const std::string& bytes, const std::vector<std::string>& texts) {
  constexpr std::size_t kBegin = 8;
  std::map<std::string_view, std::vector<std::pair<std::string_view, std::size_t>>> wanted;
  std::vector<std::vector<std::string>> guises;
  for (const std::string& text : texts) guises.push_back(guises_of(text));
  for (std::size_t i = 0; i < guises.size(); ++i) {
    for (const std::string& guise : guises[i]) wanted[std::string_view(guise).substr(0, kBegin)].emplace_back(guise, i);
  }
  std::unordered_map<std::string_view, const std::vector<std::pair<std::string_view, std::size_t>>*> quick;
  for (const auto& [begin, list] : wanted) quick[begin] = &list;
  std::set<std::size_t> found;
  const std::string_view all = bytes;
  for (std::size_t at = 0; at + kBegin <= all.size(); ++at) {
    const auto it = quick.find(all.substr(at, kBegin));
    if (it == quick.end()) continue;
    for (const auto& [guise, i] : *it->second) {
      if (all.substr(at).starts_with(guise)) found.insert(i);
    }
  }
  return found.size();
}

// So many letters, drawn.
std::string drawn_text(std::mt19937& random, std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += static_cast<char>('a' + random() % 26);
  return out;
}

class SealedGallery : public GalleryTest {
 protected:
  void SetUp() override {
    options_.shard_fingers = 10;
    GalleryTest::SetUp();
  }
  [[nodiscard]] Result<std::unique_ptr<Gallery>> opened() const { return Gallery::open(options_); }
};

class Canary : public SealedGallery {
 protected:
  void SetUp() override {
    options_.keep_images = true;
    SealedGallery::SetUp();
  }
  std::string draw() { return markers_.emplace_back(drawn_text(random_, 24)); }

  void enrol_marked(int i) {
    EncounterRecord record = record_of(i);
    record.person_id = draw();
    record.encounter_id = draw();
    record.encounter_type = draw();
    record.galleries = {"default", draw()};
    record.client_data = draw();
    record.biographic_data = R"({"familyName":")" + draw() + "\"}";
    record.missing.push_back({Modality::kFinger, 3, draw()});
    record.samples[0].capture.comment = draw();
    const auto& bytes = record.samples[0].template_bytes;
    markers_.emplace_back(bytes.begin() + 24, bytes.begin() + 48);
    const std::string file = draw();
    record.samples[0].image = reference_to(0, as_bytes(file));
    const std::vector<ImageToKeep> images{{*record.samples[0].image, {}, as_bytes(file)}};
    KeptAnswer answer;
    answer.key = sha256_of({as_bytes(record.person_id)});
    const std::string answered = draw();
    answer.answer.assign(answered.begin(), answered.end());
    const auto added = gallery_->add(record, PersonRule::kNew, answer, images);
    ASSERT_TRUE(added.ok()) << added.error().text();
    records_.push_back(record);
  }

  std::mt19937 random_{20261126};
  std::vector<std::string> markers_;
  std::vector<EncounterRecord> records_;
};

TEST_F(Canary, NothingOfAPersonStandsInAnyFile) {
  const int people = tests::wished("WHORL_CANARY_PEOPLE", 25);
  for (int i = 0; i < people; ++i) enrol_marked(i);
  std::vector<EncodedRecord> batch;
  for (int i = people; i < people + 30; ++i) {
    EncounterRecord record = record_of(i);
    record.person_id = draw();
    record.client_data = draw();
    batch.push_back(*encoded(record));
  }
  const std::string load = draw();
  ASSERT_EQ(gallery_->load(batch, load, as_bytes(markers_.front()))->encounters, 30U);
  gallery_->settle();
  ASSERT_GT(gallery_->keeping().snapshots_written, 0U);
  const auto copy = directory_.path() / "killed";  // with its log, as a kill leaves it
  fs::copy(options_.directory, copy, fs::copy_options::recursive);
  ASSERT_TRUE(gallery_->export_audit(directory_.path() / "audit-log").ok());
  EXPECT_EQ(found_in(contents_of(directory_.path() / "audit-log"), markers_), 0U);
  gallery_.reset();
  // The control: the same people in a file of encounters are found by the same search.
  const auto control = directory_.path() / "control";
  fs::create_directory(control);
  auto writer = EncounterFileWriter::create(control / "people.enc");
  for (const EncounterRecord& record : records_) ASSERT_TRUE(writer->add(record).ok());
  ASSERT_TRUE(writer->finish().ok());
  EXPECT_EQ(found_in(contents_of(options_.directory), markers_), 0U);
  EXPECT_EQ(found_in(contents_of(copy), markers_), 0U);
  EXPECT_GE(found_in(contents_of(control), markers_), 9 * records_.size());
  // And each guise is one that the search knows.
  const std::string guises = hex_of(as_bytes(markers_[0])) + "\n" + encode_base64(as_bytes(markers_[1])) + "\n" +
                             encode_base64(as_bytes("a" + markers_[2])) + "\n" +
                             encode_base64(as_bytes("ab" + markers_[3])) + "\n" +
                             std::string(markers_[4].rbegin(), markers_[4].rend());
  EXPECT_EQ(found_in(guises, markers_), 5U);
}

TEST_F(SealedGallery, IsReadBackAsItWas) {
  for (int i = 0; i < 30; ++i) add(record_of(i));
  for (int i = 0; i < 30; i += 4) add(record_of(i, 2), PersonRule::kExisting);
  gallery_->settle();
  reopen();
  EXPECT_EQ(gallery_->encounters("p4").value(), (std::vector{record_of(4), record_of(4, 2)})) << "in order";
  EXPECT_EQ(gallery_->encounter("p5", "e1").value(), record_of(5));
  EXPECT_EQ(gallery_->encounters("p").error().kind, ErrorKind::kNotFound) << "no person's name begins another's rows";
  ASSERT_TRUE(gallery_->opening().keys);
  EXPECT_EQ(gallery_->opening().keys->epoch, 1U);
  EXPECT_GE(gallery_->opening().keys->wraps, 38U);
  EXPECT_EQ(gallery_->opening().encounters_outdated, 0U);
}

// The rows of one encounter with an image, and whether they open.
class RowsOfOne {
 public:
  RowsOfOne(const crypto::Vault& vault, const std::vector<tests::RawRow>& all, const tests::RawRow& entry)
      : vault_(vault) {
    rows_["index"] = entry;
    for (const tests::RawRow& row : all) {
      if ((row.family == "default" || row.family == "images") && row.key.starts_with(entry.key))
        rows_[row.family] = row;
    }
    auto whole = open_entry(vault_, key(), as_bytes(entry.value));
    if (whole.ok()) whole_ = std::move(whole).value();
  }

  [[nodiscard]] const std::map<std::string, tests::RawRow>& rows() const { return rows_; }
  [[nodiscard]] bool opens(const std::string& family, ByteView value) const {
    if (family == "index") return open_entry(vault_, key(), value).ok();
    if (!whole_) return false;
    if (family == "default") return open_record(*whole_, key(), value).ok();
    const crypto::SealContext place{"image", "images", as_bytes(rows_.at("images").key)};
    return whole_->images->open(0, place, value).ok();
  }

 private:
  [[nodiscard]] ByteView key() const { return as_bytes(rows_.at("index").key); }

  const std::optional<crypto::Vault> vault_;
  std::map<std::string, tests::RawRow> rows_;
  std::optional<OpenedEntry> whole_;
};

// Whatever is changed in a row of a record, its entry or an image, nobody gets an answer from it: of the first
// encounter every bit, of the others a bit of every byte.
TEST_F(SealedGallery, EveryChangedByteIsRefused) {
  const int people = tests::wished("WHORL_FLIPPED_VALUES", 6) / 3 + 1;
  options_.keep_images = true;
  reopen();
  for (int i = 0; i < people; ++i) {
    EncounterRecord record = record_of(i);
    const Bytes file(200, static_cast<std::uint8_t>(i));
    record.samples[0].image = reference_to(0, file);
    const std::vector<ImageToKeep> images{{*record.samples[0].image, {}, file}};
    ASSERT_TRUE(gallery_->add(record, PersonRule::kNew, {}, images).ok());
  }
  gallery_->settle();
  const auto all = tests::raw_rows(options_.directory);
  const auto keys = GalleryKeys::open(options_.directory, {}, false, real_file_system());
  const auto kept = keys->read();
  const crypto::Vault vault = *crypto::Vault::open(keys->root(), kept->gallery, kept->keys);
  std::mt19937 random(5);
  std::size_t values = 0;
  std::size_t changed = 0;
  for (const tests::RawRow& entry : all) {
    if (entry.family != "index" || entry.key[0] != '\x11') continue;
    const RowsOfOne one(vault, all, entry);
    ASSERT_EQ(one.rows().size(), 3U);
    for (const auto& [family, row] : one.rows()) {
      ASSERT_TRUE(one.opens(family, as_bytes(row.value))) << family;
      const bool each_bit = values < 3;
      ++values;
      std::string bad = row.value;
      for (std::size_t bit = 0; bit < 8 * bad.size(); bit += each_bit ? 1 : 8, ++changed) {
        const auto flip = static_cast<char>(1 << (each_bit ? bit % 8 : random() % 8));
        bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ flip);
        ASSERT_FALSE(one.opens(family, as_bytes(bad))) << family << " " << bit;
        bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ flip);
      }
      for (std::size_t n = 0; n < bad.size(); n += each_bit ? 7 : 101) {
        ASSERT_FALSE(one.opens(family, as_bytes(bad).first(n))) << family << " " << n;
      }
    }
  }
  EXPECT_EQ(values, 3U * static_cast<std::size_t>(people));
  EXPECT_GT(changed, 8U * 900U);
  std::cout << "{\"test\":\"flips\",\"values\":" << values << ",\"changed\":" << changed << ",\"opened\":0}\n";
}

TEST_F(SealedGallery, AChangedRowIsRefusedAtTheGallerysOwnDoors) {
  add(record_of(1));
  gallery_->settle();
  gallery_.reset();
  for (const tests::RawRow& row : tests::raw_rows(options_.directory)) {
    if (row.key[0] != '\x11' || (row.family != "index" && row.family != "default")) continue;
    tests::RawRow bad = row;
    bad.value[bad.value.size() / 2] = static_cast<char>(bad.value[bad.value.size() / 2] ^ 4);
    tests::put_raw(options_.directory, {bad});
    const auto refused = opened();
    ASSERT_FALSE(refused.ok()) << row.family;
    EXPECT_EQ(refused.error().kind, ErrorKind::kCorruption);
    tests::put_raw(options_.directory, {row});
  }
  reopen();
  EXPECT_EQ(gallery_->encounter("p1", "e1").value(), record_of(1));
}

TEST_F(SealedGallery, EveryChangedByteOfASettingIsRefused) {
  options_.keep_images = true;
  reopen();
  add(record_of(1));
  ASSERT_TRUE(gallery_->erase_person("p1").ok());
  gallery_.reset();
  std::size_t settings = 0;
  for (const tests::RawRow& row : tests::raw_rows(options_.directory)) {
    const bool setting = row.key.ends_with("ring") || row.key.ends_with("images") || row.key.ends_with("gallery");
    if (row.family != "default" || row.key[0] != '\x01' || !setting) continue;
    ++settings;
    for (const std::size_t at : {std::size_t{0}, row.value.size() / 3, row.value.size() - 1}) {
      tests::RawRow bad = row;
      bad.value[at] = static_cast<char>(bad.value[at] ^ 0x10);
      tests::put_raw(options_.directory, {bad});
      EXPECT_FALSE(opened().ok()) << row.key << " " << at;
    }
    tests::put_raw(options_.directory, {row});
  }
  EXPECT_EQ(settings, 3U);
  EXPECT_TRUE(opened().ok());
}

class Rows : public SealedGallery {
 protected:
  void SetUp() override {
    SealedGallery::SetUp();
    for (int i = 0; i < 4; ++i) add(record_of(i));
  }
  // Of the one encounter that was added last between two looks.
  std::map<std::string, tests::RawRow> rows_of(const std::function<void()>& change) {
    const auto before = tests::raw_rows(options_.directory);
    change();
    std::map<std::string, tests::RawRow> out;
    for (const auto& row : tests::rows_added(before, tests::raw_rows(options_.directory))) {
      if (row.key[0] == '\x11') out[row.family] = row;
    }
    EXPECT_EQ(out.size(), 2U);
    return out;
  }
  void expect_refused() {
    const auto gallery = opened();
    ASSERT_FALSE(gallery.ok());
    EXPECT_EQ(gallery.error().kind, ErrorKind::kCorruption) << gallery.error().text();
  }
};

TEST_F(Rows, OfTwoPeopleDoNotChangePlaces) {
  auto one = rows_of([&] { add(record_of(10)); });
  auto two = rows_of([&] { add(record_of(11)); });
  gallery_.reset();
  const std::vector<tests::RawRow> good{one["default"], one["index"], two["default"], two["index"]};
  for (const std::vector<std::string>& families :
       std::vector<std::vector<std::string>>{{"default"}, {"index"}, {"default", "index"}}) {
    for (const std::string& family : families) {
      tests::put_raw(options_.directory,
                     {{family, one[family].key, two[family].value}, {family, two[family].key, one[family].value}});
    }
    expect_refused();
    tests::put_raw(options_.directory, good);
  }
  EXPECT_TRUE(opened().ok());
}

TEST_F(Rows, OfAnEarlierTimeAreRefusedBesideThoseOfNow) {
  auto before = rows_of([&] { add(record_of(10)); });
  auto now = rows_of([&] {
    EncounterRecord after = gallery_->encounter("p10", "e1").value();
    const EncounterRecord read = after;
    after.samples[0].extractor_version += 1;
    ASSERT_TRUE(gallery_->replace_samples(read, after).value());
  });
  gallery_.reset();
  for (const char* family : {"default", "index"}) {
    tests::put_raw(options_.directory, {before[family]});
    expect_refused();
    tests::put_raw(options_.directory, {now[family]});
  }
  EXPECT_TRUE(opened().ok());
}

TEST_F(Rows, OfAnotherGalleryAreRefused) {
  GalleryOptions elsewhere = options_;
  elsewhere.directory = directory_.path() / "elsewhere";
  {
    const auto other = Gallery::open(elsewhere);
    ASSERT_TRUE(other.ok());
    ASSERT_TRUE((*other)->add(record_of(50), PersonRule::kNew).ok());
  }
  gallery_.reset();
  std::vector<tests::RawRow> foreign;
  for (const auto& row : tests::raw_rows(elsewhere.directory)) {
    if (row.key[0] == '\x11') foreign.push_back(row);
  }
  ASSERT_EQ(foreign.size(), 2U);
  tests::put_raw(options_.directory, foreign);
  expect_refused();
}

TEST_F(Rows, ThatAreMissingAreTold) {
  auto one = rows_of([&] { add(record_of(10)); });
  gallery_.reset();
  for (const char* family : {"default", "index"}) {
    tests::drop_raw(options_.directory, one[family]);
    expect_refused();
    tests::put_raw(options_.directory, {one[family]});
  }
  EXPECT_TRUE(opened().ok());
}

void write_root(const fs::path& path, char byte) {
  std::string bytes(32, byte);
  bytes[0] = 'r';
  std::ofstream(path, std::ios::binary) << bytes;
  fs::permissions(path, fs::perms::owner_read);
}

TEST_F(SealedGallery, OpensWithItsRootKeyAlone) {
  const fs::path right = directory_.path() / "right.key";
  const fs::path wrong = directory_.path() / "wrong.key";
  write_root(right, 'a');
  write_root(wrong, 'b');
  options_.directory = directory_.path() / "own";
  options_.root_key = right;
  {
    const auto gallery = opened();
    ASSERT_TRUE(gallery.ok()) << gallery.error().text();
    EXPECT_FALSE((*gallery)->opening().keys->root_key_made_by_whorl);
    EXPECT_EQ((*gallery)->opening().keys->root_key, right);
    ASSERT_TRUE((*gallery)->add(record_of(1), PersonRule::kNew).ok());
  }
  options_.root_key = wrong;
  EXPECT_EQ(opened().error().code(), "root_key_wrong");
  EXPECT_THAT(opened().error().message, HasSubstr(wrong.string()));
  options_.root_key = {};
  EXPECT_EQ(opened().error().code(), "root_key_wrong") << "the one in the state folder";
  options_.root_key = directory_.path() / "absent.key";
  EXPECT_FALSE(opened().ok());
  options_.root_key = right;
  EXPECT_TRUE(opened().ok());
}

TEST_F(SealedGallery, WithoutItsKeysIsShutAndLeftAsItIs) {
  add(record_of(1));
  gallery_.reset();
  fs::rename(options_.directory / "keys", directory_.path() / "away");
  EXPECT_EQ(opened().error().code(), "gallery_keys_missing");
  fs::create_directory(options_.directory / "keys");
  EXPECT_EQ(opened().error().code(), "gallery_keys_missing");
  std::ofstream(options_.directory / "keys" / "kek-1") << "short";
  EXPECT_EQ(opened().error().kind, ErrorKind::kCorruption);
  GalleryOptions of_other = options_;
  of_other.directory = directory_.path() / "other";
  ASSERT_TRUE(Gallery::open(of_other).ok());
  fs::copy_file(of_other.directory / "keys" / "kek-1", options_.directory / "keys" / "kek-1",
                fs::copy_options::overwrite_existing);
  EXPECT_EQ(opened().error().code(), "gallery_keys_missing") << "another gallery's";
  fs::remove_all(options_.directory / "keys");
  fs::rename(directory_.path() / "away", options_.directory / "keys");
  reopen();
  EXPECT_EQ(gallery_->encounter("p1", "e1").value(), record_of(1));
}

TEST_F(SealedGallery, KeepsItsKeysToItsOwner) {
  EXPECT_EQ(fs::status(options_.directory / "keys").permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(options_.directory / "keys" / "kek-1").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(SealedGallery, SaysThatItsRootKeyShouldBeMoved) {
  const tests::WithoutCredentials whorls_own;
  options_.directory = directory_.path() / "own";
  gallery_ = opened().value();
  const auto notices = gallery_->opening().notices();
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_THAT(notices[0], HasSubstr(gallery_->opening().keys->root_key.string()));
  EXPECT_THAT(notices[0], HasSubstr("--root-key"));
}

TEST_F(SealedGallery, WhoseMakingWasKilledIsMadeAnew) {
  gallery_.reset();
  const auto half = directory_.path() / "half";
  options_.directory = half;
  fs::create_directory(half);
  fs::create_directory(half / "keys");
  fs::copy(directory_.path() / "gallery" / "keys" / "kek-1", half / "keys" / "kek-1");
  const auto gallery = opened();
  ASSERT_TRUE(gallery.ok()) << gallery.error().text();
  EXPECT_TRUE((*gallery)->add(record_of(1), PersonRule::kNew).ok());
}

}  // namespace
}  // namespace whorl::index
