#include "engine/read_sample.h"

#include <algorithm>
#include <exception>
#include <iterator>

#include "base/catalogue.h"
#include "engine/read_face.h"
#include "engine/read_finger.h"
#include "templates/codec/codec.h"

namespace whorl::engine {
namespace {

const SampleReader* find_reader(Modality modality) {
  static const SampleReader kRows[] = {finger_reader(), face_reader()};
  const auto* const found = std::find_if(std::begin(kRows), std::end(kRows),
                                         [=](const SampleReader& row) { return row.modality == modality; });
  return found == std::end(kRows) ? nullptr : found;
}

Result<ReadSample> plain_content(const Sample& sample, codec::Template content) {
  PreparedContent prepared(std::move(content));
  SampleQuality quality{sample.modality, sample.position, prepared.quality(), 0, {}};
  return ReadSample{0, std::move(prepared), std::move(quality), false};
}

Result<ReadSample> read_sample(const Sample& sample, const EngineConfig& config, const fingerprint::Stop& stop) {
  const SampleReader* reader = find_reader(sample.modality);
  WHORL_ASSIGN(const codec::Codec* codec, codec::codec_of(sample));
  if (codec->is_image() && reader != nullptr) return reader->image(sample, config, stop);
  WHORL_ASSIGN(codec::Template content, codec::read_template(sample));
  return reader == nullptr ? plain_content(sample, std::move(content))
                           : reader->content(sample, std::move(content), config);
}

// An error without a field is about the sample's bytes.
Error in_sample(const Error& error, std::size_t i) {
  const FieldPath sample("samples", i);
  return error.field.empty() ? error.within("bytes").within(sample) : error.within(sample);
}

bool of_caller(const Error& error) { return error.kind == ErrorKind::kInvalidInput; }

}  // namespace

Result<std::vector<ReadSample>> read_samples(const std::vector<Sample>& samples, const EngineConfig& config,
                                             const Workers& workers, const fingerprint::Stop& stop) {
  std::vector<Result<ReadSample>> results(samples.size(), internal_error("the sample was not read"));
  workers.each(samples.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      try {
        results[i] = read_sample(samples[i], config, stop);
      } catch (const std::exception& e) {
        results[i] = internal_error(std::string("reading a sample: ") + e.what());
      }
    }
  });
  std::vector<ReadSample> out;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i].ok()) return of_caller(results[i].error()) ? in_sample(results[i].error(), i) : results[i].error();
    out.push_back(std::move(results[i]).value());
    out.back().sample = i;
  }
  return out;
}

Error in_request(Error error, std::string_view list, const std::vector<std::size_t>& places) {
  std::vector<FieldPath::Step> steps = error.field.steps();
  if (steps.empty() || steps[0].name != list || steps[0].index.value_or(places.size()) >= places.size()) return error;
  steps[0] = {"samples", places[*steps[0].index]};
  error.field = FieldPath(std::move(steps));
  return error;
}

Status require_quality(const std::vector<ReadSample>& read, int min_quality) {
  for (const ModalityRow& row : modalities()) {
    const auto samples = of_modality(read, row.modality);
    const SampleReader* reader = find_reader(row.modality);
    if (samples.empty() || reader == nullptr) continue;
    WHORL_TRY(reader->gate(samples, min_quality));
  }
  return {};
}

std::vector<SampleQuality> qualities(const std::vector<ReadSample>& read) {
  std::vector<SampleQuality> out;
  for (const ReadSample& each : read) out.push_back(each.quality);
  return out;
}

}  // namespace whorl::engine
