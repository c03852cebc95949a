// whorl retention: for how long a gallery keeps encounters, and what it keeps all the same.
#include <boost/json.hpp>
#include <charconv>
#include <chrono>

#include "base/world.h"
#include "cli/cluster.h"
#include "cli/gallery_in_use.h"
#include "cli/print.h"

namespace whorl::cli {
namespace {

struct Options : CommonOptions {
  NodeOptions node;
};

struct SetOptions : Options {
  std::uint64_t days = 0;
};

struct HoldOptions : Options {
  std::string person;
  std::string encounter;
};

Result<int> run_status(const Options& options) {
  WHORL_ASSIGN(const engine::NodeConfig config, options.node.config());
  const auto gallery = open_existing(config);
  if (!gallery.ok() && !is_in_use(gallery)) return gallery.error();
  index::RetentionReport report;
  if (gallery.ok()) {
    report = (*gallery)->retention();
  } else {
    WHORL_ASSIGN(const std::string line, ask_server(config.gallery, index::UpkeepVerb::kRetention, {}));
    WHORL_ASSIGN(report, index::parse_retention_line(line));
  }
  const std::string looked =
      report.looked_ms == 0
          ? ""
          : rfc3339(std::chrono::system_clock::time_point(std::chrono::milliseconds(report.looked_ms)));
  if (options.json) {
    print_json({{"keep_days", report.keep_days},
                {"due_not_erased", report.due},
                {"due_held", report.held},
                {"erased_when_due", report.erased},
                {"looked_at", looked}});
    return 0;
  }
  print((report.keep_days == 0 ? "encounters are kept until they are erased"
                               : "encounters are kept for " + std::to_string(report.keep_days) + " days") +
        "\ndue and not erased " + std::to_string(report.due) + "\ndue and held " + std::to_string(report.held) +
        "\nerased when due, since the gallery was opened " + std::to_string(report.erased) + "\n" +
        (looked.empty() ? "" : "last look " + looked + "\n"));
  return 0;
}

Result<int> run_set(const SetOptions& options) {
  WHORL_ASSIGN(const engine::NodeConfig config, options.node.config());
  const auto gallery = open_existing(config);
  if (is_in_use(gallery)) {
    const auto asked = ask_server(config.gallery, index::UpkeepVerb::kKeepDays, std::to_string(options.days));
    if (!asked.ok()) return asked.error();
  } else {
    if (!gallery.ok()) return gallery.error();
    WHORL_TRY((*gallery)->set_retention(options.days));
  }
  if (options.json) {
    print_json({{"keep_days", options.days}});
  } else {
    print(options.days == 0 ? "encounters are kept until they are erased\n"
                            : "encounters are kept for " + std::to_string(options.days) + " days\n");
  }
  return 0;
}

Result<std::uint64_t> changed_holds(const HoldOptions& options, bool held) {
  WHORL_ASSIGN(const engine::NodeConfig config, options.node.config());
  const auto gallery = open_existing(config);
  const auto encounter = options.encounter.empty() ? std::nullopt : std::optional(options.encounter);
  if (!is_in_use(gallery)) {
    if (!gallery.ok()) return gallery.error();
    WHORL_TRY(check_no_move(**gallery));
    return (*gallery)->set_hold(options.person, encounter, held);
  }
  const std::string whom = options.person + (encounter ? "/" + *encounter : "");
  WHORL_ASSIGN(const std::string answer,
               ask_server(config.gallery, held ? index::UpkeepVerb::kHold : index::UpkeepVerb::kLift, whom));
  std::uint64_t out = 0;
  std::from_chars(answer.data(), answer.data() + answer.size(), out);
  return out;
}

Result<int> set_hold(const HoldOptions& options, bool held) {
  WHORL_ASSIGN(const std::uint64_t changed, changed_holds(options, held));
  if (options.json) {
    print_json(
        {{"held", held}, {"person_id", options.person}, {"encounter_id", options.encounter}, {"changed", changed}});
  } else {
    print(std::to_string(changed) + (held ? " encounters are held now\n" : " encounters are free now\n"));
  }
  return 0;
}

Result<int> run_hold(const HoldOptions& options) { return set_hold(options, true); }
Result<int> run_lift(const HoldOptions& options) { return set_hold(options, false); }

void add_hold(CLI::App& retention, Chosen& chosen, const char* name, const char* help, const char* example,
              Result<int> (*run)(const HoldOptions&)) {
  auto options = std::make_shared<HoldOptions>();
  CLI::App* verb = add_verb(retention, name, help, example, *options);
  add_storage_options(*verb, options->node);
  verb->add_option("--person", options->person, "The person")->required();
  verb->add_option("--encounter", options->encounter, "Only this encounter; else all that the person has now");
  on_chosen(verb, chosen, options, run);
}

}  // namespace

void add_retention(CLI::App& app, Chosen& chosen) {
  CLI::App* retention = add_group(app, "retention", "For how long encounters are kept (docs/retention.md)");
  {
    auto options = std::make_shared<Options>();
    CLI::App* verb = add_verb(*retention, "status", "Say for how long encounters are kept, and what is due",
                              "  whorl retention status --gallery-dir gallery", *options);
    add_storage_options(*verb, options->node);
    on_chosen(verb, chosen, options, run_status);
  }
  {
    auto options = std::make_shared<SetOptions>();
    CLI::App* verb = add_verb(*retention, "set",
                              "Say for how long encounters are kept, those that are there already included. What is "
                              "due is erased by whatever has the gallery open",
                              "  whorl retention set --gallery-dir gallery --days 365", *options);
    add_storage_options(*verb, options->node);
    verb->add_option("--days", options->days, "Days from the enrolment; 0: until somebody erases them")
        ->required()
        ->check(CLI::Range(0, 36500));
    on_chosen(verb, chosen, options, run_set);
  }
  add_hold(*retention, chosen, "hold", "Keep a person or an encounter, although their time has come or will",
           "  whorl retention hold --gallery-dir gallery --person P1", run_hold);
  add_hold(*retention, chosen, "lift", "Lift such a hold", "  whorl retention lift --gallery-dir gallery --person P1",
           run_lift);
}

}  // namespace whorl::cli
