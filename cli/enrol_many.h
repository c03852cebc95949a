// Enrolling everybody of a data set on all cores.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "datasets/sample_files.h"
#include "engine/engine.h"
#include "engine/rehearsal.h"
#include "index/gallery.h"

namespace whorl::cli {

struct PeopleOptions {
  std::string manifest;
  std::vector<std::string> sets;
  std::string impressions;  // "1-4", "1,3,5-6"; empty: all
};

struct FingerFile {
  engine::FingerPosition position = engine::FingerPosition::kUnknown;
  datasets::SampleFile file;
};
struct EncounterFiles {
  std::string encounter_id;
  std::vector<FingerFile> fingers;
};
struct PersonFiles {
  std::string person_id;
  std::vector<EncounterFiles> encounters;  // by impression
};

// The persons of a manifest, in its order; one encounter for each impression. Characters that an identifier
// may not hold become ':'. `ppi` replaces the manifest's. Errors: those of the reader; kInvalidInput for a
// malformed list of impressions or when nothing is left.
Result<std::vector<PersonFiles>> people_of(const PeopleOptions& options, std::optional<double> ppi);

// "1-4,7" -> {1, 2, 3, 4, 7}. Errors: kInvalidInput.
Result<std::vector<int>> parse_impressions(const std::string& text);

using Refusal = index::LoadOutcome::Refusal;
struct EnrolSummary {
  std::uint64_t persons = 0;
  std::uint64_t encounters = 0;
  std::uint64_t fingers = 0;
  std::vector<Refusal> refused;  // the rest went on
  double elapsed_s = 0;
};

// Whether a gallery that is not there yet would stay empty: the summary of everybody, all refused; nothing where one
// encounter at least would be taken. Cost: reading the samples up to that one.
std::optional<EnrolSummary> all_refused(const engine::Rehearsal& rehearsal, const std::vector<PersonFiles>& people,
                                        const std::vector<std::string>& galleries);

EnrolSummary enrol_many(engine::Engine& engine, const std::vector<PersonFiles>& people,
                        const std::vector<std::string>& galleries, const ProgressCallback& progress);

}  // namespace whorl::cli
