#include "cli/results_folder.h"

#include <boost/json.hpp>
#include <set>
#include <sstream>

#include "base/files.h"
#include "base/json_text.h"
#include "base/sha256.h"
#include "cli/face_figures.h"
#include "cli/figures.h"
#include "cli/print.h"

namespace whorl::cli {
namespace {

std::set<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::set<std::string> out;
  for (std::string word; in >> word;) out.insert(word);
  return out;
}

}  // namespace

Status make_results_folder(const std::filesystem::path& folder, const std::string& files) {
  WHORL_TRY(make_directory(folder));
  const std::set<std::string> wanted = words_of(files);
  std::string replaced;
  std::string kept;
  for (const std::string& name : words_of(figure_files() + " " + face_figure_files(true) + " failures.csv worst.csv")) {
    std::error_code ignored;
    if (!std::filesystem::exists(folder / name, ignored)) continue;
    (wanted.contains(name) ? replaced : kept) += " " + name;
  }
  if (!replaced.empty()) print_notice(folder.string() + " holds an earlier run; written over:" + replaced);
  if (!kept.empty()) print_notice(folder.string() + " keeps of an earlier run:" + kept);
  return {};
}

Result<ResultsFolder> ResultsFolder::make(std::filesystem::path folder, const std::string& files,
                                          evaluation::Provenance provenance) {
  WHORL_TRY(make_results_folder(folder, files));
  return ResultsFolder(std::move(folder), std::move(provenance));
}

Status ResultsFolder::write(const std::string& name, std::string_view text) {
  const std::string content =
      name.ends_with(".svg") ? evaluation::with_provenance(std::string(text), provenance_) : std::string(text);
  WHORL_TRY(write_file(folder_ / name, content));
  WHORL_ASSIGN(const Sha256 digest, sha256(as_bytes(content)));
  written_.push_back({name, content.size(), hex_of(digest)});
  return {};
}

Status ResultsFolder::finish() {
  boost::json::object out = evaluation::provenance_json(provenance_);
  boost::json::array files;
  for (const Written& file : written_) {
    files.push_back({{"file", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  }
  out["files"] = std::move(files);
  return write_file(folder_ / "provenance.json", json_text(out) + "\n");
}

}  // namespace whorl::cli
