// whorl check: whether files of other systems are as their standards say.
#include "templates/interchange/check.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <filesystem>

#include "base/files.h"
#include "base/world.h"
#include "cli/exit_codes.h"
#include "cli/plain_text.h"
#include "cli/print.h"
#include "cli/stated_format.h"
#include "cli/verb.h"

namespace whorl::cli {
namespace {

using interchange::Finding;
using interchange::Report;
using interchange::Verdict;

// What the exit status means; the gravest of all files' wins.
constexpr int kExitWarnings = 1;
constexpr int kExitInvalid = 2;
constexpr int kExitUnknown = 3;
constexpr int kExitUnhandled = 4;
constexpr int kExitUnread = 9;
constexpr std::string_view kExitStatus =
    "Exit status: of several files the gravest (2 before 3, 4 and 1; 9 before all)\n"
    "  0  valid                      1  valid, with warnings\n"
    "  2  invalid, or wrong usage    3  of no known format\n"
    "  4  of a known format that is not handled\n"
    "  9  a file, or the tables, could not be read\n";

struct Options : CommonOptions {
  std::vector<std::string> files;
  std::string tables;
  std::string format;
};

int exit_code(const Report& report) {
  switch (report.verdict) {
    case Verdict::kValid: return report.findings.warnings() > 0 ? kExitWarnings : kExitOk;
    case Verdict::kInvalid: return kExitInvalid;
    case Verdict::kUnknown: return kExitUnknown;
    case Verdict::kUnhandled: return kExitUnhandled;
  }
  return kExitInvalid;
}

// Not read is graver than invalid, this than unknown, unknown than not handled, this than warnings.
int graver(int a, int b) {
  const auto rank = [](int code) {
    constexpr std::array kOrder{kExitOk, kExitWarnings, kExitUnhandled, kExitUnknown, kExitInvalid, kExitUnread};
    return std::find(kOrder.begin(), kOrder.end(), code);
  };
  return rank(a) < rank(b) ? b : a;
}

boost::json::value or_null(const std::string& text) {
  return text.empty() ? boost::json::value() : boost::json::value(text);
}

boost::json::value valid_json(Verdict verdict) {
  if (verdict == Verdict::kValid) return true;
  if (verdict == Verdict::kInvalid) return false;
  return nullptr;
}

boost::json::object json_of(const std::string& file, const Report& report) {
  boost::json::array findings;
  for (const Finding& each : report.findings.all()) {
    findings.push_back({{"rule", each.rule},
                        {"severity", name_of(each.severity)},
                        {"offset", each.offset},
                        {"text", plain(each.text)}});
  }
  boost::json::object out{{"file", plain_unless_utf8(file)},
                          {"format", or_null(report.format)},
                          {"edition", or_null(plain(report.edition))},
                          {"valid", valid_json(report.verdict)},
                          {"findings", std::move(findings)}};
  if (!report.unhandled.empty()) out["not_handled"] = report.unhandled;
  if (report.tables_unchecked) out["not_checked"] = boost::json::array{"AN-23", "AN-24"};
  return out;
}

std::string words(const Report& report) {
  switch (report.verdict) {
    case Verdict::kValid: return report.findings.warnings() > 0 ? "valid, with warnings" : "valid";
    case Verdict::kInvalid: return "INVALID";
    case Verdict::kUnknown: return "of no known format";
    case Verdict::kUnhandled: return "not handled: " + report.unhandled;
  }
  return "";
}

void print_report(const std::string& file, const Report& report) {
  std::string out = file + ": ";
  if (!report.format.empty())
    out += report.format + (report.edition.empty() ? "" : " " + printable(report.edition)) + ", ";
  out += words(report) + "\n";
  for (const Finding& each : report.findings.all()) {
    out += "  " + std::string(each.rule) + " " + std::string(name_of(each.severity)) + " at byte " +
           std::to_string(each.offset) + ": " + printable(each.text) + "\n";
  }
  if (report.tables_unchecked) out += "  AN-23, AN-24 were not checked: give INTERPOL's tables with --tables\n";
  print(out);
}

// One that is not looked at for its size.
Report too_large() {
  Report out;
  out.verdict = Verdict::kInvalid;
  out.findings.error("GEN-03", 0, "the file is larger than 64 MiB");
  return out;
}

Result<Report> check_file(const std::string& file, const interchange::CheckOptions& how) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  if (!failed && size > interchange::kMostFileBytes) return too_large();
  WHORL_ASSIGN(const Bytes bytes, read_file(file, interchange::kMostFileBytes));
  return interchange::check(bytes, how);
}

// The others are checked nevertheless.
void print_unread(const std::string& file, const Error& why, bool json) {
  print_error(why, false);
  if (!json) return;
  boost::json::object line = json_of(file, Report());
  line["error"] = plain(why.message);
  print_json(line);
}

Result<int> run(const Options& options) {
  interchange::CheckOptions how;
  how.stated = options.format;
  how.now_seconds = std::chrono::duration_cast<std::chrono::seconds>(real_world().now().time_since_epoch()).count();
  std::optional<interchange::IntITables> tables;
  if (!options.tables.empty()) {
    auto loaded = interchange::IntITables::load(options.tables);
    if (!loaded.ok()) {
      print_error(loaded.error(), options.json);
      return kExitUnread;
    }
    tables = std::move(loaded).value();
    how.tables = &*tables;
  }
  int out = kExitOk;
  for (const std::string& file : options.files) {
    const auto report = check_file(file, how);
    if (!report.ok()) {
      print_unread(file, report.error(), options.json);
    } else if (options.json) {
      print_json(json_of(file, *report));
    } else {
      print_report(file, *report);
    }
    out = graver(out, report.ok() ? exit_code(*report) : kExitUnread);
  }
  return out;
}

}  // namespace

void add_check(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = add_verb(
      app, "check",
      "Hold files of other systems against their standards: finger minutiae (ISO/IEC 19794-2, INCITS 378), finger and "
      "face images (ISO/IEC 19794-4 and -5, INCITS 381 and 385), WSQ, JPEG 2000, ANSI/NIST-ITL, CBEFF in XML, data "
      "groups "
      "of passports, PIV containers. Each fault has the id of its rule (docs/interchange.md) and its place. The "
      "exit status is the verdict",
      "", *options);
  verb->footer(
      "\nExample:\n  whorl check transaction.an2 card.fmr\n  whorl check --json --tables MRT "
      "transaction.an2\n\n" +
      std::string(kExitStatus));
  verb->add_option("files", options->files, "Files to check")->required();
  verb->add_option(
      "--tables", options->tables,
      "Folder of INTERPOL's INT-I tables (MRT_INT-I_FieldDefinition.csv, MRT_INT-I_LookupCodes.csv); without "
      "it the rules AN-23 and AN-24 are reported as not checked");
  add_stated_format(*verb, "--format", options->format);
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
