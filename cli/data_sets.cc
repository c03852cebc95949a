#include "cli/data_sets.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "cli/files.h"
#include "cli/loading.h"

namespace whorl::cli {
namespace {

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> out(1);
  for (const char c : line) {
    if (c == ',') {
      out.emplace_back();
    } else if (c != '\r') {
      out.back() += c;
    }
  }
  return out;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (c == '\n') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  if (out.back().empty()) out.pop_back();
  return out;
}

struct Listed {
  DataSet set;
  std::vector<ToExtract> files;
};

Status check_sets(const std::vector<std::string>& wanted, const std::vector<ManifestRow>& rows) {
  for (const std::string& set : wanted) {
    if (std::any_of(rows.begin(), rows.end(), [&](const ManifestRow& row) { return row.set == set; }))
      continue;
    return not_found("the manifest has no set \"" + set + "\"", "--set");
  }
  return {};
}

}  // namespace

Result<std::vector<ManifestRow>> manifest_rows(const std::string& manifest,
                                               const std::vector<std::string>& sets,
                                               std::optional<double> ppi) {
  WHORL_ASSIGN(const Bytes bytes, read_file(manifest, 64u << 20));
  const auto lines = lines_of(as_text(bytes));
  const std::filesystem::path folder = std::filesystem::path(manifest).parent_path();
  std::vector<ManifestRow> out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto fields = fields_of(lines[i]);
    if (fields.size() < 6 ||
        (i == 0 && (fields[0] != "set" || fields[1] != "file" || fields[3] != "finger"))) {
      return invalid_input(
          "line " + std::to_string(i + 1) + " is not set,file,subject,finger,impression,dpi,...", manifest);
    }
    if (i == 0) continue;
    ManifestRow row{fields[0], fields[1], fields[2], fields[3], 0, {folder / fields[1], ppi}};
    std::from_chars(fields[4].data(), fields[4].data() + fields[4].size(), row.impression);
    double stated = 0;
    std::from_chars(fields[5].data(), fields[5].data() + fields[5].size(), stated);
    if (!ppi && stated > 0) row.file.ppi = stated;
    out.push_back(std::move(row));
  }
  WHORL_TRY(check_sets(sets, out));
  std::erase_if(out, [&](const ManifestRow& row) {
    return !sets.empty() && std::find(sets.begin(), sets.end(), row.set) == sets.end();
  });
  return out;
}

Result<std::vector<DataSet>> data_sets(const DataOptions& options) {
  if (options.manifest.empty()) return invalid_input("name the data: --manifest FILE", "--manifest");
  WHORL_ASSIGN(const auto rows, manifest_rows(options.manifest, options.sets, options.ppi));
  std::map<std::string, Listed> listed;
  for (const ManifestRow& row : rows) {
    Listed& into = listed[row.set];
    into.set.samples.push_back({row.name, row.finger});
    into.files.push_back(row.file);
  }
  std::vector<DataSet> out;
  for (auto& [name, one] : listed) {
    one.set.name = name;
    one.set.extract = [files = std::move(one.files)](const evaluation::ProgressCallback& progress) {
      return extract_all(files, progress);
    };
    out.push_back(std::move(one.set));
  }
  return out;
}

}  // namespace whorl::cli
