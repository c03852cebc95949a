// Where the figures of a run come from.
#include <filesystem>

#include "base/files.h"
#include "base/sha256.h"
#include "base/version.h"
#include "base/world.h"
#include "cli/evaluate.h"

namespace whorl::cli {
namespace {

using evaluation::Origin;

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 30;

Result<std::string> digest_of(const std::filesystem::path& file) {
  WHORL_ASSIGN(const Bytes bytes, read_file(file, kMaxFileBytes));
  WHORL_ASSIGN(const Sha256 digest, sha256(bytes));
  return hex_of(digest);
}

Result<Origin> origin_of(const std::filesystem::path& file) {
  WHORL_ASSIGN(const std::string digest, digest_of(file));
  return Origin{file.filename().string(), digest, 1};
}

// One digest of many files: that of the lines which sha256sum prints for them.
Result<Origin> origin_of(const std::string& name,
                         const std::vector<std::pair<std::filesystem::path, std::string>>& files) {
  Origin out{name, {}, 0};
  std::string lines;
  for (const auto& [file, shown] : files) {
    if (file.empty()) return Origin{name, {}, 1};  // made in memory
    WHORL_ASSIGN(const std::string digest, digest_of(file));
    lines += digest + "  " + shown + "\n";
    ++out.files;
  }
  WHORL_ASSIGN(const Sha256 digest, sha256(as_bytes(lines)));
  out.sha256 = hex_of(digest);
  return out;
}

Result<Origin> origin_of_calibration(const std::string& file, const std::optional<engine::Calibration>& calibration) {
  if (!file.empty()) return origin_of(file);
  if (!calibration) return Origin{"none", {}, 1};
  WHORL_ASSIGN(const Sha256 digest, sha256(as_bytes(calibration->to_json())));
  return Origin{calibration->source(), hex_of(digest), 1};
}

Result<evaluation::Provenance> frame(const EvaluateOptions& options,
                                     const std::optional<engine::Calibration>& calibration) {
  evaluation::Provenance out;
  out.version = kVersion;
  out.command = options.command;
  out.date = rfc3339(real_world().now());
  out.seed = options.data.seed;
  WHORL_ASSIGN(out.calibration, origin_of_calibration(options.calibration, calibration));
  for (const std::string& file : {options.data.manifest, options.scores, options.scores_more, options.compare,
                                  options.pairs.list, options.pairs.metadata}) {
    if (file.empty()) continue;
    WHORL_ASSIGN(Origin origin, origin_of(file));
    out.data.push_back(std::move(origin));
  }
  return out;
}

}  // namespace

Result<evaluation::Provenance> provenance_of(const EvaluateOptions& options, const datasets::Trials& trials,
                                             const std::optional<engine::Calibration>& calibration) {
  WHORL_ASSIGN(evaluation::Provenance out, frame(options, calibration));
  if (!options.scores.empty()) return out;  // of another tool: nothing of ours read or compared anything
  out.extractor_version = engine::Calibration::fingerprints().extractor_version;
  out.comparator_version = engine::Calibration::fingerprints().comparator_version;
  for (std::size_t t = 0; t < trials.trials.size(); ++t) {
    std::vector<std::pair<std::filesystem::path, std::string>> files;
    for (std::size_t i = 0; i < trials.files[t].size(); ++i) {
      files.emplace_back(trials.files[t][i].path, trials.samples[t][i].name);
    }
    WHORL_ASSIGN(Origin origin, origin_of(trials.trials[t].name, files));
    out.data.push_back(std::move(origin));
  }
  return out;
}

Result<evaluation::Provenance> provenance_of(const EvaluateOptions& options, const datasets::FaceTrials& trials,
                                             const std::optional<engine::Calibration>& calibration) {
  WHORL_ASSIGN(evaluation::Provenance out, frame(options, calibration));
  out.network = trials.network.text();
  const auto versions = engine::Calibration::faces(out.network);
  out.extractor_version = versions.extractor_version;
  out.comparator_version = versions.comparator_version;
  const std::filesystem::path folder = options.pairs.images.empty()
                                           ? std::filesystem::path(options.pairs.list).parent_path()
                                           : std::filesystem::path(options.pairs.images);
  std::vector<std::pair<std::filesystem::path, std::string>> files;
  for (const evaluation::Sample& sample : trials.samples) files.emplace_back(folder / sample.name, sample.name);
  WHORL_ASSIGN(Origin origin, origin_of("images", files));
  out.data.push_back(std::move(origin));
  return out;
}

}  // namespace whorl::cli
