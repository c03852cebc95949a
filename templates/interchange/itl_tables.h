// INTERPOL's machine-readable tables of INT-I: which fields a record has, how often, how long, in which characters.
// Read at run time from a folder that the operator names; nothing of them is part of this program.
//
// A value that owns its rows; safe to read from several threads. Cost of loading: milliseconds.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace whorl::interchange {

struct ItlRecord;
struct ItlTransaction;
class Findings;

class IntITables {
 public:
  // MRT_INT-I_FieldDefinition.csv and MRT_INT-I_LookupCodes.csv of the folder. Errors: kNotFound where there is none of
  // the first; kInvalidInput where it is no such table, with the reason.
  static Result<IntITables> load(const std::filesystem::path& folder);

  // AN-23 and AN-24 of every tagged record.
  void check(const ItlTransaction& transaction, Findings& findings) const;

  // One field, or one item of it.
  struct Rule {
    bool mandatory = false;
    std::string kind;  // of its characters: "N", "A", "AN", "ANS", "U", ...
    std::size_t least_length = 0;
    std::size_t most_length = 0;       // 0: no bound
    std::size_t most_occurrences = 0;  // of its subfields; 0: no bound
    std::string code_table;
    std::vector<std::string> needed_with;  // fields ("14/DATA") beside which this one must stand
    std::vector<Rule> items;               // of a subfield, in order
  };

 private:
  void check_presence(const ItlRecord& record, Findings& findings) const;

  std::map<std::pair<int, int>, Rule> fields_;  // by type and number
  std::set<int> types_;
  std::map<std::string, std::pair<int, int>, std::less<>> named_;  // by "14/DATA"
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> codes_;
};

}  // namespace whorl::interchange
