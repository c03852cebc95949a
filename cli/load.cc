// whorl load: files of encounters, or folders of files of other systems, into a gallery, in bulk.
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <iterator>

#include "base/progress_bar.h"
#include "cli/answers.h"
#include "cli/cluster.h"
#include "cli/exit_codes.h"
#include "cli/load_records.h"
#include "cli/node_options.h"
#include "cli/print.h"
#include "cli/stated_format.h"
#include "cli/verb.h"
#include "index/load_file.h"
#include "index/record/encounter_file.h"
#include "templates/interchange/check.h"

namespace whorl::cli {
namespace {

struct Options : CommonOptions {
  NodeOptions node;
  std::vector<std::string> files;
  RecordLoad records;
  std::string person_by = "file";
  std::string encounter_by = "file";
  std::vector<std::string> slices;
  CLI::App* verb = nullptr;
};

// They say how records of other systems are read, and mean nothing of files of encounters.
constexpr std::array kRecordFlags{"--person-by", "--encounter-by", "--strict", "--ppi",
                                  "--format",    "--gallery",      "--report", "--min-quality"};

// Every record of the files is there, and their end. Before a gallery is made for what is then refused: an empty one
// answers that it knows nobody. Cost: the files are read once.
Status check_whole(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    WHORL_ASSIGN(auto reader, index::EncounterFileReader::open(file));
    for (bool more = true; more;) {
      auto record = reader.next_encoded();
      if (!record.ok()) {
        Error error = std::move(record).error();
        error.field = file;
        return error;
      }
      more = record->has_value();
    }
  }
  return {};
}

// Without an engine: what is loaded is neither read nor compared.
Result<std::unique_ptr<index::Gallery>> open_gallery(const engine::NodeConfig& config,
                                                     const std::vector<std::string>& files) {
  WHORL_TRY(engine::check(config));
  const bool made = !engine::holds_gallery(config.gallery);
  if (made) WHORL_TRY(check_whole(files));
  WHORL_ASSIGN(auto gallery, index::Gallery::open(gallery_options(config)));
  WHORL_TRY(check_no_move(*gallery));
  if (made) print_notice(engine::made_notice(config.gallery));
  for (const std::string& notice : gallery->opening().notices()) print_notice(notice);
  return gallery;
}

struct Total {
  index::LoadReport report;
  double elapsed_s = 0;
};

void add(index::LoadReport&& one, index::LoadReport& all) {
  all.encounters += one.encounters;
  all.fingers += one.fingers;
  all.resumed_after += one.resumed_after;
  all.refused += one.refused;
  for (auto& refusal : one.refusals) {
    if (all.refusals.size() < index::LoadReport::kMaxRefusals) all.refusals.push_back(std::move(refusal));
  }
}

Result<Total> load_all(const Options& options, const index::LoadOnly& only, index::Gallery& gallery) {
  const auto started = std::chrono::steady_clock::now();
  Total total;
  for (const std::string& file : options.files) {
    ProgressBar bar("loading", wants_progress(options.progress));
    auto report = index::load_file(
        gallery, file, [&](std::uint64_t done, std::uint64_t size) { bar.update(done, size); }, real_file_system(),
        only);
    if (!report.ok()) {
      Error error = report.error();
      if (error.field.empty()) error.field = file;
      return error;
    }
    add(std::move(*report), total.report);
  }
  total.elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return total;
}

void print_answer(const Options& options, const Total& total) {
  const index::LoadReport& report = total.report;
  if (options.json) {
    print_json({{"encounters", report.encounters},
                {"fingers", report.fingers},
                {"resumed_after", report.resumed_after},
                {"refused", report.refused},
                {"refusals", json_of(report.refusals)},
                {"elapsed_s", total.elapsed_s}});
  } else {
    const std::string resumed =
        report.resumed_after == 0 ? "" : ", going on after the " + std::to_string(report.resumed_after) + " of before";
    print("loaded " + std::to_string(report.encounters) + " encounters, " + std::to_string(report.fingers) +
          " fingers in " + fixed(total.elapsed_s) + " s" + resumed + "\n");
  }
  for (const auto& r : report.refusals) {
    const std::string who = r.person_id.empty() ? "a record" : "person " + r.person_id + " encounter " + r.encounter_id;
    print_error(r.error.within(who), false);
  }
  if (report.refused > report.refusals.size()) {
    print_notice("and " + std::to_string(report.refused - report.refusals.size()) + " more were refused");
  }
}

// `stated`: whether the caller says what the files are.
Result<std::vector<RecordFile>> files_to_read(const std::vector<std::string>& paths, bool stated) {
  std::vector<RecordFile> out;
  for (const std::string& path : paths) {
    if (!stated && !holds_records(path)) {
      return invalid_input("files of encounters are loaded by themselves, not beside records of other systems", path);
    }
    WHORL_ASSIGN(std::vector<RecordFile> found, record_files(path));
    if (found.empty()) return invalid_input("the folder holds no file that could be loaded", path);
    std::move(found.begin(), found.end(), std::back_inserter(out));
  }
  return out;
}

void print_answer(const Options& options, const RecordLoadSummary& found) {
  if (options.json) {
    print_json({{"files", found.files},
                {"loaded", found.loaded},
                {"loaded_before", found.loaded_before},
                {"refused", found.refused},
                {"with_findings", found.with_findings},
                {"fingers", found.fingers},
                {"faces", found.faces},
                {"elapsed_s", found.elapsed_s}});
  } else {
    const auto number = [](std::uint64_t n) { return std::to_string(n); };
    print("loaded " + number(found.loaded) + " of " + number(found.files) + " files, " + number(found.fingers) +
          " fingers and " + number(found.faces) + " faces in " + fixed(found.elapsed_s) + " s; " +
          number(found.loaded_before) + " were loaded before, " + number(found.refused) + " were refused\n");
  }
  for (const Error& each : found.refusals) print_error(each, false);
  if (found.refused > found.refusals.size()) {
    print_notice("and " + std::to_string(found.refused - found.refusals.size()) + " more were refused");
  }
  if (found.with_findings > 0) {
    print_notice(std::to_string(found.with_findings) +
                 " of the loaded files break rules of their standards: the report and the encounters say which");
  }
}

int answer(const Options& options, const RecordLoadSummary& found) {
  print_answer(options, found);
  return found.refused == 0 ? kExitOk : exit_code(found.refusals.front().kind);
}

Result<int> run_records(const Options& options) {
  WHORL_ASSIGN(engine::NodeConfig config, options.node.config());
  RecordLoad how = options.records;
  WHORL_ASSIGN(how.person, NameRule::parse(options.person_by, "--person-by"));
  WHORL_ASSIGN(how.encounter, NameRule::parse(options.encounter_by, "--encounter-by"));
  WHORL_ASSIGN(const std::vector<RecordFile> files, files_to_read(options.files, !how.stated.empty()));
  config.create = true;
  if (!engine::holds_gallery(config.gallery)) {
    WHORL_ASSIGN(const auto rehearsal, engine::Rehearsal::open(config));
    WHORL_ASSIGN(const auto nothing, all_refused(*rehearsal, files, how));
    if (nothing) return answer(options, *nothing);
  }
  WHORL_ASSIGN(const auto engine, open_engine(config));
  ProgressBar bar("loading", wants_progress(options.progress));
  WHORL_ASSIGN(const RecordLoadSummary found, load_records(*engine, files, how, bar.callback()));
  return answer(options, found);
}

Result<int> run(const Options& options) {
  const bool records = std::any_of(options.files.begin(), options.files.end(), holds_records);
  if (records || !options.records.stated.empty()) {
    if (!options.slices.empty()) return invalid_input("it is of files of encounters alone", "--slices");
    return run_records(options);
  }
  for (const char* flag : kRecordFlags) {
    if (options.verb->count(flag) > 0) return invalid_input("it is of files of other systems alone", flag);
  }
  const std::string of_faces = given_face_option(*options.verb);
  if (!of_faces.empty()) return invalid_input("it is of files of other systems alone", of_faces);
  WHORL_ASSIGN(const engine::NodeConfig config, options.node.config());
  WHORL_ASSIGN(const index::LoadOnly only, only_of_slices(options.slices));
  WHORL_ASSIGN(const auto gallery, open_gallery(config, options.files));
  WHORL_ASSIGN(const Total total, load_all(options, only, *gallery));
  print_answer(options, total);
  if (total.report.refused == 0) return kExitOk;
  return exit_code(total.report.refusals.front().error.kind);
}

}  // namespace

void add_load(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = add_verb(
      app, "load",
      "Load files of encounters into a gallery, or folders of files of other systems (docs/interchange.md), each file "
      "an "
      "encounter. After an interruption the same command goes on where it stopped. What is enrolled already is refused "
      "one by one; a file of another system that was loaded before is passed over",
      "  whorl load --gallery-dir gallery million.enc --progress\n"
      "  whorl load --gallery-dir gallery --person-by 1.009 --report report.jsonl transactions/\n"
      "  whorl load --gallery-dir gallery --person-by folder --strict passports/",
      *options);
  options->verb = verb;
  add_progress_option(*verb, *options);
  add_storage_options(*verb, options->node);
  add_keep_images_option(*verb, options->node);
  verb->add_option("files", options->files,
                   "Files of encounters, e.g. of whorl synth --templates; or folders and files of other systems")
      ->required();
  verb->add_option(
      "--slices", options->slices,
      "Only the people whose slices these are, e.g. 0-1023: for the folder of a cluster's part, before its "
      "first start (docs/cluster.md); repeat for more");
  verb->add_option("--person-by", options->person_by,
                   "What names the person of a file of another system: file (its name without the suffix), folder (the "
                   "one it lies in), prefix (its name up to the last underscore), a field of ANSI/NIST such as 1.009, "
                   "or cbeff-index");
  verb->add_option("--encounter-by", options->encounter_by,
                   "What names the encounter, likewise; file is its whole name");
  verb->add_flag(
      "--strict", options->records.strict,
      "Refuse a file with any error of its standard, or of which a sample cannot be used; without it what is "
      "safe is read, and the findings are kept");
  verb->add_option("--ppi", options->records.ppi, "Resolution of the images, whatever the records say")
      ->check(CLI::Range(100.0, 4000.0));
  add_stated_format(*verb, "--format", options->records.stated);
  verb->add_option("--gallery", options->records.galleries, "Gallery to put the persons in; repeat for more");
  verb->add_option("--report", options->records.report,
                   "File for a line of JSON for every file that was refused, or read with findings or parts left out");
  add_quality_option(*verb, options->node);
  add_face_options(*verb, options->node.node.face);
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
