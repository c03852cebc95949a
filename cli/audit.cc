// whorl audit: the log of what was done and asked, out of a gallery, and whether it is whole.
#include <boost/json.hpp>
#include <chrono>

#include "audit/export_folder.h"
#include "base/sha256.h"
#include "base/world.h"
#include "cli/audit_check.h"
#include "cli/gallery_in_use.h"
#include "cli/print.h"

namespace whorl::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct ExportOptions : CommonOptions {
  NodeOptions node;
  std::string to;
};

struct PruneOptions : CommonOptions {
  NodeOptions node;
  std::uint64_t days = 0;
};

struct TagOptions : CommonOptions {
  NodeOptions node;
  std::string month;
  std::string issuer;
  std::string who;
  std::string gallery;
  std::string request;
  std::string person;
};

Result<int> run_export(const ExportOptions& options) {
  WHORL_ASSIGN(const engine::NodeConfig config, options.node.config());
  const fs::path to = fs::absolute(options.to).lexically_normal();
  const auto gallery = open_existing(config);
  std::string leaves;
  if (is_in_use(gallery)) {
    WHORL_ASSIGN(leaves, ask_server(config.gallery, index::UpkeepVerb::kExportAudit, to));
  } else {
    if (!gallery.ok()) return gallery.error();
    WHORL_ASSIGN(const std::uint64_t written, (*gallery)->export_audit(to));
    leaves = std::to_string(written);
  }
  WHORL_ASSIGN(const std::string key, audit::ExportFolder(to).key());
  if (options.json) {
    print_json({{"folder", to.string()}, {"leaves", std::strtoull(leaves.c_str(), nullptr, 10)}, {"key", key}});
  } else {
    print(leaves + " leaves are in " + to.string() + "\nkey " + key + "\n");
  }
  return 0;
}

Result<int> run_prune(const PruneOptions& options) {
  WHORL_ASSIGN(const engine::NodeConfig config, options.node.config());
  const auto gallery = open_existing(config);
  std::uint64_t first = 0;
  if (is_in_use(gallery)) {
    const auto asked = ask_server(config.gallery, index::UpkeepVerb::kPruneAudit, std::to_string(options.days));
    if (!asked.ok()) return asked.error();
    first = std::strtoull(asked->c_str(), nullptr, 10);
  } else {
    if (!gallery.ok()) return gallery.error();
    WHORL_ASSIGN(first, (*gallery)->prune_audit(options.days));
  }
  if (options.json) {
    print_json({{"first_leaf", first}});
  } else {
    print(first == 0 ? "every leaf is kept\n" : "leaves are kept from number " + std::to_string(first) + " on\n");
  }
  return 0;
}

Result<int> run_tag(const TagOptions& options) {
  WHORL_ASSIGN(const engine::NodeConfig config, options.node.config());
  WHORL_ASSIGN(const auto gallery, open_existing(config));
  const std::string month =
      options.month.empty() ? rfc3339(std::chrono::system_clock::now()).substr(0, 7) : options.month;
  json::array tags;
  const auto add = [&](const char* member, const audit::Tag& tag) {
    tags.push_back({{"member", member}, {"tag", hex_of(tag)}});
    if (!options.json) print(std::string(member) + " " + hex_of(tag) + "\n");
  };
  if (!options.who.empty()) {
    WHORL_ASSIGN(const audit::Tag tag, gallery->audit_tag(month, "who", options.issuer + '\0' + options.who));
    add("who", tag);
  }
  if (!options.gallery.empty()) {
    WHORL_ASSIGN(const audit::Tag tag, gallery->audit_tag(month, "gallery", options.gallery));
    add("galleries", tag);
  }
  if (!options.request.empty()) {
    WHORL_ASSIGN(const audit::Tag tag, gallery->audit_tag(month, "request", options.request));
    add("req", tag);
  }
  if (!options.person.empty()) {
    WHORL_ASSIGN(const std::vector<audit::Tag> subjects, gallery->audit_subjects(options.person));
    for (const audit::Tag& tag : subjects) add("subject", tag);
  }
  if (options.json) print_json({{"tags", std::move(tags)}});
  return 0;
}

void add_export(CLI::App& audit, Chosen& chosen) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* verb = add_verb(audit, "export",
                            "Write a gallery's audit log to a folder of files for whoever is to check it. It holds no "
                            "secret. A server that has the gallery open does it; called again, it adds what is new",
                            "  whorl audit export --gallery-dir gallery --to audit-log", *options);
  add_storage_options(*verb, options->node);
  verb->add_option("--to", options->to, "The folder; made where it is not there")->required();
  on_chosen(verb, chosen, options, run_export);
}

void add_prune(CLI::App& audit, Chosen& chosen) {
  auto options = std::make_shared<PruneOptions>();
  CLI::App* verb = add_verb(audit, "prune",
                            "Let leaves of a gallery's audit log go that are older than so many days, 256 at a time. A "
                            "leaf tells of it; their hashes stay, and with them every proof. A server that has the "
                            "gallery open does it, and by itself with --audit-keep-days",
                            "  whorl audit prune --gallery-dir gallery --days 3650", *options);
  add_storage_options(*verb, options->node);
  verb->add_option("--days", options->days, "How old a leaf becomes, at least 90")->required();
  on_chosen(verb, chosen, options, run_prune);
}

void add_tag(CLI::App& audit, Chosen& chosen) {
  auto options = std::make_shared<TagOptions>();
  CLI::App* verb = add_verb(audit, "tag",
                            "Say by what a caller, a gallery, a request or a person stands in the log. Not while a "
                            "server has the gallery open",
                            "  whorl audit tag --gallery-dir gallery --month 2026-11 --who anna", *options);
  add_storage_options(*verb, options->node);
  verb->add_option("--month", options->month, "Of the leaves, e.g. 2026-11; the present one when absent");
  verb->add_option("--issuer", options->issuer, "Who vouches for the caller; empty for the local user");
  verb->add_option("--who", options->who, "The caller's name, e.g. local");
  verb->add_option("--gallery", options->gallery, "A gallery's name");
  verb->add_option("--request", options->request, "A request's number, as the log of the server has it");
  verb->add_option("--person", options->person, "A person's identifier: the subjects of their encounters");
  on_chosen(verb, chosen, options, run_tag);
}

}  // namespace

void add_audit(CLI::App& app, Chosen& chosen) {
  CLI::App* audit = add_group(app, "audit", "The log of what was done and asked (docs/audit.md)");
  add_export(*audit, chosen);
  add_prune(*audit, chosen);
  add_tag(*audit, chosen);
  add_audit_checks(*audit, chosen);
}

}  // namespace whorl::cli
