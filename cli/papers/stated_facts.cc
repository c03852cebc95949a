#include "base/catalogue.h"
#include "base/text.h"
#include "base/toml_file.h"
#include "cli/papers/sources.h"

namespace whorl::cli::papers {
namespace {

Error unknown_fact(const std::string& name) {
  std::vector<std::string> known;
  for (const FactSpec& fact : all_facts()) {
    if (fact.kind != FactKind::kDerived) known.emplace_back(fact.name);
  }
  return invalid_input("no document has such a fact; the nearest is " + nearest(name, known));
}

Result<std::string> text_of(const toml::node& node) {
  WHORL_ASSIGN(const std::string text, toml_text(node, kMostFactBytes));
  if (text.find_first_not_of(' ') == std::string::npos) return invalid_input("is empty");
  if (has_control_character(text)) {
    return invalid_input("has a character that controls, breaks the line or turns the direction of writing");
  }
  return escaped(text);
}

Result<std::string> number_of(const toml::node& node) {
  constexpr std::int64_t kMost = 100'000;
  const auto number = node.value_exact<std::int64_t>();
  if (!number || *number < 1 || *number > kMost) {
    return invalid_input("is a whole number from 1 to " + std::to_string(kMost) + ", without quotes");
  }
  return std::to_string(*number);
}

Result<std::string> date_of(const toml::node& node) {
  const auto date = node.value_exact<toml::date>();
  if (!date) return invalid_input("is a date without quotes, such as 2026-12-01");
  const auto two = [](unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return std::to_string(date->year) + "-" + two(date->month) + "-" + two(date->day);
}

Result<std::string> value_of(const toml::node& node, const std::string& name) {
  const FactSpec* fact = fact_named(name);
  if (fact == nullptr) return unknown_fact(name);
  switch (fact->kind) {
    case FactKind::kDerived: return invalid_input("is no fact that a person states: " + std::string(fact->from));
    case FactKind::kText: return text_of(node);
    case FactKind::kNumber: return number_of(node);
    case FactKind::kDate: return date_of(node);
  }
  return internal_error("a fact without a kind");
}

}  // namespace

Status add_stated_facts(std::string_view toml, const std::string& file, Facts& facts) {
  WHORL_ASSIGN(const toml::table root, parse_toml(toml, file, kMostFactsBytes));
  for (const auto& [group, node] : root) {
    const toml::table* table = node.as_table();
    const std::string group_name(group.str());
    if (table == nullptr) {
      return invalid_input("stands in no table: facts are written as name = \"...\" under [authority] and the like",
                           group_name)
          .within(toml_place(file, node.source()));
    }
    for (const auto& [key, inner] : *table) {
      const std::string name = group_name + "." + std::string(key.str());
      auto value = value_of(inner, name);
      if (!value.ok()) return value.error().within(FieldPath(name)).within(toml_place(file, inner.source()));
      facts[name] = std::move(*value);
    }
  }
  return {};
}

}  // namespace whorl::cli::papers
