#include "cli/load_records.h"

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <fstream>
#include <mutex>

#include "base/files.h"
#include "base/parallel.h"
#include "base/sha256.h"
#include "cli/plain_text.h"
#include "cli/print.h"
#include "templates/interchange/check.h"
#include "templates/interchange/rules_broken.h"
#include "templates/interchange/samples.h"

namespace whorl::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostTextBytes = 300;
constexpr std::size_t kMostKept = 100;  // with the encounter, of findings and of samples left out

json::array findings_json(const interchange::Findings& findings, std::size_t most) {
  json::array out;
  for (const interchange::Finding& each : findings.all()) {
    if (out.size() == most) break;
    out.push_back({{"rule", each.rule},
                   {"severity", name_of(each.severity)},
                   {"offset", each.offset},
                   {"text", plain(each.text.substr(0, kMostTextBytes))}});
  }
  return out;
}

json::array texts(const std::vector<std::string>& list, std::size_t most) {
  json::array out;
  for (std::size_t i = 0; i < std::min(list.size(), most); ++i)
    out.emplace_back(plain(list[i].substr(0, kMostTextBytes)));
  return out;
}

// One file on its way into the gallery.
struct Passage {
  std::string person;
  std::string encounter;
  std::string digest;
  interchange::FileSamples read;
  std::uint64_t fingers = 0;
  std::uint64_t faces = 0;
  bool loaded_before = false;
};

// Lines of JSON, whole ones alone: what a killed run has written stays readable.
class ReportFile {
 public:
  Status open(const std::filesystem::path& path) {
    if (path.empty()) return {};
    WHORL_TRY(write_file(path, std::string_view(), NewFile::kPrivate));
    out_.open(path, std::ios::binary | std::ios::app);
    return out_ ? Status() : invalid_input("the report cannot be written", path.string());
  }
  Status line(const json::object& value) {
    if (!out_.is_open()) return {};
    out_ << json::serialize(value) + "\n" << std::flush;
    return out_ ? Status() : exhausted("the report cannot be written: no room on its disk");
  }

 private:
  std::ofstream out_;
};

class Loader {
 public:
  // Of the two one: the engine to load into, or what tells whether it would take a file.
  Loader(engine::Engine* engine, const engine::Rehearsal* rehearsal, const RecordLoad& how)
      : engine_(engine), rehearsal_(rehearsal), how_(how) {}

  // Of a rehearsal, which ends with the first: whether a file would be loaded.
  [[nodiscard]] bool would_load() const { return would_load_; }

  Status open_report() { return report_.open(how_.report); }

  void load(const RecordFile& file) {
    if (stopped_) return;
    Passage passage;
    const Status done = pass(file, passage);
    const std::scoped_lock lock(mutex_);
    const bool of_gallery =
        !done.ok() && (done.error().kind == ErrorKind::kUnavailable || done.error().kind == ErrorKind::kExhausted);
    if (of_gallery) return stop(done.error());
    if (rehearsal_ != nullptr && done.ok()) {
      would_load_ = stopped_ = true;
      return;
    }
    count(file, passage, done);
  }

  Result<RecordLoadSummary> summary() {
    if (failure_) return *failure_;
    std::sort(summary_.refusals.begin(), summary_.refusals.end(),
              [](const Error& a, const Error& b) { return a.field.text() < b.field.text(); });
    return summary_;
  }

 private:
  Status pass(const RecordFile& file, Passage& out) {
    WHORL_ASSIGN(const Bytes bytes, read_file(file.path, interchange::kMostFileBytes));
    WHORL_ASSIGN(const Sha256 digest, sha256(bytes));
    out.digest = hex_of(digest);
    interchange::CheckOptions options;
    options.stated = how_.stated;
    out.read = interchange::samples_in(bytes, options);
    WHORL_TRY(acceptable(out.read));
    WHORL_ASSIGN(out.person, how_.person.person(file, bytes));
    WHORL_ASSIGN(out.encounter, how_.encounter.encounter(file, bytes));
    WHORL_ASSIGN(out.loaded_before, known(out));
    return out.loaded_before ? Status() : enrol(out);
  }

  [[nodiscard]] Status acceptable(const interchange::FileSamples& read) const {
    if (read.report.verdict == interchange::Verdict::kUnknown) {
      return invalid_input("the file is of no known format of records");
    }
    if (how_.strict && read.report.findings.errors() > 0) {
      return invalid_input("the file breaks rules of its standard: " +
                           interchange::rules_broken(read.report.findings, interchange::Severity::kError));
    }
    if (read.samples.empty()) {
      std::string why = "the " + read.report.format + " file holds nothing to use";
      const std::string rules = interchange::rules_broken(read.report.findings, interchange::Severity::kError);
      if (!rules.empty()) why += "; it breaks " + rules;
      for (const std::string& left : read.left) why += "; left out: " + left;
      return invalid_input(why);
    }
    return {};
  }

  // Whether the encounter is there already. Errors: kAlreadyExists where it is of another file.
  Result<bool> known(const Passage& passage) {
    if (engine_ == nullptr) return false;
    const auto found = engine_->encounter({}, passage.person, passage.encounter);
    if (!found.ok()) return found.error().kind == ErrorKind::kNotFound ? Result<bool>(false) : found.error();
    json::error_code failed;
    const json::value about = json::parse(found->contextual_data, failed);
    const json::value* source = !failed && about.is_object() ? about.as_object().if_contains("source") : nullptr;
    const json::value* digest =
        source != nullptr && source->is_object() ? source->as_object().if_contains("sha256") : nullptr;
    if (digest != nullptr && digest->is_string() && digest->as_string() == passage.digest) return true;
    return already_exists("the gallery has this encounter from elsewhere: person " + passage.person + ", encounter " +
                          passage.encounter);
  }

  static std::string name(const Sample& sample) {
    if (sample.modality == Modality::kFace) return "the face";
    return std::string(name_of(static_cast<engine::FingerPosition>(sample.position)));
  }

  Status enrol(Passage& passage) {
    engine::EnrolRequest request;
    request.person_id = passage.person;
    request.encounter_id = passage.encounter;
    request.person_rule = engine::PersonRule::kEither;
    request.galleries = how_.galleries;
    request.samples = std::move(passage.read.samples);
    const std::size_t sound = passage.read.left.size();
    interchange::leave_undecodable(request.samples, passage.read.left);
    if (how_.strict && passage.read.left.size() > sound) {
      return invalid_input("a sample cannot be used: " + passage.read.left[sound]);
    }
    interchange::keep_one_each(request.samples, passage.read.left);
    for (Sample& each : request.samples) {
      const bool image = each.modality == Modality::kFinger && each.format == Format::kAnyImage;
      if (how_.ppi && image) each.resolution_ppi = how_.ppi;
    }
    for (;;) {
      request.contextual_data = source_of(passage);
      const Status done = enrolled(request);
      if (done.ok()) {
        for (const Sample& each : request.samples) {
          (each.modality == Modality::kFinger ? passage.fingers : passage.faces) += 1;
        }
        return {};
      }
      if (!leave_out(done.error(), request.samples, passage)) return named(done.error(), request.samples);
    }
  }

  [[nodiscard]] Status enrolled(const engine::EnrolRequest& request) const {
    if (rehearsal_ != nullptr) return rehearsal_->enrol(request);
    const auto receipt = engine_->enrol({}, request);
    return receipt.ok() ? Status() : Status(receipt.error());
  }

  // Read leniently, a sample that cannot be used is left out and the others are enrolled.
  bool leave_out(const Error& why, std::vector<Sample>& samples, Passage& passage) const {
    const auto& steps = why.field.steps();
    const bool of_bytes = steps.size() == 2 && steps[0].name == "samples" && steps[0].index && steps[1].name == "bytes";
    const bool one_of_many = of_bytes && *steps[0].index < samples.size() && samples.size() > 1;
    if (how_.strict || why.kind != ErrorKind::kInvalidInput || !one_of_many) return false;
    const auto at = samples.begin() + static_cast<std::ptrdiff_t>(*steps[0].index);
    passage.read.left.push_back(name(*at) + ": " + why.message);
    samples.erase(at);
    return true;
  }

  static Error named(Error why, const std::vector<Sample>& samples) {
    const auto& steps = why.field.steps();
    const bool of_one = !steps.empty() && steps[0].name == "samples" && steps[0].index;
    if (of_one && *steps[0].index < samples.size()) why.field = FieldPath(name(samples[*steps[0].index]));
    return why;
  }

  // What stands with the encounter.
  static std::string source_of(const Passage& passage) {
    json::object source{{"sha256", passage.digest}, {"format", passage.read.report.format}};
    if (!passage.read.report.edition.empty()) source["edition"] = plain(passage.read.report.edition);
    const auto& findings = passage.read.report.findings;
    if (!findings.all().empty()) source["findings"] = findings_json(findings, kMostKept);
    if (!passage.read.left.empty()) source["leftOut"] = texts(passage.read.left, kMostKept);
    return json::serialize(json::object{{"source", std::move(source)}});
  }

  void stop(const Error& why) {
    if (!failure_) failure_ = why;
    stopped_ = true;
  }

  void count(const RecordFile& file, const Passage& passage, const Status& done) {
    ++summary_.files;
    const interchange::Findings& findings = passage.read.report.findings;
    if (!done.ok()) {
      ++summary_.refused;
      if (summary_.refusals.size() < RecordLoadSummary::kMostRefusals) {
        summary_.refusals.push_back(done.error().within(plain(file.relative)));
      }
    } else {
      ++(passage.loaded_before ? summary_.loaded_before : summary_.loaded);
      summary_.fingers += passage.fingers;
      summary_.faces += passage.faces;
      summary_.with_findings += findings.all().empty() ? 0 : 1;
    }
    if (done.ok() && findings.all().empty() && passage.read.left.empty()) return;
    const Status written = report_.line(line_of(file, passage, done));
    if (!written.ok()) stop(written.error());
  }

  static json::object line_of(const RecordFile& file, const Passage& passage, const Status& done) {
    constexpr std::size_t kAll = interchange::Findings::kMost;
    const interchange::Report& report = passage.read.report;
    json::object out{{"file", plain(file.relative)},
                     {"outcome", !done.ok()              ? "refused"
                                 : passage.loaded_before ? "loaded_before"
                                                         : "loaded"}};
    if (!passage.person.empty()) out["person"] = passage.person;
    if (!passage.encounter.empty()) out["encounter"] = passage.encounter;
    if (!report.format.empty()) out["format"] = report.format;
    if (!report.edition.empty()) out["edition"] = plain(report.edition);
    if (!done.ok()) out["why"] = plain(done.error().text());
    if (!done.ok()) out["reason_code"] = done.error().code();
    out["findings"] = findings_json(report.findings, kAll);
    if (!passage.read.left.empty()) out["left_out"] = texts(passage.read.left, kAll);
    return out;
  }

  engine::Engine* engine_;
  const engine::Rehearsal* rehearsal_;
  const RecordLoad& how_;
  std::atomic<bool> stopped_ = false;
  std::atomic<bool> would_load_ = false;
  std::mutex mutex_;
  // Guarded by mutex_.
  ReportFile report_;
  RecordLoadSummary summary_;
  std::optional<Error> failure_;
};

}  // namespace

Result<std::optional<RecordLoadSummary>> all_refused(const engine::Rehearsal& rehearsal,
                                                     const std::vector<RecordFile>& files, const RecordLoad& how) {
  const auto started = std::chrono::steady_clock::now();
  Loader loader(nullptr, &rehearsal, how);
  WHORL_TRY(loader.open_report());
  parallel_each(files.size(), [&](std::size_t i) { loader.load(files[i]); }, {});
  if (loader.would_load()) return std::optional<RecordLoadSummary>();
  WHORL_ASSIGN(RecordLoadSummary out, loader.summary());
  out.elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return std::optional(std::move(out));
}

Result<RecordLoadSummary> load_records(engine::Engine& engine, const std::vector<RecordFile>& files,
                                       const RecordLoad& how, const ProgressCallback& progress) {
  const auto started = std::chrono::steady_clock::now();
  Loader loader(&engine, nullptr, how);
  WHORL_TRY(loader.open_report());
  parallel_each(
      files.size(), [&](std::size_t i) { loader.load(files[i]); }, progress);
  WHORL_ASSIGN(RecordLoadSummary out, loader.summary());
  out.elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return out;
}

}  // namespace whorl::cli
