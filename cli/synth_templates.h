// Synthetic people as templates, in a file of encounters.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/result.h"
#include "index/record/record.h"

namespace whorl::cli {

struct TemplatePeople {
  std::uint64_t persons = 0;
  int fingers = 2;      // of each, in the order of datasets::finger_order: index fingers first
  int impressions = 1;  // of each finger; each is an encounter: e1, e2, ...
  std::uint64_t seed = 1;
};

// Encounter `impression` (from 0) of person `person` (from 0): "synth-0000001" is the first. In the default
// gallery, and created at a fixed moment, so that the same numbers give the same bytes. Thread-safe. Errors:
// those of encode_native; not expected.
Result<index::EncounterRecord> synthetic_encounter(const TemplatePeople& people, std::uint64_t person, int impression);

struct WrittenPeople {
  std::uint64_t encounters = 0;
  std::uint64_t templates = 0;
  std::uint64_t native_bytes = 0;  // of all templates
};

// Makes everybody, on all cores, and writes them in order of person and encounter (index/record/encounter_file.h).
// `progress` is called now and then with the persons done and their number. Errors: kUnavailable (the file
// cannot be written).
Result<WrittenPeople> write_template_people(const std::filesystem::path& file, const TemplatePeople& people,
                                            const std::function<void(std::uint64_t, std::uint64_t)>& progress);

}  // namespace whorl::cli
