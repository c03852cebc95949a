// The verbs end to end, on synthetic fingers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "cli/synth_templates.h"
#include "datasets/template_population.h"
#include "index/gallery.h"
#include "index/record/encounter_file.h"
#include "templates/codec/native.h"
#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/extract/extract.h"
#include "tests/cli/run_whorl.h"
#include "tests/support/shared_data.h"

namespace whorl::tests {
namespace {
namespace fs = std::filesystem;
namespace json = boost::json;

using testing::HasSubstr;

void write(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Runs with --json, expects `status`, and gives the parsed answer.
json::value ask(std::vector<std::string> arguments, int status = 0) {
  arguments.push_back("--json");
  const Outcome outcome = run_whorl(arguments);
  EXPECT_EQ(outcome.status, status) << arguments.front() << ": " << outcome.err;
  json::error_code failed;
  json::value out = json::parse(outcome.out, failed);
  EXPECT_FALSE(failed) << outcome.out;
  return out;
}

// The column of a CSV line's fields by the heading; the manifest of `synth` quotes nothing.
std::vector<std::map<std::string, std::string>> rows_of(const fs::path& csv) {
  std::vector<std::map<std::string, std::string>> out;
  std::vector<std::string> names;
  std::ifstream in(csv);
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> fields;
    std::stringstream text(line);
    for (std::string field; std::getline(text, field, ',');) fields.push_back(field);
    if (names.empty()) {
      names = fields;
      continue;
    }
    std::map<std::string, std::string> row;
    for (std::size_t i = 0; i < fields.size() && i < names.size(); ++i) row[names[i]] = fields[i];
    out.push_back(row);
  }
  return out;
}

// Three synthetic people of one finger and three impressions.
class Verbs : public testing::Test {
 protected:
  void SetUp() override {
    const json::value made = ask({"synth", "--out", (root() / "people").string(), "--subjects", "3", "--fingers", "1",
                                  "--impressions", "3", "--seed", "7"});
    ASSERT_TRUE(fs::exists(manifest()));
    rows_ = rows_of(manifest());
    ASSERT_EQ(rows_.size(), 9u);
  }

  [[nodiscard]] fs::path root() const { return folder_.path(); }
  [[nodiscard]] std::string manifest() const { return (root() / "people/manifest.csv").string(); }
  [[nodiscard]] std::string gallery() const { return (root() / "gallery").string(); }
  [[nodiscard]] std::string image(int subject, int impression) const {
    return (root() / "people" / rows_[static_cast<std::size_t>(3 * subject + impression - 1)].at("file")).string();
  }

  TemporaryDirectory folder_;
  std::vector<std::map<std::string, std::string>> rows_;
};

TEST_F(Verbs, EvaluateCountsEveryPairAndWritesEveryFile) {
  const std::string out = (root() / "results").string();
  const json::value answer = ask({"evaluate", "--manifest", manifest(), "--out", out, "--bootstrap", "100"});
  const json::value& set = answer.at("sets").at(0);
  EXPECT_EQ(set.at("genuine").as_int64(), 9);
  EXPECT_EQ(set.at("impostor").as_int64(), 27);
  EXPECT_EQ(set.at("fte").at("trials").as_int64(), 9);
  EXPECT_FALSE(set.at("fmr1000").at("supported").as_bool());
  for (const char* name : {"det.csv", "det.svg", "histogram.csv", "histogram.svg", "scores.csv", "rates.json",
                           "calibration.csv", "calibration.svg", "discard.csv", "discard.svg", "worst_pairs.csv"}) {
    EXPECT_GT(fs::file_size(fs::path(out) / name), 0u) << name;
  }
  EXPECT_EQ(answer.at("calibration").at(0).at("impostors").as_int64(), 27);
  EXPECT_FALSE(answer.at("discard").at(0).at("supported").as_bool());  // FMR 0.1 % of 27
  const std::string scores = read(fs::path(out) / "scores.csv");
  EXPECT_EQ(std::count(scores.begin(), scores.end(), '\n'), 1 + 36);
  const json::value fvc = ask({"evaluate", "--manifest", manifest(), "--protocol", "fvc", "--bootstrap", "100"});
  EXPECT_EQ(fvc.at("sets").at(0).at("impostor").as_int64(), 3);
}

TEST_F(Verbs, EvaluateForPeopleShowsTheTableAndRefusesUnsupportedRates) {
  const Outcome outcome = run_whorl({"evaluate", "--manifest", manifest(), "--bootstrap", "100", "--progress"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, HasSubstr("not supported: FMR < 3/27"));
  EXPECT_THAT(outcome.err, HasSubstr("9/9"));  // the progress bar
}

TEST_F(Verbs, EvaluateChecksTheCalibrationItIsGiven) {
  const std::string other = (root() / "other-calibration.json").string();
  std::ofstream(other) << R"({"format": "whorl-calibration", "version": 1, "extractor_version": )"
                       << fingerprint::kExtractorVersion << R"(, "comparator_version": )"
                       << fingerprint::kComparatorVersion
                       << R"(, "source": "s", "impostors": 1000, "genuines": 0, "measured_db": 12, "max_db": 40,
    "knots": [[0, 0], [1, 12], [2, 40]], "fnmr_by_db": []})";
  const Outcome shown = run_whorl(
      {"evaluate", "--manifest", manifest(), "--bootstrap", "100", "--calibration", other, "--check-calibration"});
  EXPECT_EQ(shown.status, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("Calibration against 27 impostor comparisons"));
  EXPECT_THAT(shown.out, HasSubstr("counted up to 12.0 dB"));
  const Outcome refused =
      run_whorl({"evaluate", "--manifest", manifest(), "--calibration", manifest(), "--check-calibration"});
  EXPECT_NE(refused.status, 0);
}

TEST_F(Verbs, EvaluateFusesTheFingersOfOneSubject) {
  const std::string people = (root() / "two-fingers").string();
  const std::string out = (root() / "fused").string();
  ask({"synth", "--out", people, "--subjects", "3", "--fingers", "2", "--impressions", "2", "--seed", "8"});
  const json::value answer =
      ask({"evaluate", "--manifest", people + "/manifest.csv", "--fuse", "2", "--out", out, "--bootstrap", "100"});
  const json::value& rows = answer.at("fusion").at(0).at("rows");
  ASSERT_EQ(rows.as_array().size(), 2u);  // one finger, for comparison, and two
  EXPECT_EQ(rows.at(0).at("genuine").as_int64(), 3 * 2);
  EXPECT_EQ(rows.at(1).at("fingers").as_int64(), 2);
  EXPECT_EQ(rows.at(1).at("genuine").as_int64(), 3);
  EXPECT_EQ(rows.at(1).at("impostor").as_int64(), 3 * 4);
  EXPECT_THAT(read(fs::path(out) / "fusion_failures.csv"), HasSubstr("set,fingers,subject,a,b,"));
  // Which of the synthetic fingers fail, if any, is no concern here: every failure has its pictures.
  const std::string failed = (root() / "failed").string();
  ask({"evaluate", "--manifest", people + "/manifest.csv", "--fuse", "2", "--failures", failed, "--bootstrap", "100"});
  std::size_t lines = 0;
  for (const auto& row : rows_of(fs::path(failed) / "failures.csv")) {
    EXPECT_THAT(read(fs::path(failed) / row.at("picture")), testing::StartsWith("\x89PNG"));
    EXPECT_FALSE(row.at("reasons").empty());
    ++lines;
  }
  std::size_t expected = 0;
  for (const auto& row : rows_of(fs::path(out) / "fusion_failures.csv")) expected += std::stoul(row.at("fingers"));
  EXPECT_EQ(lines, expected);
  EXPECT_EQ(ask({"evaluate", "--manifest", people + "/manifest.csv", "--failures", failed}, 3)
                .at("error")
                .at("field")
                .as_string(),
            "--failures");
  // One finger a subject has nothing to fuse, and says so.
  EXPECT_EQ(ask({"evaluate", "--manifest", manifest(), "--fuse", "2"}, 3).at("error").at("field").as_string(),
            "--fuse");
}

TEST_F(Verbs, ATemplateStandsForItsImage) {
  const std::string file = (root() / "t.whorl").string();
  const std::string overlay = (root() / "o.png").string();
  const json::value from_image = ask({"extract", image(0, 1), "--out", file, "--overlay", overlay});
  const json::value from_template = ask({"extract", file});
  EXPECT_EQ(from_image, from_template);
  EXPECT_GT(from_image.at("minutiae").as_array().size(), 5u);
  EXPECT_EQ(read(overlay).substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_EQ(ask({"compare", image(0, 1), image(0, 2)}), ask({"compare", file, image(0, 2)}));
}

TEST_F(Verbs, CompareTellsMatesFromNonMatedAndListsPairs) {
  const std::string overlay = (root() / "pairs.png").string();
  const json::value mates = ask({"compare", image(0, 1), image(0, 2), "--pairs", "--overlay", overlay});
  const json::value non_mated = ask({"compare", image(0, 1), image(1, 1)});
  EXPECT_GT(mates.at("score").to_number<double>(), non_mated.at("score").to_number<double>());
  EXPECT_GT(mates.at("pairs").as_array().size(), 3u);
  EXPECT_EQ(non_mated.as_object().if_contains("pairs"), nullptr);
  EXPECT_EQ(read(overlay).substr(0, 8), "\x89PNG\r\n\x1a\n");
}

TEST_F(Verbs, CompareClaimsNoMoreThanWasCounted) {
  const json::value same = ask({"compare", image(0, 1), image(0, 1)});
  ASSERT_GT(same.at("score_db").to_number<double>(), same.at("supported_db").to_number<double>());
  const std::string beyond = run_whorl({"compare", image(0, 1), image(0, 1)}).out;
  EXPECT_THAT(beyond, HasSubstr("beyond what was measured (1 in "));
  EXPECT_THAT(beyond, testing::Not(HasSubstr("scores this high")));
  const json::value other = ask({"compare", image(0, 1), image(1, 1)});
  ASSERT_LT(other.at("score_db").to_number<double>(), other.at("supported_db").to_number<double>());
  EXPECT_THAT(run_whorl({"compare", image(0, 1), image(1, 1)}).out, HasSubstr("scores this high"));
}

TEST_F(Verbs, EnrolIdentifyVerifyErase) {
  const json::value enrolled =
      ask({"enrol", "--gallery-dir", gallery(), "--manifest", manifest(), "--impressions", "1"});
  EXPECT_EQ(enrolled.at("persons").as_int64(), 3);
  EXPECT_TRUE(enrolled.at("refused").as_array().empty());

  const json::value found =
      ask({"identify", "--gallery-dir", gallery(), "--finger", image(1, 2), "--accuracy", "exhaustive"});
  EXPECT_EQ(found.at("decision"), "match");
  EXPECT_EQ(found.at("reason_code"), "match");
  EXPECT_EQ(found.at("reason_arguments").at("person"), found.at("candidates").at(0).at("person_id"));
  EXPECT_TRUE(found.at("receipt").at("complete").as_bool());
  EXPECT_EQ(found.at("receipt").at("searched").as_int64(), 3);
  const std::string person(found.at("candidates").at(0).at("person_id").as_string());

  EXPECT_EQ(ask({"verify", "--gallery-dir", gallery(), "--person", person, "--finger", image(1, 3)}).at("decision"),
            "match");
  const Outcome non_mated = run_whorl(
      {"verify", "--gallery-dir", gallery(), "--person", person, "--finger", image(2, 3), "--threshold-db", "45"});
  EXPECT_NE(non_mated.status, 0);
  EXPECT_THAT(non_mated.status, testing::AnyOf(10, 11));

  ask({"erase", "--gallery-dir", gallery(), "--person", person});
  const auto unknown = ask({"erase", "--gallery-dir", gallery(), "--person", person}, 4).at("error");
  EXPECT_EQ(unknown.at("kind"), "not_found");
  EXPECT_EQ(unknown.at("reason_code"), "unknown_person");
  EXPECT_EQ(unknown.at("reason_arguments"), (boost::json::value{{"person", person}}));
  const Outcome gone = run_whorl({"identify", "--gallery-dir", gallery(), "--finger", image(1, 2)});
  EXPECT_NE(gone.status, 0);
  EXPECT_THAT(gone.out, testing::Not(HasSubstr(person)));
}

TEST_F(Verbs, ReExtractMakesTemplatesAnewOfKeptImages) {
  const auto enrol = [&](int subject, const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"enrol",
                                       "--gallery-dir",
                                       gallery(),
                                       "--person",
                                       "P" + std::to_string(subject),
                                       "--finger",
                                       "right_index=" + image(subject, 1)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    ask(std::move(arguments));
  };
  enrol(0, {});
  enrol(1, {"--keep-images", "yes"});
  enrol(2, {});
  const json::value none = ask({"re-extract", "--gallery-dir", gallery()});
  EXPECT_EQ(none.at("samples"), 0);
  EXPECT_EQ(none.at("without_image"), 0);
  const json::value all = ask({"re-extract", "--gallery-dir", gallery(), "--all", "--threads", "1"});
  EXPECT_EQ(all.at("samples"), 2);
  EXPECT_EQ(all.at("encounters"), 0);  // the same templates
  EXPECT_EQ(all.at("without_image"), 1);
  EXPECT_EQ(all.at("failed"), 0);
  {
    index::GalleryOptions options;
    options.directory = gallery();
    const auto opened = index::Gallery::open(options);
    ASSERT_TRUE(opened.ok());
    for (const std::string person : {"P0", "P1", "P2"}) {
      const auto before = (*opened)->encounters(person).value().at(0);
      index::EncounterRecord after = before;
      after.samples[0].extractor_version = 7;
      ASSERT_TRUE((*opened)->replace_samples(before, after).ok());
    }
  }
  const Outcome said = run_whorl({"re-extract", "--gallery-dir", gallery(), "--progress"});
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_THAT(said.err, HasSubstr("3 of version 7 of the finger extractor (2 with a kept image)"));
  EXPECT_THAT(said.err, HasSubstr("2/2"));
  EXPECT_THAT(said.out,
              testing::AllOf(HasSubstr("2 samples of 2 encounters"), HasSubstr("1 samples have no kept image")));
  const Outcome left =
      run_whorl({"verify", "--gallery-dir", gallery(), "--person", "P1", "--finger", "right_index=" + image(1, 2)});
  EXPECT_EQ(left.status, 0) << left.err;
  EXPECT_THAT(left.err, HasSubstr("1 of version 7"));
  EXPECT_EQ(run_whorl({"re-extract", "--gallery-dir", gallery() + "-none"}).status, 4);
  EXPECT_EQ(run_whorl({"enrol", "--gallery-dir", gallery(), "--keep-images", "maybe"}).status, 2);
}

TEST_F(Verbs, EnrollingOnePersonTwiceIsRefusedAndAddingIsNot) {
  const std::string finger = "right_index=" + image(0, 1);
  const std::vector<std::string> first = {
      "enrol", "--gallery-dir", gallery(), "--person", "P1", "--finger", finger, "--missing", "left_thumb=amputated"};
  EXPECT_EQ(ask(first).at("person_id"), "P1");
  EXPECT_EQ(ask(first, 5).at("error").at("kind"), "already_exists");
  ask({"enrol", "--gallery-dir", gallery(), "--person", "P1", "--add", "--finger", "right_index=" + image(0, 2)});
  EXPECT_EQ(ask({"enrol", "--gallery-dir", gallery(), "--person", "P2", "--add", "--finger", finger}, 4)
                .at("error")
                .at("kind"),
            "not_found");
}

TEST_F(Verbs, BadInputsAreRefusedWithTheirKindAndSayWhere) {
  const std::string text = (root() / "text.png").string();
  write(text, "this is no image");
  const std::string torn = (root() / "torn.whorl").string();
  ask({"extract", image(0, 1), "--out", torn});
  write(torn, read(torn).substr(0, 40));
  const std::string other = (root() / "other.json").string();
  write(other,
        R"({"format": "whorl-calibration", "version": 1, "extractor_version": 900, "comparator_version": 1,
    "source": "s", "impostors": 1000, "genuines": 0, "measured_db": 20, "max_db": 40,
    "knots": [[0, 0], [1, 20], [2, 40]], "fnmr_by_db": []})");
  const std::string table = (root() / "table.csv").string();
  write(table, "a,b,c\n1,2,3\n");
  const std::string absent = (root() / "absent.png").string();
  struct Case {
    std::vector<std::string> arguments;
    int status;
    std::string says;
  };
  for (const Case& c : std::vector<Case>{
           {{"extract", text}, 3, "text.png"},
           {{"extract", absent}, 4, "absent.png"},
           {{"extract", torn}, 3, "torn.whorl"},
           {{"extract", torn, "--overlay", text}, 3, "torn.whorl"},
           {{"extract", root().string()}, 3, "not a file"},
           {{"compare", image(0, 1), absent}, 4, "absent.png"},
           {{"compare", image(0, 1), image(0, 2), "--calibration", text}, 3, "not JSON"},
           {{"compare", image(0, 1), image(0, 2), "--calibration", other}, 3, "900"},
           {{"extract", image(0, 1), "--out", "/no/such/folder/t.whorl"}, 4, "cannot be written"},
           {{"evaluate"}, 3, "--manifest"},
           {{"evaluate", "--manifest", absent}, 4, "absent.png"},
           {{"evaluate", "--manifest", table}, 3, "table.csv"},
           {{"evaluate", "--manifest", manifest(), "--set", "no-such-set"}, 4, "no-such-set"},
           {{"calibrate", "--manifest", manifest(), "--out", (root() / "c.json").string()}, 3, "1000"},
           {{"identify", "--gallery-dir", (root() / "none").string(), "--finger", image(0, 1)}, 4, ""},
           {{"identify", "--gallery-dir", gallery()}, 3, "--finger"},
           {{"enrol", "--gallery-dir", gallery(), "--person", "P1", "--finger", "nose=" + image(0, 1)},
            3,
            "right_index"},
           {{"enrol", "--gallery-dir", gallery(), "--person", "P1", "--finger", text}, 3, ""},
           {{"enrol", "--gallery-dir", gallery(), "--manifest", manifest(), "--person", "P1"}, 3, "--manifest"},
           {{"enrol", "--gallery-dir", gallery(), "--manifest", manifest(), "--impressions", "x"},
            3,
            "--impressions"}}) {
    const Outcome outcome = run_whorl(c.arguments);
    EXPECT_EQ(outcome.status, c.status) << testing::PrintToString(c.arguments) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("whorl: "));
    EXPECT_THAT(outcome.err, HasSubstr(c.says)) << testing::PrintToString(c.arguments);
  }
  EXPECT_FALSE(fs::exists(root() / "c.json"));
  EXPECT_FALSE(fs::exists(root() / "none"));
}

TEST_F(Verbs, ServePrintsItsPortAndStopsOnSigterm) {
  RunningWhorl server({"serve", "--gallery-dir", gallery(), "--create", "--port", "0", "--json"});
  const json::value started = json::parse(server.first_line());
  EXPECT_GT(started.at("port").as_int64(), 0);
  EXPECT_EQ(started.at("listening").as_string(), "http://127.0.0.1:" + std::to_string(started.at("port").as_int64()));
  EXPECT_EQ(server.stop(), 0);
}

TEST(Synth, RepeatsFromItsSeed) {
  const TemporaryDirectory folder;
  for (const char* name : {"a", "b"}) {
    ask({"synth", "--out", (folder.path() / name).string(), "--subjects", "1", "--fingers", "1", "--impressions", "2",
         "--seed", "5"});
  }
  const auto rows = rows_of(folder.path() / "a/manifest.csv");
  ASSERT_EQ(rows.size(), 2u);
  for (const auto& row : rows) {
    EXPECT_EQ(read(folder.path() / "a" / row.at("file")), read(folder.path() / "b" / row.at("file")));
  }
}

TEST(Synth, MakesPeopleAsTemplates) {
  const TemporaryDirectory folder;
  const std::string file = (folder.path() / "a.enc").string();
  const json::value made =
      ask({"synth", "--templates", "3", "--fingers", "2", "--impressions", "2", "--seed", "9", "--out", file});
  EXPECT_EQ(made.at("persons").as_int64(), 3);
  EXPECT_EQ(made.at("encounters").as_int64(), 6);
  EXPECT_EQ(made.at("templates").as_int64(), 12);
  auto reader = index::EncounterFileReader::open(file);
  ASSERT_TRUE(reader.ok()) << reader.error().text();
  for (std::uint64_t person = 0; person < 3; ++person) {
    for (int impression = 0; impression < 2; ++impression) {
      const auto record = reader->next();
      ASSERT_TRUE(record.ok()) << record.error().text();
      ASSERT_TRUE(record->has_value());
      EXPECT_EQ((*record)->person_id, "synth-000000" + std::to_string(person + 1));
      EXPECT_EQ((*record)->encounter_id, "e" + std::to_string(impression + 1));
      EXPECT_EQ((*record)->galleries, std::vector<std::string>{"default"});
      EXPECT_EQ(**record, cli::synthetic_encounter(datasets::TemplatePerson(9, person, 2), impression).value());
      ASSERT_EQ((*record)->samples.size(), 2U);
      EXPECT_EQ(index::finger_position((*record)->samples[0]), fingerprint::FingerPosition::kRightIndex);
      const auto finger = codec::decode_native((*record)->samples[1].template_bytes);
      ASSERT_TRUE(finger.ok()) << finger.error().text();
      EXPECT_EQ(*finger, datasets::TemplateFinger({9, person, 1}).impression(static_cast<std::uint64_t>(impression)));
    }
  }
  EXPECT_FALSE(reader->next().value().has_value());
  const std::string again = (folder.path() / "b.enc").string();
  ask({"synth", "--templates", "3", "--fingers", "2", "--impressions", "2", "--seed", "9", "--out", again});
  EXPECT_EQ(read(file), read(again));
}

TEST(Load, PutsAFileOfPeopleInOnce) {
  const TemporaryDirectory folder;
  const std::string file = (folder.path() / "a.enc").string();
  const std::string gallery = (folder.path() / "gallery").string();
  ask({"synth", "--templates", "40", "--fingers", "2", "--seed", "3", "--out", file});
  const json::value loaded = ask({"load", "--gallery-dir", gallery, file});
  EXPECT_EQ(loaded.at("encounters").as_int64(), 40);
  EXPECT_EQ(loaded.at("fingers").as_int64(), 80);
  EXPECT_EQ(loaded.at("refused").as_int64(), 0);
  // A second time everything is there already, and said so.
  const json::value again = ask({"load", "--gallery-dir", gallery, file}, 5);
  EXPECT_EQ(again.at("encounters").as_int64(), 0);
  EXPECT_EQ(again.at("refused").as_int64(), 40);
  EXPECT_EQ(again.at("refusals").at(0).at("kind"), "already_exists");
  const std::string probe = (folder.path() / "probe.whorl").string();
  const auto finger = codec::encode_native(datasets::TemplateFinger({3, 17, 0}).impression(5)).value();
  write(probe, std::string(as_text(finger)));
  const json::value found =
      ask({"identify", "--gallery-dir", gallery, "--finger", "right_index=" + probe, "--threshold-db", "10"});
  EXPECT_EQ(found.at("candidates").at(0).at("person_id"), "synth-0000018");
}

TEST(Load, RefusesWhatIsNoFileOfEncountersAndKeepsToTheLimit) {
  const TemporaryDirectory folder;
  const std::string gallery = (folder.path() / "gallery").string();
  const std::string file = (folder.path() / "x").string();
  write(file, "not a file of encounters at all");
  EXPECT_EQ(ask({"load", "--gallery-dir", gallery, file}, 3).at("error").at("kind"), "invalid_input");
  EXPECT_EQ(ask({"load", "--gallery-dir", gallery, file + "y"}, 4).at("error").at("kind"), "not_found");
  ask({"synth", "--templates", "20", "--out", file});
  const json::value refused = ask({"load", "--gallery-dir", gallery, file, "--memory-limit", "100MiB"}, 8);
  EXPECT_EQ(refused.at("error").at("kind"), "exhausted");
  EXPECT_THAT(std::string(refused.at("error").at("message").as_string()), HasSubstr("100 MiB"));
}

TEST(Capacity, SaysWhatAMillionTake) {
  const json::value answer = ask({"capacity", "--people", "1000000", "--fingers", "2", "--cores", "2"});
  EXPECT_EQ(answer.at("fingers").as_int64(), 2'000'000);
  EXPECT_GT(answer.at("memory_bytes").as_int64(), std::int64_t{2} << 30);
  EXPECT_LT(answer.at("memory_bytes").as_int64(), std::int64_t{4} << 30);
  const Outcome text = run_whorl({"capacity", "--people", "1000000"});
  EXPECT_EQ(text.status, 0);
  EXPECT_THAT(text.out, HasSubstr("GiB"));
}

TEST(Synth, TemplatesAndSubjectsExcludeEachOther) {
  const Outcome outcome = run_whorl({"synth", "--templates", "3", "--subjects", "3", "--out", "x"});
  EXPECT_NE(outcome.status, 0);
  EXPECT_FALSE(fs::exists("x"));
}

TEST(Calibrate, MakesAFileThatCompareAndTheFileAgreeOn) {
  const TemporaryDirectory folder;
  const std::string out = (folder.path() / "c.json").string();
  // 7 fingers of 8 impressions: 21 x 64 = 1,344 non-mated pairs.
  const json::value made = ask({"calibrate", "--synthetic", "7", "--out", out});
  EXPECT_EQ(made.at("impostors").as_int64(), 1344);
  EXPECT_EQ(made.at("genuines").as_int64(), 7 * 28);
  EXPECT_EQ(json::parse(read(out)).at("format"), "whorl-calibration");
}

}  // namespace
}  // namespace whorl::tests
