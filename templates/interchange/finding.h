// What a strict reader found at fault: values, a rule each.
//
// A rule's id is stable ("FMR-15", docs/interchange.md lists them all); its severity may differ by edition, so each
// finding has its own. Plain values; not synchronised.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace whorl::interchange {

enum class Severity { kError, kWarning };
// "error", "warning".
std::string_view name_of(Severity severity);

struct Finding {
  std::string_view rule;  // of the table in rules.h; lives as long as the program
  Severity severity = Severity::kError;
  std::size_t offset = 0;  // of the byte at fault, from the start of the file
  std::string text;        // what is wrong there, one sentence without a full stop
};

// The findings of one file, in the order in which they were made. At most kMost are kept: a hostile file has no more to
// say than a broken one.
class Findings {
 public:
  static constexpr std::size_t kMost = 1000;

  void error(std::string_view rule, std::size_t offset, std::string text);
  void warning(std::string_view rule, std::size_t offset, std::string text);
  void add(Finding finding);
  // Those of a part that begins at `base` of this file.
  void take(const Findings& part, std::size_t base);

  [[nodiscard]] const std::vector<Finding>& all() const { return all_; }
  // Of every finding made, kept or not.
  [[nodiscard]] std::size_t errors() const { return errors_; }
  [[nodiscard]] std::size_t warnings() const { return warnings_; }
  [[nodiscard]] bool has(std::string_view rule) const;

 private:
  std::vector<Finding> all_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
};

}  // namespace whorl::interchange
