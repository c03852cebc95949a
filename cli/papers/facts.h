// What papers are filled in with: named facts, each as Markdown, and who could state one that is lacking. Private to
// this room.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace whorl::cli::papers {

// By name ("member.name"); the value is Markdown, escaped where it came from outside.
using Facts = std::map<std::string, std::string, std::less<>>;

enum class FactKind {
  kDerived,  // of the policy, the directory, measurements, the audit log: never of the file of facts
  kText,     // that only a person can state: a line of text, a whole number of at least 1, a TOML date
  kNumber,
  kDate,
};

struct FactSpec {
  std::string_view name;
  FactKind kind;
  std::string_view means;  // of what a person states: what to write there
  std::string_view from;   // of what is derived: the flags that state it
};

// All that a template may name, in order of name.
std::span<const FactSpec> all_facts();
const FactSpec* fact_named(std::string_view name);
// "--facts FILE, text authority.name: the authority's name"; "--policy FILE".
std::string source_of(const FactSpec& fact);

// `text` from outside as Markdown that shows it: nothing in it is markup, a break of a line or of a table's cell.
// Characters that control, or turn the direction of writing, are shown as '?'.
std::string escaped(std::string_view text);
// Whether `text` has such a character.
bool has_control_character(std::string_view text);

// A table of GitHub's Markdown; cells are Markdown already.
std::string table_text(const std::vector<std::vector<std::string>>& rows);
// A word (exchange::is_word) as code.
std::string code_text(const std::string& word);
std::string code_texts(const std::vector<std::string>& words);  // joined
// "a, b, c".
std::string joined(const std::vector<std::string>& parts);

}  // namespace whorl::cli::papers
