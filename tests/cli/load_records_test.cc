// `whorl load` of folders of other systems' files: names, refusals, the report, and going on after a kill.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <thread>

#include "cli/record_files.h"
#include "engine/formats.h"
#include "index/gallery.h"
#include "templates/image/encode.h"
#include "templates/interchange/image_writer.h"
#include "templates/interchange/minutiae_writer.h"
#include "tests/cli/run_whorl.h"
#include "tests/support/random_prints.h"
#include "tests/support/shared_data.h"
#include "tests/support/wished.h"

namespace whorl::tests {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

using fingerprint::FingerPosition;
using testing::Contains;
using testing::HasSubstr;

// ISO/IEC 19794-2:2005 of the finger of this seed.
Bytes card(std::uint64_t seed, FingerPosition position = FingerPosition::kRightIndex) {
  const auto finger = random_finger(seed);
  const interchange::FingerToWrite one{&finger, position, 0};
  return interchange::write_minutiae({&one, 1}).value();
}

void put(const fs::path& path, ByteView bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

std::vector<json::object> lines_of(const fs::path& report) {
  std::vector<json::object> out;
  std::ifstream in(report);
  for (std::string line; std::getline(in, line);) out.push_back(json::parse(line).as_object());
  return out;
}

std::size_t whole_lines(const fs::path& file) {
  std::ifstream in(file);
  return static_cast<std::size_t>(std::count(std::istreambuf_iterator<char>(in), {}, '\n'));
}

class LoadRecords : public testing::Test {
 protected:
  [[nodiscard]] fs::path at(const std::string& name) const { return folder_.path() / name; }

  json::object load(std::vector<std::string> more, int status) const {
    std::vector<std::string> arguments{"load", "--gallery-dir", at("gallery").string(), "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = run_whorl(arguments);
    EXPECT_EQ(outcome.status, status) << outcome.err;
    return json::parse(outcome.out).as_object();
  }

  // Identifiers and what was kept beside them.
  [[nodiscard]] std::vector<index::EncounterRecord> encounters_of(const std::string& person) const {
    index::GalleryOptions options;
    options.directory = at("gallery");
    const auto gallery = index::Gallery::open(std::move(options));
    EXPECT_TRUE(gallery.ok()) << gallery.error().text();
    auto found = (*gallery)->encounters(person);
    EXPECT_TRUE(found.ok()) << found.error().text();
    return found.ok() ? std::move(found).value() : std::vector<index::EncounterRecord>();
  }

  [[nodiscard]] index::GalleryCounts counts() const {
    index::GalleryOptions options;
    options.directory = at("gallery");
    const auto gallery = index::Gallery::open(std::move(options));
    EXPECT_TRUE(gallery.ok()) << gallery.error().text();
    return (*gallery)->galleries().front();
  }

 private:
  TemporaryDirectory folder_;
};

TEST_F(LoadRecords, FilesBecomePersonsAndAreLoadedOnce) {
  put(at("in/anna.fmr"), card(1));
  put(at("in/below/ben x.fmr"), card(2));
  put(at("in/.hidden.fmr"), card(3));
  json::object found = load({at("in").string()}, 0);
  EXPECT_EQ(found.at("files"), 2);
  EXPECT_EQ(found.at("loaded"), 2);
  EXPECT_EQ(found.at("fingers"), 2);
  const auto ben = encounters_of("below:ben:x");
  ASSERT_EQ(ben.size(), 1u);
  EXPECT_EQ(ben[0].encounter_id, "ben:x.fmr");
  EXPECT_THAT(ben[0].contextual_data, HasSubstr("19794-2:2005"));
  found = load({at("in").string()}, 0);
  EXPECT_EQ(found.at("loaded"), 0);
  EXPECT_EQ(found.at("loaded_before"), 2);
  EXPECT_EQ(counts().encounters, 2u);
}

TEST_F(LoadRecords, WhatIsRefusedStandsInTheReportWithItsRules) {
  put(at("in/good.fmr"), card(1));
  Bytes long_one = card(2);
  long_one.resize(long_one.size() + 7);
  put(at("in/long.fmr"), long_one);
  put(at("in/text.txt"), as_bytes(std::string_view("hello")));
  const std::string report = at("report.jsonl").string();
  json::object found = load({at("in").string(), "--strict", "--report", report}, 3);
  EXPECT_EQ(found.at("refused"), 2);
  EXPECT_EQ(found.at("loaded"), 1);
  auto lines = lines_of(report);
  ASSERT_EQ(lines.size(), 2u);
  for (const json::object& line : lines) EXPECT_EQ(line.at("outcome"), "refused");
  const auto of = [&](const char* name) {
    return *std::find_if(lines.begin(), lines.end(), [=](const json::object& line) { return line.at("file") == name; });
  };
  EXPECT_EQ(of("long.fmr").at("findings").at(0).at("rule"), "GEN-02");
  EXPECT_THAT(std::string(of("long.fmr").at("why").as_string()), HasSubstr("GEN-02"));
  EXPECT_EQ(of("text.txt").at("findings").as_array().size(), 0u);

  found = load({at("in").string(), "--report", report}, 3);
  EXPECT_EQ(found.at("loaded"), 1) << "read leniently";
  EXPECT_EQ(found.at("loaded_before"), 1);
  lines = lines_of(report);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(of("long.fmr").at("outcome"), "loaded");
  EXPECT_THAT(encounters_of("long")[0].contextual_data, HasSubstr("GEN-02")) << "kept with the record";
}

TEST_F(LoadRecords, PersonsAreNamedAsTheUserChooses) {
  put(at("in/P1/DG3.bin"), card(1));
  put(at("in/P1/card.fmr"), card(2, FingerPosition::kLeftThumb));
  EXPECT_EQ(load({at("in").string(), "--person-by", "folder"}, 0).at("loaded"), 2);
  EXPECT_EQ(encounters_of("P1").size(), 2u);

  const auto finger = random_finger(5);
  const interchange::FingerToWrite one{&finger, FingerPosition::kRightIndex, 0};
  const Bytes record = interchange::write_minutiae({&one, 1}).value();
  const interchange::BirToWrite bir{record, "Right IndexFinger", ""};
  std::string text = interchange::write_cbeff({&bir, 1}).value();
  const std::string index = "<Index>6cf3a1b2-0000-4000-8000-000000000001</Index>";
  text.insert(text.find("<BDBInfo>") + 9, index);
  put(at("more/one_1.xml"), as_bytes(text));
  EXPECT_EQ(load({at("more").string(), "--person-by", "cbeff-index"}, 0).at("loaded"), 1);
  EXPECT_EQ(encounters_of("6cf3a1b2-0000-4000-8000-000000000001").size(), 1u);
  EXPECT_EQ(load({at("more").string(), "--person-by", "prefix"}, 0).at("loaded"), 1);
  EXPECT_EQ(encounters_of("one")[0].encounter_id, "one_1.xml");
  EXPECT_EQ(load({at("more").string(), "--person-by", "1.009"}, 3).at("refused"), 1) << "CBEFF has no such field";
  const Outcome unknown =
      run_whorl({"load", "--gallery-dir", at("gallery").string(), at("more").string(), "--person-by", "shoe"});
  EXPECT_EQ(unknown.status, 3);
  EXPECT_THAT(unknown.err, HasSubstr("--person-by"));
}

TEST_F(LoadRecords, ANameThatAnotherFileHasIsRefused) {
  put(at("in/a b.fmr"), card(1));
  put(at("in/a:b.fmr"), card(2));
  const json::object found = load({at("in").string()}, 5);
  EXPECT_EQ(found.at("loaded"), 1);
  EXPECT_EQ(found.at("refused"), 1);
}

TEST_F(LoadRecords, FlagsOfRecordsMeanNothingOfEncounterFiles) {
  put(at("people.enc"), as_bytes(std::string_view("not one")));
  const Outcome outcome =
      run_whorl({"load", "--gallery-dir", at("gallery").string(), "--strict", at("people.enc").string()});
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, HasSubstr("--strict"));
}

TEST_F(LoadRecords, ATemplateOfACardIsVerifiedAgainstALivePrint) {
  ASSERT_EQ(run_whorl({"synth", "--out", at("people").string(), "--subjects", "2", "--fingers", "1", "--impressions",
                       "2", "--seed", "3"})
                .status,
            0);
  const auto image = [&](int subject, int impression) {
    return (at("people") / ("s000" + std::to_string(subject)) / ("right_index_" + std::to_string(impression) + ".png"))
        .string();
  };
  for (const std::string format : {"iso-card-normal", "iso-card-compact"}) {
    const std::string card = at(format).string();
    ASSERT_EQ(run_whorl({"convert", image(1, 1), card, "--to", format, "--most-minutiae", "60"}).status, 0);
    ASSERT_EQ(run_whorl({"enrol", "--gallery-dir", at("gallery").string(), "--person", format, "--finger",
                         "right_index=" + card, "--finger-format", format})
                  .status,
              0);
    const auto verify = [&](int subject) {
      return run_whorl({"verify", "--gallery-dir", at("gallery").string(), "--person", format, "--finger",
                        "right_index=" + image(subject, 2), "--threshold-db", "30"})
          .status;
    };
    EXPECT_EQ(verify(1), 0) << format;
    EXPECT_EQ(verify(2), 10) << format;
    EXPECT_EQ(run_whorl({"compare", image(1, 2), card}).status, 3) << "nothing in its bytes says what it is";
    const auto score_db = [&](int subject) {
      const Outcome compared = run_whorl({"compare", image(subject, 2), card, "--reference-format", format, "--json"});
      EXPECT_EQ(compared.status, 0) << compared.err;
      return compared.status == 0 ? json::parse(compared.out).at("score_db").to_number<double>() : 0.0;
    };
    EXPECT_GT(score_db(1), 30) << format;
    EXPECT_LT(score_db(2), 30) << format;
    const Outcome shown = run_whorl({"extract", card, "--format", format, "--json"});
    ASSERT_EQ(shown.status, 0) << shown.err;
    EXPECT_GT(json::parse(shown.out).at("minutiae").as_array().size(), 10U) << format;
  }
}

TEST_F(LoadRecords, ARecordThatBreaksRulesIsRefusedStrictlyOrKeptWithTheRules) {
  Bytes bytes = card(5);
  const auto format = engine::template_format(Modality::kFinger, "ISO_19794_2");
  ASSERT_TRUE(format);
  const auto read = [&] { return engine::samples_of_template(bytes, *format); };
  ASSERT_TRUE(read().ok());
  EXPECT_EQ(read()->front().capture.metadata, "");
  constexpr std::size_t kReserved = 23;
  bytes[kReserved] = 1;
  ASSERT_TRUE(read().ok());
  EXPECT_EQ(read()->front().capture.metadata, "errors FMR-04");
  engine::set_record_policy(engine::RecordPolicy::kStrict);
  const auto refused = read();
  engine::set_record_policy(engine::RecordPolicy::kLenient);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("FMR-04"));
}

TEST_F(LoadRecords, ABarePictureThatBreaksRulesIsRefusedStrictlyOrKeptWithTheRules) {
  image::GreyImage print{64, 64, 500, {}};
  for (int i = 0; i < 64 * 64; ++i) print.pixels.push_back(static_cast<std::uint8_t>(i * i / 7));
  const Bytes sound = image::encode_wsq(print).value();
  const Bytes cut(sound.begin(), sound.end() - 10);
  const Bytes png = image::encode_png(print).value();
  const auto read = [](const Bytes& bytes) { return engine::samples_of_image(bytes, Modality::kFinger); };
  EXPECT_THAT(read(cut)->front().capture.metadata, HasSubstr("errors WSQ-"));
  EXPECT_EQ(read(cut)->front().bytes, cut);
  engine::set_record_policy(engine::RecordPolicy::kStrict);
  const auto refused = read(cut);
  const auto taken = read(sound);
  const auto without_rules = read(png);
  engine::set_record_policy(engine::RecordPolicy::kLenient);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("WSQ-"));
  ASSERT_TRUE(taken.ok());
  EXPECT_EQ(taken->front().capture.metadata, "");
  EXPECT_TRUE(without_rules.ok());
}

TEST_F(LoadRecords, TheFaceOfAPassportIsLoadedAndFound) {
  const auto shared = shared_dir();
  const auto models = shared_models();
  const fs::path dg2 = shared.value_or("") / "data/interchange/jmrtd/bsi2008-DG2.bin";
  if (!models || !fs::exists(dg2)) GTEST_SKIP() << "no shared models, or no data/interchange";
  put(at("in/L01X00T47/DG2.bin"), {});
  fs::copy_file(dg2, at("in/L01X00T47/DG2.bin"), fs::copy_options::overwrite_existing);
  const json::object found = load({at("in").string(), "--person-by", "folder", "--models", models->string()}, 0);
  EXPECT_EQ(found.at("faces"), 1);
  const Outcome search = run_whorl({"identify", "--gallery-dir", at("gallery").string(), "--face", dg2.string(),
                                    "--models", models->string(), "--json"});
  EXPECT_THAT(search.out, HasSubstr("L01X00T47")) << search.err;
}

TEST(RecordNames, FieldsAndSuffixes) {
  const cli::RecordFile file{"/x/in/a.b/c_d.tar.fmr", "a.b/c_d.tar.fmr"};
  const auto person = [&](const char* rule) { return cli::NameRule::parse(rule, "")->person(file, {}); };
  EXPECT_EQ(person("file").value(), "a.b:c_d.tar");
  EXPECT_EQ(person("folder").value(), "a.b");
  EXPECT_EQ(person("prefix").value(), "c");
  EXPECT_FALSE(person("1.009").ok());
  EXPECT_EQ(cli::NameRule::parse("file", "")->encounter(file, {}).value(), "c_d.tar.fmr");
  for (const char* bad : {"", "1", "1.", ".9", "1.9999", "100.1", "1.9x"}) {
    EXPECT_FALSE(cli::NameRule::parse(bad, "").ok()) << bad;
  }
}

// WHORL_RECORDS_TO_LOAD: so many, with a refused one in every hundred; killed at moments that the report shows.
TEST_F(LoadRecords, AfterKillsEveryFileIsThereOnce) {
  const int records = tests::wished("WHORL_RECORDS_TO_LOAD", 400);
  constexpr int kOfOneRefused = 100;
  int refused = 0;
  for (int i = 0; i < records; ++i) {
    const std::string name = std::to_string(1'000'000 + i);
    const fs::path folder = at("in") / name.substr(0, 4);
    put(folder / (name + ".fmr"), card(static_cast<std::uint64_t>(i)));
    if (i % kOfOneRefused != kOfOneRefused / 2) continue;
    put(folder / (name + ".txt"), as_bytes(std::string_view("not a record")));
    ++refused;
  }
  const std::string report = at("report.jsonl").string();
  const std::vector<std::string> arguments{"load",     "--gallery-dir", at("gallery").string(), at("in").string(),
                                           "--report", report};
  constexpr int kKills = 3;
  for (int kill = 1; kill <= kKills; ++kill) {
    const auto least = static_cast<std::size_t>(std::max(1, refused * kill / (kKills + 1)));
    fs::remove(report);
    const RunningWhorl child(arguments);
    constexpr int kMostWaited = 1'200'000;
    for (int waited = 0; waited < kMostWaited && whole_lines(report) < least; ++waited) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }  // killed here
  const std::uint64_t before = counts().encounters;
  EXPECT_GT(before, 0u);
  const auto started = std::chrono::steady_clock::now();
  const json::object found = load({at("in").string(), "--report", report}, 3);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  EXPECT_EQ(found.at("loaded_before").to_number<std::uint64_t>(), before);
  EXPECT_EQ(found.at("loaded").to_number<std::uint64_t>(), static_cast<std::uint64_t>(records) - before);
  EXPECT_EQ(found.at("refused").to_number<int>(), refused);
  EXPECT_EQ(counts().encounters, static_cast<std::uint64_t>(records));
  EXPECT_EQ(counts().persons, static_cast<std::uint64_t>(records));
  std::printf("%d records, %llu of them before the last kill, the last run %.1f s\n", records,
              static_cast<unsigned long long>(before), seconds);
}

}  // namespace
}  // namespace whorl::tests
