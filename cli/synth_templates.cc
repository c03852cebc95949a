#include "cli/synth_templates.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/catalogue.h"
#include "base/workers.h"
#include "index/gallery.h"
#include "index/record/encounter_file.h"
#include "index/record/native_sample.h"

namespace whorl::cli {
namespace {

using datasets::TemplatePeople;
using datasets::TemplatePerson;

constexpr std::uint64_t kCreated_ms = 1'704'067'200'000;  // 2024-01-01T00:00:00Z

// One person's encounters, stored form, and the bytes of their templates.
struct Made {
  std::vector<index::EncodedRecord> records;
  std::uint64_t native_bytes = 0;
  std::optional<Error> failure;
};

Status make(const TemplatePeople& people, std::uint64_t number, Made& out) {
  const TemplatePerson person(people.seed, number, people.fingers);
  for (int impression = 0; impression < people.impressions; ++impression) {
    WHORL_ASSIGN(const index::EncounterRecord record, synthetic_encounter(person, impression));
    for (const index::SampleRecord& sample : record.samples) out.native_bytes += sample.template_bytes.size();
    WHORL_ASSIGN(index::EncodedRecord encoded, index::encoded(record));
    out.records.push_back(std::move(encoded));
  }
  return {};
}

}  // namespace

Result<index::EncounterRecord> synthetic_encounter(const TemplatePerson& person, int impression) {
  index::EncounterRecord out;
  out.person_id = person.id();
  out.encounter_id = "e" + std::to_string(impression + 1);
  out.encounter_type = "enrolment";
  out.created_ms = kCreated_ms;
  out.galleries = {std::string(index::kDefaultGallery)};
  for (const datasets::TemplateCapture& made : person.capture(static_cast<std::uint64_t>(impression))) {
    WHORL_ASSIGN(index::SampleRecord sample, index::native_sample(made.position, made.extracted));
    out.samples.push_back(std::move(sample));
  }
  return out;
}

namespace {

// Why the file was not written, with its path; what there is of it is taken away, unless it is a device.
Error unwritten(const Error& why, const std::filesystem::path& file) {
  constexpr std::uintmax_t kFull = std::uintmax_t{64} << 10;  // below what the writer holds back
  std::error_code failed;
  const bool plain = std::filesystem::is_regular_file(file, failed);
  const auto space = std::filesystem::space(file, failed);
  const bool full = !failed && space.available < kFull;
  if (plain) std::filesystem::remove(file, failed);
  if (full) return failure(ErrorCode::kNoSpaceForFile, file.string(), with<"cause">("the disk is full"));
  Error out = why;
  out.field = file.string();
  return out;
}

Result<WrittenPeople> written_people(index::EncounterFileWriter writer, const TemplatePeople& people,
                                     const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  constexpr std::uint64_t kBlock = 512;  // persons made before they are written
  const Workers workers;
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

}  // namespace

Result<WrittenPeople> write_template_people(const std::filesystem::path& file, const TemplatePeople& people,
                                            const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  WHORL_ASSIGN(index::EncounterFileWriter writer, index::EncounterFileWriter::create(file));
  auto out = written_people(std::move(writer), people, progress);
  if (!out.ok()) return unwritten(out.error(), file);
  return out;
}

}  // namespace whorl::cli
