// The papers: templates that are part of the binary (docs/privacy), and their filling in. Private to this room.
//
// A template is Markdown with places for facts, each a name in two pairs of braces: {{member.name}}. Thread-safety:
// pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/papers/facts.h"

namespace whorl::cli::papers {

struct Paper {
  std::string_view name;  // "notice": of its file in docs/privacy
  std::string_view text;
};

std::span<const Paper> all_papers();
// Errors: kInvalidInput, with the nearest name.
Result<Paper> paper_named(const std::string& name);

// Its first heading, without the marks.
std::string title_of(const Paper& paper);
// The names of its facts, each once, in order of name.
std::vector<std::string> places_of(const Paper& paper);

// Every place filled in. Errors: kInvalidInput, naming every fact that is lacking and what would state it; nothing is
// filled in then.
Result<std::string> filled(const Paper& paper, const Facts& facts);

}  // namespace whorl::cli::papers
