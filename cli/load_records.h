// Loading files of other systems into a gallery: each file an encounter.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/record_files.h"
#include "engine/engine.h"
#include "engine/rehearsal.h"

namespace whorl::cli {

struct RecordLoad {
  NameRule person;
  NameRule encounter;
  bool strict = false;        // refuse a file with any error, or of which a sample cannot be used
  std::optional<double> ppi;  // of images of fingers, whatever the records say
  std::string stated;         // the format, where nothing in the bytes says it
  std::vector<std::string> galleries = {"default"};
  std::filesystem::path report;  // JSON Lines; empty: none
};

struct RecordLoadSummary {
  std::uint64_t files = 0;
  std::uint64_t loaded = 0;
  std::uint64_t loaded_before = 0;  // the gallery has the encounter, of a file of these very bytes
  std::uint64_t refused = 0;
  std::uint64_t with_findings = 0;  // of the loaded: files that break a rule of their standard
  std::uint64_t fingers = 0;        // loaded
  std::uint64_t faces = 0;
  // The first of them, with the file's name as field.
  static constexpr std::size_t kMostRefusals = 100;
  std::vector<Error> refusals;
  double elapsed_s = 0;
};

// Whether a gallery that is not there yet would stay empty: the summary of all files, each refused, with the report
// written; nothing where one at least would be loaded. Errors: of the report. Cost: reading files up to that one.
Result<std::optional<RecordLoadSummary>> all_refused(const engine::Rehearsal& rehearsal,
                                                     const std::vector<RecordFile>& files, const RecordLoad& how);

// Loads every file that the gallery does not have, on all cores; each is durable before it is counted. A file is known
// again by the digest that is kept with its encounter, so the same call goes on after a kill: each file is enrolled
// once. What a file's reader found goes into the report, and with the encounter (contextual data, "source").
// Errors: of the report (it cannot be written); kUnavailable, kExhausted of the gallery: what was loaded
// before stays.
Result<RecordLoadSummary> load_records(engine::Engine& engine, const std::vector<RecordFile>& files,
                                       const RecordLoad& how, const ProgressCallback& progress);

}  // namespace whorl::cli
