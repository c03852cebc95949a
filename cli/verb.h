// What every verb has in common. Include in verb files only: CLI11 is a heavy header.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>

#include "base/result.h"

namespace whorl::cli {

// The verb that the command line chose: returns the exit status, or an error that is printed.
struct Chosen {
  std::function<Result<int>()> job;
  bool json = false;    // errors go out as JSON too
  std::string command;  // the whole command line, quoted for a shell
};

struct CommonOptions {
  bool json = false;
  bool progress = false;
  std::string command;  // Chosen::command
};

// A subcommand with --json, its examples (whole lines) under the help, and the exit codes' place.
CLI::App* add_verb(CLI::App& app, const std::string& name, const std::string& description, const std::string& examples,
                   CommonOptions& common);
// A group of verbs: whorl NAME VERB.
CLI::App* add_group(CLI::App& app, const std::string& name, const std::string& description);
// --progress, for verbs that take long.
void add_progress_option(CLI::App& verb, CommonOptions& common);

// A flag that would be ignored is an error, as an unknown one is. Flags that mean something only beside `owner`, and
// flags that mean nothing beside `other`; all of them must have been added.
void only_with(CLI::App& verb, const std::string& owner, std::initializer_list<const char*> flags);
void never_with(CLI::App& verb, const std::string& other, std::initializer_list<const char*> flags);

// Makes `run(options)` the job when the verb is chosen. Options derive from CommonOptions.
template <class Options>
void on_chosen(CLI::App* verb, Chosen& chosen, std::shared_ptr<Options> options, Result<int> (*run)(const Options&)) {
  verb->callback([&chosen, options, run] {
    chosen.json = options->json;
    options->command = chosen.command;
    chosen.job = [options, run] { return run(*options); };
  });
}

void add_access(CLI::App& app, Chosen& chosen);
void add_serve(CLI::App& app, Chosen& chosen);
void add_enrol(CLI::App& app, Chosen& chosen);
void add_load(CLI::App& app, Chosen& chosen);
void add_convert(CLI::App& app, Chosen& chosen);
void add_dedupe(CLI::App& app, Chosen& chosen);
void add_re_extract(CLI::App& app, Chosen& chosen);
void add_capacity(CLI::App& app, Chosen& chosen);
void add_identify(CLI::App& app, Chosen& chosen);
void add_verify(CLI::App& app, Chosen& chosen);
void add_erase(CLI::App& app, Chosen& chosen);
void add_extract(CLI::App& app, Chosen& chosen);
void add_check(CLI::App& app, Chosen& chosen);
void add_compare(CLI::App& app, Chosen& chosen);
void add_calibrate(CLI::App& app, Chosen& chosen);
void add_evaluate(CLI::App& app, Chosen& chosen);
void add_workload(CLI::App& app, Chosen& chosen);
void add_gallery(CLI::App& app, Chosen& chosen);
void add_keys(CLI::App& app, Chosen& chosen);
void add_retention(CLI::App& app, Chosen& chosen);
void add_audit(CLI::App& app, Chosen& chosen);
void add_directory(CLI::App& app, Chosen& chosen);
void add_policy(CLI::App& app, Chosen& chosen);
void add_exchange(CLI::App& app, Chosen& chosen);
void add_synth(CLI::App& app, Chosen& chosen);

}  // namespace whorl::cli
