#include "cli/policy_files.h"

#include "cli/note_files.h"

namespace whorl::cli {

using namespace exchange;

Result<ReadPolicy> read_policy(const PolicyFiles& files) {
  WHORL_ASSIGN(const std::string text, text_of_file(files.policy));
  if (files.office.empty()) {
    WHORL_ASSIGN(Policy policy, parse_policy(text_in_note(text), files.policy));
    return ReadPolicy{{std::move(policy), {}}, {}};
  }
  WHORL_ASSIGN(const auto office, note_keys(files.office));
  WHORL_ASSIGN(const auto now, time_of(files.at));
  WHORL_ASSIGN(const std::string note, text_of_file(files.directory));
  WHORL_ASSIGN(Directory directory, open_directory(note, office, now));
  WHORL_ASSIGN(OpenedPolicy opened, open_policy(text, office, directory));
  return ReadPolicy{std::move(opened), std::move(directory)};
}

}  // namespace whorl::cli
