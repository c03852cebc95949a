// Galleries that earlier builds wrote open, and answer as they did then.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "audit/verification.h"
#include "index/gallery.h"
#include "templates/codec/codec.h"
#include "templates/fingerprint/extract/extract.h"
#include "tests/index/gallery_fixture.h"
#include "tests/support/shared_data.h"

namespace whorl::index {
namespace {

namespace fs = std::filesystem;

std::string number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

double best_of(const PersonScore& person) {
  double best = 0;
  for (const PairScore& pair : person.pairs) best = std::max(best, pair.score);
  return best;
}

std::string line_of(const PersonScore& person) {
  std::string out = "  " + person.person_id;
  for (const std::string& id : person.encounter_ids) out += " " + id;
  out += ":";
  for (const PairScore& pair : person.pairs) {
    if (pair.modality != Modality::kFinger) continue;
    out += " " + std::to_string(pair.probe) + "/" + std::to_string(pair.encounter) + "/" + std::to_string(pair.sample) +
           "=" + number(pair.score);
  }
  for (const PairScore& pair : person.pairs) {
    if (pair.modality == Modality::kFace) out += " face/" + std::to_string(pair.encounter) + "=" + number(pair.score);
  }
  return out + "\n";
}

std::string answer_to(const Gallery& gallery, const EncounterRecord& probe, const std::string& gallery_id,
                      std::size_t candidates) {
  TestProbe samples;
  for (const SampleRecord& sample : probe.samples) {
    const Sample file{sample.modality, sample.position, static_cast<Format>(sample.format), sample.template_bytes, {}};
    samples.add(codec::read_template(file).value(), sample.position);
  }
  SearchRequest request;
  request.gallery_id = gallery_id;
  request.probe = samples.samples();
  request.face_persons = 2;
  request.candidates.persons = candidates;
  if (candidates != 0) request.compare_all_samples = 0;
  request.max_results = 3;
  request.rank = best_of;
  const SearchResult result = gallery.search(request).value();
  std::string out = probe.person_id + " in " + gallery_id + ", candidates " + std::to_string(candidates) + ": size " +
                    std::to_string(result.gallery_size) + " searched " + std::to_string(result.searched) +
                    " comparable " + std::to_string(result.comparable_persons) + " compared " +
                    std::to_string(result.compared) + "\n";
  for (const PersonScore& person : result.persons) out += line_of(person);
  return out;
}

std::string answers_of(const Gallery& gallery, const fs::path& probes) {
  std::string out;
  EncounterFileReader reader = EncounterFileReader::open(probes).value();
  for (auto probe = reader.next().value(); probe; probe = reader.next().value()) {
    for (const char* gallery_id : {"default", "visitors", "ALL"}) {
      for (const std::size_t candidates : {std::size_t{0}, std::size_t{5}}) {
        out += answer_to(gallery, *probe, gallery_id, candidates);
      }
    }
  }
  return out;
}

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The same words in the same order, and scores that differ by no more than another compiler's or processor's rounding
// (clang without optimisation: 1.3e-4 of a score of 1.8).
void expect_alike(const std::string& answers, const std::string& expected) {
  std::istringstream now(answers);
  std::istringstream then(expected);
  std::string word;
  std::string wanted;
  while (then >> wanted) {
    ASSERT_TRUE(now >> word) << "missing: " << wanted;
    const std::size_t at = wanted.find('=');
    ASSERT_EQ(word.substr(0, word.find('=')), wanted.substr(0, at));
    if (at == std::string::npos) continue;
    EXPECT_NEAR(std::stod(word.substr(at + 1)), std::stod(wanted.substr(at + 1)), 1e-3);
  }
  EXPECT_FALSE(now >> word) << "too much: " << word;
}

// Screening may become better, and then compares others: of a screened search its receipt stays, and the mated person
// whom it found first. Of a search of everybody all stays.
std::string what_must_stay(const std::string& answers) {
  constexpr double kMated = 14;
  std::istringstream in(answers);
  std::string out;
  bool screened = false;
  bool first = false;
  for (std::string line; std::getline(in, line);) {
    const bool head = line[0] != ' ';
    if (head) screened = line.find("candidates 5:") != std::string::npos;
    const std::size_t score = line.find('=');
    if (head && screened) {
      out += line.substr(0, line.find(" compared ")) + "\n";
    } else if (head || !screened || (first && std::stod(line.substr(score + 1)) >= kMated)) {
      out += line + "\n";
    }
    first = head;
  }
  return out;
}

class OldGalleries : public testing::TestWithParam<const char*> {
 protected:
  [[nodiscard]] fs::path kept() const { return tests::source_path("tests/golden/galleries") / GetParam(); }
  void SetUp() override {
    fs::copy(kept() / "gallery", directory_.path() / "gallery", fs::copy_options::recursive);
    options_.directory = directory_.path() / "gallery";
    options_.create_if_missing = false;
    options_.threads = 2;
  }
  tests::TemporaryDirectory directory_;
  GalleryOptions options_;
};

// The folder's files, byte for byte.
std::map<std::string, std::string> contents(const fs::path& folder) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().filename() != "LOCK")
      out[entry.path().string()] = text_of(entry.path());
  }
  return out;
}

TEST_P(OldGalleries, AreReadAndLeftAsTheyAre) {
  const std::string expected = text_of(kept() / "answers.txt");
  ASSERT_FALSE(expected.empty());
  const auto before = contents(options_.directory);
  {
    const auto gallery = Gallery::open(options_);
    ASSERT_TRUE(gallery.ok()) << gallery.error().text();
    EXPECT_TRUE((*gallery)->opening().read_only);
    EXPECT_FALSE((*gallery)->opening().keys);
    const std::string answers = answers_of(**gallery, kept() / "probes.enc");
    // After a change of the comparator, whose scores these are; the diff shows whether the same people were found.
    if (std::getenv("WHORL_UPDATE_GOLDEN") != nullptr)
      std::ofstream(kept() / "answers.txt", std::ios::binary) << answers;
    expect_alike(what_must_stay(answers), what_must_stay(text_of(kept() / "answers.txt")));
    EncounterRecord record = (*gallery)->encounter("synth-0000004", "e1").value();
    record.person_id = "new";
    EXPECT_EQ((*gallery)->add(record, PersonRule::kNew).error().code(), "gallery_read_only");
    EXPECT_EQ((*gallery)->erase_person("synth-0000004").error().code(), "gallery_read_only");
    EXPECT_EQ((*gallery)->purge_erased().error().code(), "gallery_read_only");
    EXPECT_EQ((*gallery)->load({}, "mark", {}).error().code(), "gallery_read_only");
    EXPECT_EQ(Gallery::open(options_).error().kind, ErrorKind::kUnavailable) << "one at a time";
  }
  EXPECT_EQ(contents(options_.directory), before);
}

TEST_P(OldGalleries, AnswerAsTheyDidWhenTheyAreSealed) {
  const std::string expected = text_of(kept() / "answers.txt");
  options_.seal = true;
  for (int opening = 0; opening < 2; ++opening) {  // the second finds what the first left
    const auto gallery = Gallery::open(options_);
    ASSERT_TRUE(gallery.ok()) << gallery.error().text();
    EXPECT_EQ((*gallery)->opening().records_converted > 0, opening == 0);
    EXPECT_FALSE((*gallery)->opening().read_only);
    ASSERT_TRUE((*gallery)->opening().keys);
    EXPECT_EQ((*gallery)->opening().keys->epoch, 1U);
    expect_alike(what_must_stay(answers_of(**gallery, kept() / "probes.enc")), what_must_stay(expected));
    (*gallery)->settle();
    options_.seal = false;
  }
  EXPECT_FALSE(holds_anywhere(options_.directory, "synth-0000004"));
  EXPECT_FALSE(holds_anywhere(options_.directory, "bandaged"));
  EXPECT_FALSE(holds_anywhere(options_.directory, "visitors"));
  EXPECT_TRUE(holds_anywhere(kept() / "gallery", "synth-0000004")) << "the control";
}

TEST_P(OldGalleries, GiveBackTheirRecords) {
  const auto gallery = Gallery::open(options_);
  ASSERT_TRUE(gallery.ok()) << gallery.error().text();
  const auto record = (*gallery)->encounter("synth-0000004", "e1");
  ASSERT_TRUE(record.ok()) << record.error().text();
  EXPECT_EQ(record->client_data, "client data of synth-0000004");
  EXPECT_EQ(record->galleries, (std::vector<std::string>{"default", "visitors"}));
  ASSERT_EQ(record->missing.size(), 1U);
  EXPECT_EQ(record->missing[0].reason, "bandaged");
  EXPECT_EQ((*gallery)->encounters("gone").error().kind, ErrorKind::kNotFound);
}

TEST_P(OldGalleries, TakeNewPeopleWhenTheyAreSealed) {
  options_.seal = true;
  const auto gallery = Gallery::open(options_);
  ASSERT_TRUE(gallery.ok()) << gallery.error().text();
  EncounterRecord record = (*gallery)->encounter("synth-0000004", "e1").value();
  record.person_id = "new";
  ASSERT_TRUE((*gallery)->add(record, PersonRule::kNew).ok());
  EXPECT_EQ((*gallery)->encounters("new").value(), std::vector{record});
}

// The same people, sealed by the first build that seals.
TEST(SealedFormat, OpensWithItsRootKeyAndAnswersAsItDid) {
  const fs::path kept = tests::source_path("tests/golden/galleries");
  const tests::TemporaryDirectory directory;
  GalleryOptions options;
  options.directory = directory.path() / "gallery";
  options.create_if_missing = false;
  options.threads = 2;
  options.root_key = directory.path() / "root.key";
  fs::copy(kept / "format-5" / "gallery", options.directory, fs::copy_options::recursive);
  fs::copy_file(kept / "format-5" / "root.key", *options.root_key);
  fs::permissions(*options.root_key, fs::perms::owner_read);
  for (int opening = 0; opening < 2; ++opening) {
    const auto gallery = Gallery::open(options);
    ASSERT_TRUE(gallery.ok()) << gallery.error().text();
    EXPECT_EQ((*gallery)->opening().records_converted, 0U);
    EXPECT_EQ((*gallery)->opening().keys->epoch, opening == 0 ? 1U : 2U);
    expect_alike(what_must_stay(answers_of(**gallery, kept / "format-4" / "probes.enc")),
                 what_must_stay(text_of(kept / "format-4" / "answers.txt")));
    EXPECT_EQ((*gallery)->encounter("synth-0000004", "e1")->client_data, "client data of synth-0000004");
    EXPECT_EQ((*gallery)->encounters("gone").error().kind, ErrorKind::kNotFound);
    ASSERT_TRUE((*gallery)->rotate_keys().ok());
    // It had no audit log: one begins with the first opening, and counts who was there.
    const std::string log = "log-" + std::to_string(opening);
    ASSERT_TRUE((*gallery)->export_audit(directory.path() / log).ok());
    audit::ExportFolder exported(directory.path() / log);
    const auto verified = audit::verify(exported, {*crypto::NoteVerifier::parse((*gallery)->audit()->key), {}, {}, 0});
    ASSERT_TRUE(verified.ok()) << verified.error().text();
    EXPECT_EQ(verified->leaves, opening == 0 ? 3U : 5U);
    const auto& found = (*gallery)->opening();
    EXPECT_GT(verified->encounters, 0);
    EXPECT_EQ(static_cast<std::uint64_t>(verified->encounters),
              found.encounters_from_snapshots + found.encounters_prepared);
  }
  options.root_key = {};
  EXPECT_FALSE(Gallery::open(options).ok());
}

INSTANTIATE_TEST_SUITE_P(Formats, OldGalleries, testing::Values("format-2", "format-3", "format-4"),
                         [](const auto& format) { return std::string("Format") + format.param[7]; });

}  // namespace
}  // namespace whorl::index
