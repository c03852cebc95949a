// Synthetic people as templates, in a file of encounters.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/result.h"
#include "datasets/template_people.h"
#include "index/record/record.h"

namespace whorl::cli {

// Encounter `impression` (from 0) of a person: "e1" is the first. In the default gallery, and created at a fixed
// moment, so that the same numbers give the same bytes. Thread-safe. Errors: those of encode_native; not expected.
Result<index::EncounterRecord> synthetic_encounter(const datasets::TemplatePerson& person, int impression);

struct WrittenPeople {
  std::uint64_t encounters = 0;
  std::uint64_t templates = 0;
  std::uint64_t native_bytes = 0;  // of all templates
};

// Makes everybody, on all cores, each impression an encounter, and writes them in order of person and encounter
// (index/record/encounter_file.h). `progress` is called now and then with the persons done and their number. Errors:
// kUnavailable (the file cannot be written).
Result<WrittenPeople> write_template_people(const std::filesystem::path& file, const datasets::TemplatePeople& people,
                                            const std::function<void(std::uint64_t, std::uint64_t)>& progress);

}  // namespace whorl::cli
