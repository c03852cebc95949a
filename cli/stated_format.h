// The option that says what a file is whose bytes do not: a template of a card.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace whorl::cli {

// `name`: "--format" or another. Takes one of interchange::stated_formats() alone.
void add_stated_format(CLI::App& verb, const std::string& name, std::string& into);

}  // namespace whorl::cli
