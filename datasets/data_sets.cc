#include "datasets/data_sets.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/catalogue.h"
#include "base/parallel.h"
#include "datasets/population.h"
#include "datasets/sample_files.h"
#include "datasets/synthetic.h"
#include "templates/fingerprint/extract/extract.h"

namespace whorl::datasets {
namespace {

using Templates = std::vector<std::optional<fingerprint::FingerprintTemplate>>;

constexpr int kSyntheticImpressions = 8;

std::optional<double> own_or(double ppi) { return ppi > 0 ? std::optional(ppi) : std::nullopt; }

// The samples as sets, in the order in which the sets appear.
void append_sets(const std::vector<DatasetSample>& samples, const std::filesystem::path& folder,
                 std::vector<DataSet>& out) {
  std::map<std::string, std::pair<DataSet, std::vector<SampleFile>>> sets;
  std::vector<std::string> order;
  for (const DatasetSample& sample : samples) {
    if (!sets.contains(sample.set)) order.push_back(sample.set);
    auto& [set, files] = sets[sample.set];
    set.samples.push_back({sample.path.lexically_relative(folder).generic_string(),
                           sample.finger,
                           sample.subject,
                           {sample.path, own_or(sample.ppi)}});
    files.push_back({sample.path, own_or(sample.ppi)});
  }
  for (const std::string& name : order) {
    auto& [set, files] = sets[name];
    set.name = name;
    set.extract = [list = std::move(files)](const ProgressCallback& progress, std::vector<std::string>& notices) {
      return extract_all(list, progress, &notices);
    };
    out.push_back(std::move(set));
  }
}

// Fingers grown, captured and extracted in memory, all cores at once.
Result<Templates> extract_synthetic(const PopulationPlan& plan, const ProgressCallback& progress) {
  Templates out(static_cast<std::size_t>(plan.subjects * plan.impressions));
  const auto one = [&](std::size_t subject) {
    const int s = static_cast<int>(subject);
    const MasterFingerprint master = population_master(plan, s, 0);
    for (int i = 0; i < plan.impressions; ++i) {
      auto extracted = fingerprint::extract(population_impression(plan, master, s, 0, i));
      if (!extracted.ok()) continue;
      out[subject * static_cast<std::size_t>(plan.impressions) + static_cast<std::size_t>(i)] =
          std::move(extracted).value();
    }
  };
  parallel_each(static_cast<std::size_t>(plan.subjects), one, progress);
  return out;
}

DataSet synthetic_set(const DataOptions& options) {
  PopulationPlan plan;
  plan.subjects = static_cast<int>(options.synthetic);
  plan.fingers_per_subject = 1;
  plan.impressions = kSyntheticImpressions;
  plan.seed = options.seed;
  DataSet out;
  out.name = "synthetic-" + std::to_string(plan.subjects);
  for (int s = 0; s < plan.subjects; ++s) {
    for (int i = 0; i < plan.impressions; ++i) {
      const std::string name = std::to_string(s + 1);
      out.samples.push_back({name + "_" + std::to_string(i + 1), name, name});
    }
  }
  out.extract = [plan](const ProgressCallback& progress, std::vector<std::string>& /*notices*/) {
    return extract_synthetic(plan, progress);
  };
  return out;
}

// A set given twice would count every comparison of it twice.
Status check_distinct(const std::vector<DataSet>& sets) {
  std::set<std::string> names;
  for (const DataSet& set : sets) {
    if (!names.insert(set.name).second) return failure(ErrorCode::kSetTwice, set.name);
  }
  return {};
}

}  // namespace

Result<std::vector<DatasetSample>> manifest_samples(const std::string& manifest, const std::vector<std::string>& sets,
                                                    std::optional<double> ppi) {
  WHORL_ASSIGN(Dataset all, read_manifest(manifest));
  for (const std::string& set : sets) {
    const auto in_set = [&](const DatasetSample& sample) { return sample.set == set; };
    if (std::any_of(all.samples.begin(), all.samples.end(), in_set)) continue;
    return failure(ErrorCode::kNoSuchSet, "--set", with<"set">(set));
  }
  std::erase_if(all.samples, [&](const DatasetSample& sample) {
    return !sets.empty() && std::find(sets.begin(), sets.end(), sample.set) == sets.end();
  });
  for (DatasetSample& sample : all.samples) sample.ppi = ppi.value_or(sample.ppi);
  return std::move(all.samples);
}

Result<std::vector<DataSet>> data_sets(const DataOptions& options) {
  std::vector<DataSet> out;
  if (!options.manifest.empty()) {
    WHORL_ASSIGN(const auto samples, manifest_samples(options.manifest, options.sets, options.ppi));
    append_sets(samples, std::filesystem::path(options.manifest).parent_path(), out);
  }
  for (const std::string& folder : options.fvc) {
    WHORL_ASSIGN(const Dataset set, read_fvc_folder(folder, options.ppi));
    append_sets(set.samples, folder, out);
  }
  if (options.ppi && out.empty() && options.synthetic > 0) {
    return failure(ErrorCode::kSyntheticResolution, "--ppi");
  }
  if (options.synthetic > 0) out.push_back(synthetic_set(options));
  WHORL_TRY(check_distinct(out));
  if (out.empty()) return failure(ErrorCode::kDataNotNamed, "--manifest");
  return out;
}

}  // namespace whorl::datasets
