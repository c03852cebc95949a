#include "templates/interchange/itl_tables.h"

#include <algorithm>
#include <string>

#include "base/files.h"
#include "templates/interchange/finding.h"
#include "templates/interchange/itl.h"
#include "templates/interchange/itl_rules.h"

namespace whorl::interchange {
namespace {

constexpr std::size_t kMostTableBytes = 8u << 20;
constexpr int kFirstUserField = 200;
constexpr int kLastUserField = 900;
constexpr int kImageField = 999;

using Row = std::vector<std::string>;

// RFC 4180, each row as long as it is.
std::vector<Row> parse_csv(std::string_view text) {
  std::vector<Row> out(1);
  std::string cell;
  bool quoted = false;
  const auto close_cell = [&] {
    out.back().push_back(std::move(cell));
    cell.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        cell += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cell += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      close_cell();
    } else if (c == '\n') {
      close_cell();
      out.emplace_back();
    } else if (c != '\r') {
      cell += c;
    }
  }
  close_cell();
  return out;
}

// A table by the names of its columns.
struct Table {
  std::vector<Row> rows;
  std::map<std::string, std::size_t> columns;

  [[nodiscard]] std::string_view cell(const Row& row, const std::string& column) const {
    const auto at = columns.find(column);
    return at == columns.end() || at->second >= row.size() ? std::string_view() : std::string_view(row[at->second]);
  }
};

Result<Table> load_table(const std::filesystem::path& path) {
  WHORL_ASSIGN(const Bytes bytes, read_file(path, kMostTableBytes));
  std::string_view text = as_text(bytes);
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  Table out;
  out.rows = parse_csv(text);
  if (out.rows.size() < 2) return invalid_input("the table has no rows: " + path.string());
  for (std::size_t i = 0; i < out.rows[0].size(); ++i) out.columns[out.rows[0][i]] = i;
  out.rows.erase(out.rows.begin());
  return out;
}

// "[14.018-B:T]": type 14, field 18, item 'B' (0 of a field itself).
struct FieldId {
  int type = 0;
  int number = 0;
  char item = 0;
};

std::optional<FieldId> parse_id(std::string_view text) {
  if (text.size() < 8 || text.front() != '[' || text.back() != ']') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  if (text.ends_with(":T")) text.remove_suffix(2);
  if (text.find(':') != std::string_view::npos || text.find('_') != std::string_view::npos) return std::nullopt;
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  FieldId out;
  const std::size_t dash = text.find('-');
  const auto type = whole_number(text.substr(0, dot));
  const auto number = whole_number(text.substr(dot + 1, dash == std::string_view::npos ? dash : dash - dot - 1));
  if (!type || !number) return std::nullopt;
  out.type = *type;
  out.number = *number;
  if (dash != std::string_view::npos) {
    if (dash + 2 != text.size()) return std::nullopt;
    out.item = text[dash + 1];
  }
  return out;
}

IntITables::Rule rule_of(const Table& table, const Row& row) {
  IntITables::Rule out;
  const std::string_view condition = table.cell(row, "CondCode");
  out.mandatory = condition.starts_with("M") && table.cell(row, "MinOccur") != "0";
  out.kind = table.cell(row, "DataType");
  out.least_length = static_cast<std::size_t>(whole_number(table.cell(row, "MinLength")).value_or(0));
  out.most_length = static_cast<std::size_t>(whole_number(table.cell(row, "MaxLength")).value_or(0));
  out.most_occurrences = static_cast<std::size_t>(whole_number(table.cell(row, "MaxOccur")).value_or(0));
  if (table.cell(row, "CodeTableOpt").empty()) out.code_table = table.cell(row, "CodeTable");
  for (const std::string_view name : split(table.cell(row, "DependPresenceReq"), ','))
    out.needed_with.emplace_back(name);
  return out;
}

bool fits_kind(std::string_view text, std::string_view kind) {
  const auto all = [&](auto legal) { return std::all_of(text.begin(), text.end(), legal); };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  if (kind == "N") return all(digit);
  if (kind == "A") return all(letter);
  if (kind == "AN") return all([&](char c) { return digit(c) || letter(c); });
  if (kind == "H") return all([&](char c) { return digit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'); });
  if (kind == "NS") return all([&](char c) { return printable(c) && !letter(c); });
  if (kind == "AS") return all([&](char c) { return printable(c) && !digit(c); });
  if (kind == "ANS") return all(printable);
  return true;
}

// Of Unicode, where characters count and not bytes.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

class FieldCheck {
 public:
  FieldCheck(const ItlRecord& record, const ItlField& field, Findings& findings)
      : field_(field),
        findings_(findings),
        name_("field " + std::to_string(record.type) + "." + std::to_string(field.number)) {}

  void run(const IntITables::Rule& rule,
           const std::map<std::string, std::set<std::string, std::less<>>, std::less<>>& codes) {
    const auto rows = split(field_.value, kItlRecord);
    if (rule.most_occurrences > 0 && rows.size() > rule.most_occurrences) {
      complain(name_ + " occurs " + std::to_string(rows.size()) + " times, at most " +
               std::to_string(rule.most_occurrences) + " are allowed");
    }
    for (const std::string_view row : rows) {
      if (rule.items.empty()) {
        check_value(row, rule, codes, name_);
        continue;
      }
      const auto items = split(row, kItlUnit);
      if (items.size() > rule.items.size() && rule.most_occurrences == 1)
        complain(name_ + " has more items than the table");
      for (std::size_t i = 0; i < items.size() && i < rule.items.size(); ++i) {
        check_value(items[i], rule.items[i], codes, name_ + ", item " + std::to_string(i + 1));
      }
      for (std::size_t i = items.size(); i < rule.items.size(); ++i) {
        if (rule.items[i].mandatory) complain(name_ + ", item " + std::to_string(i + 1) + " is missing");
      }
    }
  }

 private:
  void complain(std::string text) {
    if (said_++ < 5) findings_.error("AN-23", field_.offset, std::move(text));
  }
  void check_value(std::string_view text, const IntITables::Rule& rule,
                   const std::map<std::string, std::set<std::string, std::less<>>, std::less<>>& codes,
                   const std::string& name) {
    if (text.empty()) {
      if (rule.mandatory) complain(name + " is empty");
      return;
    }
    const std::size_t length = characters(text);
    if (length < rule.least_length || (rule.most_length > 0 && length > rule.most_length)) {
      complain(name + " has " + std::to_string(length) + " characters, " + std::to_string(rule.least_length) + " to " +
               (rule.most_length > 0 ? std::to_string(rule.most_length) : std::string("any number")) + " are allowed");
    }
    if (!fits_kind(text, rule.kind)) complain(name + " has characters that type " + rule.kind + " has not");
    const auto table = codes.find(rule.code_table);
    if (table != codes.end() && !has_code(table->second, text))
      complain(name + " is no code of table " + rule.code_table);
  }
  // Numbers with leading zeros are the same codes.
  static bool has_code(const std::set<std::string, std::less<>>& table, std::string_view text) {
    if (table.contains(text)) return true;
    const std::size_t first = text.find_first_not_of('0');
    return table.contains(first == std::string_view::npos ? std::string_view("0") : text.substr(first));
  }

  const ItlField& field_;
  Findings& findings_;
  std::string name_;
  int said_ = 0;
};

}  // namespace

Result<IntITables> IntITables::load(const std::filesystem::path& folder) {
  IntITables out;
  WHORL_ASSIGN(const Table fields, load_table(folder / "MRT_INT-I_FieldDefinition.csv"));
  for (const Row& row : fields.rows) {
    const std::string_view encodings = fields.cell(row, "TradXML");
    const auto id = parse_id(fields.cell(row, "FieldID"));
    if (!id || encodings.find_first_of("Tt") == std::string_view::npos) continue;
    out.types_.insert(id->type);
    Rule& field = out.fields_[{id->type, id->number}];
    if (id->item == 0) {
      std::vector<Rule> items = std::move(field.items);
      field = rule_of(fields, row);
      field.items = std::move(items);
      std::string_view name = fields.cell(row, "FieldRef");
      if (name.ends_with(":T")) name.remove_suffix(2);
      out.named_[std::string(name)] = {id->type, id->number};
    } else {
      field.items.push_back(rule_of(fields, row));
    }
  }
  if (out.fields_.empty())
    return invalid_input("the table defines no field of the traditional encoding: " + folder.string());
  WHORL_ASSIGN(const Table codes, load_table(folder / "MRT_INT-I_LookupCodes.csv"));
  for (const Row& row : codes.rows) {
    const std::string_view name = codes.cell(row, "CodeTable");
    if (!name.empty()) out.codes_[std::string(name)].emplace(codes.cell(row, "Code"));
  }
  return out;
}

void IntITables::check(const ItlTransaction& transaction, Findings& findings) const {
  for (const ItlRecord& record : transaction.records) {
    if (record.binary || !types_.contains(record.type)) continue;
    for (const ItlField& field : record.fields) {
      // Lengths and numbers have rules of their own, and the contents (1.003) are rows of two shapes.
      const bool elsewhere = field.number <= 2 || (record.type == 1 && field.number == 3);
      if (field.type != record.type || field.number == kImageField || elsewhere) continue;
      const auto rule = fields_.find({record.type, field.number});
      if (rule != fields_.end()) {
        FieldCheck(record, field, findings).run(rule->second, codes_);
      } else if (field.number < kFirstUserField || field.number > kLastUserField) {
        findings.warning(
            "AN-24", field.offset,
            "the tables define no field " + std::to_string(record.type) + "." + std::to_string(field.number));
      }
    }
    check_presence(record, findings);
  }
}

void IntITables::check_presence(const ItlRecord& record, Findings& findings) const {
  for (const auto& [key, rule] : fields_) {
    if (key.first != record.type || key.second == kImageField || record.field(key.second) != nullptr) continue;
    const std::string name = "field " + std::to_string(key.first) + "." + std::to_string(key.second);
    if (rule.mandatory) findings.error("AN-23", record.offset, name + " is mandatory in the tables, and missing");
    for (const std::string& other : rule.needed_with) {
      const auto found = named_.find(other);
      if (found == named_.end() || found->second.first != record.type || record.field(found->second.second) == nullptr)
        continue;
      findings.error("AN-23", record.offset, name + " is missing, which stands beside " + other);
    }
  }
}

}  // namespace whorl::interchange
