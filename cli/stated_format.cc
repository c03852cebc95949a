#include "cli/stated_format.h"

#include <CLI/CLI.hpp>
#include <vector>

#include "templates/interchange/check.h"

namespace whorl::cli {

void add_stated_format(CLI::App& verb, const std::string& name, std::string& into) {
  std::vector<std::string> stated;
  for (const std::string_view each : interchange::stated_formats()) stated.emplace_back(each);
  verb.add_option(name, into, "What a file is, of a format that its bytes do not name: a template of a card")
      ->check(CLI::IsMember(stated));
}

}  // namespace whorl::cli
