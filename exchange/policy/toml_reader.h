// Reads a table of a policy, or of a member's configuration, key by key.
//
// The first thing that is wrong is kept, and everything after it reads as empty: whoever reads looks once, at the end.
// Thread-safety: belongs to one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/toml_file.h"
#include "exchange/policy/policy.h"

namespace whorl::exchange {

class TomlReader {
 public:
  // All must outlive the reader. `fault` is shared by the readers of a file.
  TomlReader(const toml::table& table, FieldPath name, const std::filesystem::path& file, std::optional<Error>& fault)
      : table_(table), name_(std::move(name)), file_(file), fault_(fault) {}

  // Of a required key.
  std::string text(std::string_view key, std::size_t most = 500);
  std::string word(std::string_view key);
  std::vector<std::string> words(std::string_view key);
  std::uint64_t number(std::string_view key, std::uint64_t least, std::uint64_t most);
  double fraction(std::string_view key);  // above 0, at most 1
  bool flag(std::string_view key);
  Seconds duration(std::string_view key);
  Time time(std::string_view key);

  [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }
  [[nodiscard]] bool flag_or(std::string_view key, bool otherwise) { return has(key) ? flag(key) : otherwise; }
  // Must say this word, and no other: a rule that this build knows one way of.
  void fixed(std::string_view key, std::string_view word);
  void fixed_flag(std::string_view key, bool value);
  // Tables of the table, each with its name.
  std::vector<std::pair<std::string, TomlReader>> tables();
  std::optional<TomlReader> table(std::string_view key);
  std::vector<TomlReader> list(std::string_view key, std::size_t most);
  std::vector<std::pair<std::string, int>> numbers_by_name(std::string_view key, int most);

  void wrong(std::string_view key, std::string detail);
  // Keys that were not asked for are wrong.
  void end();

 private:
  const toml::node* find(std::string_view key);
  void keep(const Error& error, const toml::node* at, std::string_view key);

  const toml::table& table_;
  FieldPath name_;
  const std::filesystem::path& file_;
  std::optional<Error>& fault_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace whorl::exchange
