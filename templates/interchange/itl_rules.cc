#include "templates/interchange/itl_rules.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <initializer_list>

#include "templates/interchange/itl_scale.h"

namespace whorl::interchange {
namespace {

constexpr std::array<std::string_view, 7> kVersions{"0200", "0201", "0300", "0400", "0500", "0501", "0502"};

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// YYYYMMDD of the calendar.
bool is_date(std::string_view text) {
  constexpr std::size_t kDigits = 8;
  if (text.size() != kDigits || !all_digits(text)) return false;
  using namespace std::chrono;
  const int whole = *whole_number(text);
  return year_month_day{year{whole / 10000}, month{static_cast<unsigned>(whole / 100 % 100)},
                        day{static_cast<unsigned>(whole % 100)}}
      .ok();
}

std::string tag_text(const ItlRecord& record, int number) {
  const std::string digits = std::to_string(number);
  return std::to_string(record.type) + "." + std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits;
}

void need(const ItlRecord& record, std::initializer_list<int> numbers, Findings& findings) {
  if (record.broken) return;
  for (const int number : numbers) {
    if (!record.value(number).empty()) continue;
    findings.error("AN-04", record.offset, "field " + tag_text(record, number) + " is missing or empty");
  }
}

void check_date(const ItlRecord& record, int number, Findings& findings) {
  const ItlField* field = record.field(number);
  if (field == nullptr || field->value.empty() || is_date(field->value)) return;
  findings.error("AN-05", field->offset,
                 "field " + tag_text(record, number) + " is no date of the calendar (YYYYMMDD)");
}

void check_resolution_form(const ItlRecord& record, int number, Findings& findings) {
  const ItlField* field = record.field(number);
  if (field == nullptr) return;
  const std::string_view text = field->value;
  const std::size_t dot = text.find('.');
  const bool sound = dot != std::string_view::npos && dot == 2 && text.size() == 5 && all_digits(text.substr(0, 2)) &&
                     all_digits(text.substr(3));
  if (!sound) findings.error("AN-22", field->offset, "field " + tag_text(record, number) + " is not of the form nn.nn");
}

void check_first(const ItlRecord& record, Findings& findings) {
  const std::string_view version = record.value(2);
  const ItlField* field = record.field(2);
  const std::size_t at = field == nullptr ? record.offset : field->offset;
  if (std::find(kVersions.begin(), kVersions.end(), version) == kVersions.end()) {
    constexpr std::size_t kMostShown = 12;
    findings.error("AN-03", at,
                   "version \"" + std::string(version.substr(0, kMostShown)) + "\" is not one of the standard");
  }
  need(record, {2, 3, 4, 5, 7, 8, 9, 11, 12}, findings);
  check_date(record, 5, findings);
  check_resolution_form(record, 11, findings);
  check_resolution_form(record, 12, findings);
}

// The first version that has the type; 0: every one.
int version_of_type(int type) {
  if (type == 10) return 201;
  if (type >= 13 && type <= 16) return 300;
  if (type == 17 || type == 99) return 400;
  if ((type >= 18 && type <= 21) || type == 98) return 500;
  if (type == 11 || type == 12 || type == 22) return 501;
  return 0;
}

void check_version(const ItlRecord& record, int version, Findings& findings) {
  const int needed = version_of_type(record.type);
  if (version == 0 || version >= needed) return;
  findings.error("AN-20", record.offset,
                 name_of_itl(record) + " needs version 0" + std::to_string(needed) + ", the file says 0" +
                     std::to_string(version));
}

bool legal_impression(int value) {
  return (value >= 0 && value <= 15) || (value >= 20 && value <= 29) || (value >= 30 && value <= 42);
}

bool legal_finger(int value) {
  return (value >= 0 && value <= 38) || (value >= 40 && value <= 50) || (value >= 60 && value <= 86);
}

void check_impression(const ItlRecord& record, int impression, const std::vector<int>& positions, std::size_t at,
                      Findings& findings) {
  if (!legal_impression(impression)) {
    findings.error("AN-11", at,
                   name_of_itl(record) + ": impression type " + std::to_string(impression) + " is not defined");
  }
  for (const int position : positions) {
    if (!legal_finger(position)) {
      findings.error("AN-11", at,
                     name_of_itl(record) + ": friction ridge position " + std::to_string(position) + " is not defined");
    }
    const bool slap = position == 13 || position == 14 || position == 15;
    if (slap && (impression == 1 || impression == 3)) {
      findings.warning("AN-21", at, name_of_itl(record) + ": a slap of fingers is said to be rolled");
    }
  }
}

std::vector<int> positions_of(std::string_view value) {
  std::vector<int> out;
  if (value.empty()) return out;
  for (const std::string_view row : split(value, kItlRecord)) {
    for (const std::string_view item : split(row, kItlUnit)) {
      if (!item.empty()) out.push_back(whole_number(item).value_or(-1));
    }
  }
  return out;
}

void check_binary(const ItlRecord& record, Findings& findings) {
  constexpr int kUserDefined = 7;
  constexpr std::size_t kIsrAt = 12;
  if (record.type == kUserDefined) return;
  if (record.isr > 1) {
    findings.error("AN-10", record.offset + kIsrAt,
                   name_of_itl(record) + ": the scanning resolution code is neither 0 nor 1");
  }
  if (record.type <= 6) check_impression(record, record.impression, record.positions, record.offset + 5, findings);
}

// AN-25. Of a face nothing is measured, and its pixels need not be square.
void check_scale(const ItlRecord& record, Findings& findings) {
  if (record.type != 10 && (record.type < 13 || record.type > 15)) return;
  const ItlField* units = record.field(8);
  if (units == nullptr || record.field(9) == nullptr || record.field(10) == nullptr) return;  // AN-04
  const ItlScale scale = scale_of(record);
  if (!scale.fault.empty() && !(scale.is_of_shape() && record.type == 10))
    findings.error("AN-25", units->offset, scale.fault);
}

void check_tagged(const ItlRecord& record, Findings& findings) {
  const bool no_image = !record.value(18).empty() && record.field(999) == nullptr;
  switch (record.type) {
    case 9: need(record, {2, 3, 4}, findings); break;
    case 10: need(record, {2, 3, 4, 5, 8, 9, 10, 11, 12, 999}, findings); break;
    case 13: need(record, {2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 999}, findings); break;
    case 14:
    case 15:
      need(record, {2, 3, 4, 5, 13}, findings);
      if (!no_image) need(record, {8, 9, 10, 11, 12, 999}, findings);
      break;
    default: need(record, {2}, findings); break;
  }
  check_scale(record, findings);
  const bool dated = record.type == 10 || (record.type >= 13 && record.type <= 15) || record.type == 17;
  if (dated) check_date(record, 5, findings);
  const bool ridges = record.type >= 13 && record.type <= 15;
  if (record.type != 9 && !ridges) return;
  const ItlField* impression = record.field(3);
  if (impression == nullptr) return;
  check_impression(record, whole_number(impression->value).value_or(-1),
                   ridges ? positions_of(record.value(13)) : std::vector<int>{}, impression->offset, findings);
}

// The last field of a record that was not read whole says nothing of its own.
void check_broken(ItlRecord record, Findings& findings) {
  if (!record.fields.empty()) record.fields.pop_back();
  check_tagged(record, findings);
}

}  // namespace

std::string name_of_itl(const ItlRecord& record) { return "Type-" + std::to_string(record.type); }

void check_itl(const ItlTransaction& transaction, Findings& findings) {
  if (transaction.records.empty()) return;
  const ItlRecord& first = transaction.records[0];
  check_first(first, findings);
  const bool known = std::find(kVersions.begin(), kVersions.end(), first.value(2)) != kVersions.end();
  const int version = known ? *whole_number(first.value(2)) : 0;
  for (std::size_t i = 1; i < transaction.records.size(); ++i) {
    const ItlRecord& record = transaction.records[i];
    if (record.length == 0) continue;
    if (record.type > 22 && record.type != 98 && record.type != 99) {
      findings.error("AN-07", record.offset, name_of_itl(record) + " is no type of record");
    }
    check_version(record, version, findings);
    if (record.binary) {
      check_binary(record, findings);
    } else if (record.broken) {
      check_broken(record, findings);
    } else {
      check_tagged(record, findings);
    }
    if (is_itl_image(record.type)) check_itl_image(record, findings);
  }
}

}  // namespace whorl::interchange
