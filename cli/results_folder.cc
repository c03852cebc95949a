#include "cli/results_folder.h"

#include <set>
#include <sstream>

#include "base/files.h"
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
  for (const std::string& name : words_of(figure_files(true) + " " + face_figure_files(true) + " failures.csv")) {
    std::error_code ignored;
    if (!std::filesystem::exists(folder / name, ignored)) continue;
    (wanted.contains(name) ? replaced : kept) += " " + name;
  }
  if (!replaced.empty()) print_notice(folder.string() + " holds an earlier run; written over:" + replaced);
  if (!kept.empty()) print_notice(folder.string() + " keeps of an earlier run:" + kept);
  return {};
}

}  // namespace whorl::cli
