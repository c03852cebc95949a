#include "cli/app.h"

#include <boost/json.hpp>
#include <cstdio>
#include <exception>
#include <sstream>

#include "base/catalogue.h"
#include "base/text.h"
#include "base/version.h"
#include "cli/client.h"
#include "cli/cluster.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "cli/verb.h"

namespace whorl::cli {
namespace {

// The help of the verb that was being parsed, for the hint under a usage error.
std::string help_command(const CLI::App& app) {
  std::string words = "whorl";
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    words += " " + at->get_name();
  }
  return words + " --help";
}

// What is the matter; where a word stands in the place of a verb and is none, that word.
std::string usage_message(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  std::vector<std::string> known;
  for (const CLI::App* verb : at->get_subcommands([](const CLI::App*) { return true; })) {
    known.push_back(verb->get_name());
  }
  const std::vector<std::string> left = at->remaining(true);
  if (known.empty() || left.empty() || left.front().starts_with('-')) return error.what();
  return "there is no verb \"" + left.front() + "\"; the nearest is " + nearest(left.front(), known);
}

// What is asked for may be done though its answer is lost: no status of success may say that all is well.
int with_output(int status) {
  const bool success = status == kExitOk || status == kExitNoMatch || status == kExitIndeterminate ||
                       status == kExitAssertionFalse || status == kExitNotShown;
  return success && !printed_whole() ? kExitOutput : status;
}

int usage(const CLI::App& app, const CLI::ParseError& error, int argc, const char* const* argv) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {  // --help
    std::ostringstream text;
    const int status = app.exit(error, text, text);
    print(text.str());
    return with_output(status);
  }
  const std::string message = usage_message(app, error);
  std::fprintf(stderr, "whorl: %s\nTry: %s\n", printable(message).c_str(), help_command(app).c_str());
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) != "--json") continue;
    print_json({{"error",
                 {{"kind", "usage"},
                  {"message", message},
                  {"field", ""},
                  {"reason_code", "usage"},
                  {"reason_arguments", boost::json::object()}}}});
    break;
  }
  return kExitUsage;
}

// Words that a shell would take apart stand in quotes.
std::string command_line(int argc, const char* const* argv) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,@%+";
  std::string out = "whorl";
  for (int i = 1; i < argc; ++i) {
    std::string word(argv[i]);
    if (word.empty() || word.find_first_not_of(kPlain) != std::string::npos) {
      for (std::size_t at = word.find('\''); at != std::string::npos; at = word.find('\'', at + 4)) {
        word.replace(at, 1, "'\\''");
      }
      word = "'" + word + "'";
    }
    out += " " + word;
  }
  return out;
}

int run_job(const Chosen& chosen) {
  const Result<int> outcome = [&]() -> Result<int> {
    try {
      return chosen.job();
    } catch (const std::bad_alloc&) {
      return failure(ErrorCode::kOutOfMemory, with<"detail">("out of memory"));
    } catch (const std::exception& e) {
      return internal_error(e.what());
    }
  }();
  if (outcome.ok()) return with_output(*outcome);
  print_error(outcome.error(), chosen.json);
  return exit_code(outcome.error().kind);
}

}  // namespace

CLI::App* add_verb(CLI::App& app, const std::string& name, const std::string& description, const std::string& examples,
                   CommonOptions& common) {
  CLI::App* verb = app.add_subcommand(name, description);
  verb->option_defaults()->always_capture_default();
  verb->add_flag("--json", common.json, "Print the answer as one line of JSON");
  verb->footer("\nExample:\n" + examples + "\n\n" + exit_code_help());
  return verb;
}

CLI::App* add_group(CLI::App& app, const std::string& name, const std::string& description) {
  CLI::App* group = app.add_subcommand(name, description);
  group->require_subcommand(1);
  group->footer("\n" + exit_code_help());
  return group;
}

void only_with(CLI::App& verb, const std::string& owner, std::initializer_list<const char*> flags) {
  for (const char* flag : flags) verb.get_option(flag)->needs(verb.get_option(owner));
}

void never_with(CLI::App& verb, const std::string& other, std::initializer_list<const char*> flags) {
  for (const char* flag : flags) verb.get_option(flag)->excludes(verb.get_option(other));
}

void add_progress_option(CLI::App& verb, CommonOptions& common) {
  verb.add_flag("--progress", common.progress, "Show progress even where standard error is no terminal");
}

int run(int argc, const char* const* argv) {
  CLI::App app("Whorl: fingerprints in, a border check answered.", "whorl");
  app.require_subcommand(1);
  app.set_version_flag("--version", "whorl " + std::string(kVersion));
  app.footer("\nExample:\n  whorl synth --out people --subjects 20\n  whorl extract --help\n\n" + exit_code_help());
  Chosen chosen;
  chosen.command = command_line(argc, argv);
  for (const auto add :
       {add_serve,     add_enrol,    add_load,     add_convert,   add_re_extract, add_dedupe,  add_capacity,
        add_identify,  add_verify,   add_erase,    add_extract,   add_check,      add_compare, add_calibrate,
        add_evaluate,  add_workload, add_synth,    add_access,    add_gallery,    add_keys,    add_audit,
        add_directory, add_policy,   add_exchange, add_retention, add_client,     add_part,    add_cluster}) {
    add(app, chosen);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return usage(app, e, argc, argv);
  }
  return run_job(chosen);
}

}  // namespace whorl::cli
