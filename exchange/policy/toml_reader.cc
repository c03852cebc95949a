#include "exchange/policy/toml_reader.h"

#include <algorithm>
#include <chrono>

#include "base/catalogue.h"
#include "base/text.h"

namespace whorl::exchange {
namespace {

constexpr std::size_t kMostListed = 256;

Error malformed(std::string detail) { return failure(ErrorCode::kPolicyMalformed, with<"detail">(std::move(detail))); }

}  // namespace

void TomlReader::keep(const Error& error, const toml::node* at, std::string_view key) {
  if (fault_) return;
  fault_ =
      error.within(name_ / FieldPath(key)).within(toml_place(file_, at == nullptr ? table_.source() : at->source()));
}

void TomlReader::wrong(std::string_view key, std::string detail) {
  keep(malformed(std::move(detail)), table_.get(key), key);
}

const toml::node* TomlReader::find(std::string_view key) {
  asked_.emplace(key);
  const toml::node* node = table_.get(key);
  if (node == nullptr) wrong(key, "is required");
  return node;
}

std::string TomlReader::text(std::string_view key, std::size_t most) {
  const toml::node* node = find(key);
  if (node == nullptr) return {};
  auto out = toml_text(*node, most);
  if (!out.ok()) return keep(out.error(), node, key), std::string();
  if (out->empty()) return wrong(key, "is empty"), std::string();
  return std::move(*out);
}

std::string TomlReader::word(std::string_view key) {
  std::string out = text(key);
  if (!out.empty() && !is_word(out)) wrong(key, "is a name of letters, digits, '.', '_' and '-'");
  return out;
}

std::vector<std::string> TomlReader::words(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return {};
  const toml::array* items = node->as_array();
  if (items == nullptr || items->size() > kMostListed)
    return wrong(key, "is a list of names"), std::vector<std::string>();
  std::vector<std::string> out;
  for (const toml::node& item : *items) {
    const auto text = toml_text(item, 64);
    if (!text.ok() || !is_word(*text)) return wrong(key, "is a list of names"), std::vector<std::string>();
    if (std::find(out.begin(), out.end(), *text) != out.end()) wrong(key, "names \"" + *text + "\" twice");
    out.push_back(*text);
  }
  return out;
}

std::uint64_t TomlReader::number(std::string_view key, std::uint64_t least, std::uint64_t most) {
  const toml::node* node = find(key);
  if (node == nullptr) return least;
  const auto value = node->value_exact<std::int64_t>();
  if (!value || *value < 0 || static_cast<std::uint64_t>(*value) < least || static_cast<std::uint64_t>(*value) > most) {
    wrong(key, "is a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return least;
  }
  return static_cast<std::uint64_t>(*value);
}

double TomlReader::fraction(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return 0;
  const auto value = node->value_exact<double>();
  if (!value || !(*value > 0) || !(*value <= 1)) return wrong(key, "is a number above 0 and at most 1"), 0;
  return *value;
}

bool TomlReader::flag(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return false;
  const auto value = node->value_exact<bool>();
  if (!value) return wrong(key, "is true or false"), false;
  return *value;
}

Seconds TomlReader::duration(std::string_view key) {
  const std::string written = text(key);
  if (written.empty()) return Seconds(0);
  const auto out = duration_named(written);
  if (!out) return wrong(key, "is a time such as \"10s\", \"5m\", \"48h\", \"90d\", \"5y\""), Seconds(0);
  return *out;
}

Time TomlReader::time(std::string_view key) {
  using namespace std::chrono;
  const toml::node* node = find(key);
  if (node == nullptr) return {};
  const auto value = node->value_exact<toml::date_time>();
  if (!value || !value->offset || value->offset->minutes != 0)
    return wrong(key, "is a date and time that ends with Z"), Time();
  const year_month_day date{year(value->date.year), month(value->date.month), day(value->date.day)};
  if (!date.ok()) return wrong(key, "is no day of the calendar"), Time();
  const Time out = sys_days(date) + hours(value->time.hour) + minutes(value->time.minute) + seconds(value->time.second);
  const std::int64_t second = out.time_since_epoch().count();
  if (second < 0 || second > kLatestSecond) return wrong(key, "is not between 1970 and 2200"), Time();
  return out;
}

void TomlReader::fixed(std::string_view key, std::string_view word) {
  if (text(key) != word) wrong(key, "is \"" + std::string(word) + "\": this build knows no other way");
}

void TomlReader::fixed_flag(std::string_view key, bool value) {
  if (flag(key) != value)
    wrong(key, std::string("is ") + (value ? "true" : "false") + ": this build knows no other way");
}

std::vector<std::pair<std::string, TomlReader>> TomlReader::tables() {
  std::vector<std::pair<std::string, TomlReader>> out;
  for (const auto& [key, node] : table_) {
    asked_.emplace(key.str());
    const toml::table* inner = node.as_table();
    if (inner == nullptr || !is_word(key.str())) {
      wrong(key.str(), "is a table whose name has letters, digits, '.', '_' and '-'");
      return out;
    }
    out.emplace_back(std::string(key.str()), TomlReader(*inner, name_ / FieldPath(key.str()), file_, fault_));
  }
  return out;
}

std::optional<TomlReader> TomlReader::table(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const toml::table* inner = node->as_table();
  if (inner == nullptr) return wrong(key, "is a table, its name in square brackets"), std::nullopt;
  return TomlReader(*inner, name_ / FieldPath(key), file_, fault_);
}

std::vector<TomlReader> TomlReader::list(std::string_view key, std::size_t most) {
  std::vector<TomlReader> out;
  const toml::node* node = find(key);
  if (node == nullptr) return out;
  const toml::array* items = node->as_array();
  if (items == nullptr || items->size() > most)
    return wrong(key, "is a list of tables, its name in two square brackets"), out;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const toml::table* inner = (*items)[i].as_table();
    if (inner == nullptr) return wrong(key, "is a list of tables, its name in two square brackets"), out;
    out.emplace_back(*inner, name_ / FieldPath(key, i), file_, fault_);
  }
  return out;
}

std::vector<std::pair<std::string, int>> TomlReader::numbers_by_name(std::string_view key, int most) {
  std::vector<std::pair<std::string, int>> out;
  auto inner = table(key);
  if (!inner) return out;
  for (const auto& [name, node] : inner->table_) {
    out.emplace_back(std::string(name.str()),
                     static_cast<int>(inner->number(name.str(), 0, static_cast<std::uint64_t>(most))));
  }
  return out;
}

void TomlReader::end() {
  for (const auto& [key, node] : table_) {
    if (asked_.contains(key.str())) continue;
    const std::vector<std::string> known(asked_.begin(), asked_.end());
    keep(failure(ErrorCode::kUnknownKey, with<"nearest">(known.empty() ? "none" : nearest(key.str(), known))), &node,
         key.str());
  }
}

}  // namespace whorl::exchange
