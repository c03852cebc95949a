#include "cli/synth_templates.h"

#include <cstdio>
#include <optional>
#include <vector>

#include "base/workers.h"
#include "datasets/population.h"
#include "datasets/template_population.h"
#include "index/gallery.h"
#include "index/record/encounter_file.h"
#include "templates/codec/native.h"

namespace whorl::cli {
namespace {

constexpr std::uint64_t kCreated_ms = 1'704'067'200'000;  // 2024-01-01T00:00:00Z

std::string person_id(std::uint64_t person) {
  char text[32];
  std::snprintf(text, sizeof text, "synth-%07llu", static_cast<unsigned long long>(person + 1));
  return text;
}

// One person's encounters, stored form, and the bytes of their templates.
struct Made {
  std::vector<index::EncodedRecord> records;
  std::uint64_t native_bytes = 0;
  std::optional<Error> failure;
};

Result<index::EncounterRecord> encounter_of(const std::vector<datasets::TemplateFinger>& fingers, std::uint64_t person,
                                            int impression) {
  index::EncounterRecord out;
  out.person_id = person_id(person);
  out.encounter_id = "e" + std::to_string(impression + 1);
  out.encounter_type = "enrolment";
  out.created_ms = kCreated_ms;
  out.galleries = {std::string(index::kDefaultGallery)};
  for (std::size_t i = 0; i < fingers.size(); ++i) {
    const auto made = fingers[i].impression(static_cast<std::uint64_t>(impression));
    index::FingerRecord finger;
    finger.position = datasets::finger_order(static_cast<int>(i));
    finger.quality = made.quality;
    finger.minutiae = static_cast<std::uint8_t>(made.minutiae.size());
    WHORL_ASSIGN(finger.native_template, codec::encode_native(made));
    out.fingers.push_back(std::move(finger));
  }
  return out;
}

std::vector<datasets::TemplateFinger> fingers_of(const TemplatePeople& people, std::uint64_t person) {
  std::vector<datasets::TemplateFinger> out;
  for (int finger = 0; finger < people.fingers; ++finger)
    out.emplace_back(datasets::TemplateFingerId{people.seed, person, finger});
  return out;
}

Status make(const TemplatePeople& people, std::uint64_t person, Made& out) {
  const std::vector<datasets::TemplateFinger> fingers = fingers_of(people, person);
  for (int impression = 0; impression < people.impressions; ++impression) {
    WHORL_ASSIGN(const index::EncounterRecord record, encounter_of(fingers, person, impression));
    for (const index::FingerRecord& finger : record.fingers) out.native_bytes += finger.native_template.size();
    WHORL_ASSIGN(index::EncodedRecord encoded, index::encoded(record));
    out.records.push_back(std::move(encoded));
  }
  return {};
}

}  // namespace

Result<index::EncounterRecord> synthetic_encounter(const TemplatePeople& people, std::uint64_t person, int impression) {
  return encounter_of(fingers_of(people, person), person, impression);
}

Result<WrittenPeople> write_template_people(const std::filesystem::path& file, const TemplatePeople& people,
                                            const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  constexpr std::uint64_t kBlock = 512;  // persons made before they are written
  const Workers workers;
  WHORL_ASSIGN(index::EncounterFileWriter writer, index::EncounterFileWriter::create(file));
  WrittenPeople out;
  for (std::uint64_t done = 0; done < people.persons;) {
    const std::uint64_t end = std::min(people.persons, done + kBlock);
    std::vector<Made> block(end - done);
    workers.each(block.size(), 4, [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) {
        if (const Status status = make(people, done + i, block[i]); !status.ok()) block[i].failure = status.error();
      }
    });
    for (const Made& made : block) {
      if (made.failure) return *made.failure;
      for (const index::EncodedRecord& record : made.records) WHORL_TRY(writer.add(record));
      out.native_bytes += made.native_bytes;
    }
    done = end;
    if (progress) progress(done, people.persons);
  }
  WHORL_TRY(writer.finish());
  out.encounters = people.persons * static_cast<std::uint64_t>(people.impressions);
  out.templates = out.encounters * static_cast<std::uint64_t>(people.fingers);
  return out;
}

}  // namespace whorl::cli
