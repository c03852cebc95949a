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

}  // namespace

Result<std::vector<DataSet>> data_sets(const DataOptions& options) {
  if (options.manifest.empty()) return invalid_input("name the data: --manifest FILE", "--manifest");
  WHORL_ASSIGN(const Bytes bytes, read_file(options.manifest, 64u << 20));
  const auto lines = lines_of(as_text(bytes));
  const std::filesystem::path folder = std::filesystem::path(options.manifest).parent_path();
  std::map<std::string, Listed> listed;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto fields = fields_of(lines[i]);
    if (fields.size() < 6 ||
        (i == 0 && (fields[0] != "set" || fields[1] != "file" || fields[3] != "finger"))) {
      return invalid_input(
          "line " + std::to_string(i + 1) + " is not set,file,subject,finger,impression,dpi,...",
          options.manifest);
    }
    const bool wanted =
        options.sets.empty() || std::count(options.sets.begin(), options.sets.end(), fields[0]) > 0;
    if (i == 0 || !wanted) continue;
    double ppi = 0;
    std::from_chars(fields[5].data(), fields[5].data() + fields[5].size(), ppi);
    Listed& into = listed[fields[0]];
    into.set.samples.push_back({fields[1], fields[3]});
    into.files.push_back({folder / fields[1], options.ppi ? options.ppi : std::optional<double>(ppi)});
  }
  std::vector<DataSet> out;
  for (const std::string& set : options.sets) {
    if (!listed.contains(set)) return not_found("the manifest has no set \"" + set + "\"", "--set");
  }
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
