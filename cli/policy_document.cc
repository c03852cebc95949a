#include "cli/policy_document.h"

#include <boost/json.hpp>

#include "base/files.h"
#include "base/version.h"
#include "cli/note_files.h"
#include "cli/papers/paper.h"
#include "cli/papers/sources.h"
#include "cli/policy_files.h"
#include "cli/print.h"

namespace whorl::cli {
namespace {

namespace json = boost::json;
using namespace exchange;

struct DocumentOptions : CommonOptions {
  std::string name;
  bool list = false;
  PolicyFiles files;
  std::string national;
  std::string member;
  std::string measured;
  std::string audit;
  std::string audit_key;
  std::string facts;
  std::string out = "-";
};

Result<int> print_list(const DocumentOptions& options) {
  json::array all;
  std::string text;
  for (const papers::Paper& paper : papers::all_papers()) {
    json::array facts;
    text += (text.empty() ? "" : "\n") + std::string(paper.name) + ": " + papers::title_of(paper) + "\n";
    for (const std::string& place : papers::places_of(paper)) {
      const papers::FactSpec* fact = papers::fact_named(place);
      const std::string from = fact == nullptr ? "nothing" : papers::source_of(*fact);
      facts.push_back({{"fact", place}, {"from", from}});
      text += "  " + place + "  " + from + "\n";
    }
    all.push_back({{"document", paper.name}, {"title", papers::title_of(paper)}, {"facts", std::move(facts)}});
  }
  if (options.json) {
    print_json({{"documents", std::move(all)}});
  } else {
    print(text);
  }
  return 0;
}

// The member that a document is of: named by its short name or its own; nothing where nobody says.
Result<std::string> member_of(const DocumentOptions& options, const Policy& policy, const NationalPolicy* national) {
  std::string key = national == nullptr ? std::string() : national->member;
  if (!options.member.empty()) {
    const std::string named = policy.short_name_of(options.member).value_or(options.member);
    if (!key.empty() && named != key) return invalid_input("is not the member of " + options.national, "member");
    key = named;
  }
  if (!key.empty() && !policy.members.contains(key)) {
    return invalid_input("is no member of the policy, or has not signed it", "member");
  }
  return key;
}

Status add_agreed(const DocumentOptions& options, papers::Facts& facts) {
  WHORL_ASSIGN(const ReadPolicy read, read_policy(options.files));
  papers::add_policy_facts(read.opened, read.directory.has_value(), facts);
  if (read.directory) papers::add_directory_facts(*read.directory, facts);
  std::optional<NationalPolicy> national;
  Policy own = read.opened.policy;
  if (!options.national.empty()) {
    WHORL_ASSIGN(const std::string toml, text_of_file(options.national));
    WHORL_ASSIGN(national, parse_national(toml, options.national));
    WHORL_ASSIGN(own, narrowed(read.opened.policy, *national));
  }
  const NationalPolicy* const its_own = national ? &*national : nullptr;
  WHORL_ASSIGN(const std::string key, member_of(options, own, its_own));
  if (!key.empty()) papers::add_member_facts(own, key, its_own, facts);
  return {};
}

Result<papers::Facts> facts_of(const DocumentOptions& options) {
  papers::Facts facts{{"product.version", std::string(kVersion)}};
  if (!options.facts.empty()) {
    WHORL_ASSIGN(const Bytes bytes, read_file(options.facts, papers::kMostFactsBytes));
    WHORL_TRY(papers::add_stated_facts(as_text(bytes), options.facts, facts));
  }
  if (!options.files.policy.empty()) WHORL_TRY(add_agreed(options, facts));
  if (!options.measured.empty()) {
    WHORL_ASSIGN(const Bytes bytes, read_file(options.measured, papers::kMostMeasuredBytes));
    const Status added = papers::add_measured_facts(as_text(bytes), facts);
    if (!added.ok()) return added.error().within(options.measured);
  }
  if (!options.audit.empty()) WHORL_TRY(papers::add_audit_facts(options.audit, options.audit_key, facts));
  return facts;
}

Result<int> document(const DocumentOptions& options) {
  if (options.list || options.name.empty()) return print_list(options);
  WHORL_ASSIGN(const papers::Paper paper, papers::paper_named(options.name));
  WHORL_ASSIGN(const papers::Facts facts, facts_of(options));
  WHORL_ASSIGN(const std::string text, papers::filled(paper, facts));
  if (options.out != "-") WHORL_TRY(write_file(options.out, text));
  if (options.json) {
    json::object used;
    for (const std::string& place : papers::places_of(paper)) used[place] = facts.find(place)->second;
    print_json({{"document", paper.name}, {"title", papers::title_of(paper)}, {"facts", used}, {"text", text}});
  } else if (options.out == "-") {
    print(text);
  } else {
    print(options.out + " is written: " + papers::title_of(paper) + "\n");
  }
  return 0;
}

void add_sources(CLI::App& verb, DocumentOptions& options) {
  verb.add_option("--policy", options.files.policy, "The policy: the note, or the TOML text");
  verb.add_option("--office", options.files.office,
                  "The office's key, or a file that holds it; several are taken. Then signatures are verified");
  verb.add_option("--directory", options.files.directory, "The directory of the members' keys (a note)");
  verb.add_option("--at", options.files.at, "When, e.g. 2026-12-01T00:00:00Z; now without it");
  verb.add_option("--national", options.national, "A member's own file: the document is of that member");
  verb.add_option("--member", options.member, "Whose document it is, by the name in the policy or the short one");
  verb.add_option("--measured", options.measured,
                  "Measured error rates: a calibration of whorl calibrate, or rates.json of whorl evaluate");
  verb.add_option("--audit", options.audit, "The folder of whorl audit export, which is verified, or one checkpoint");
  verb.add_option("--audit-key", options.audit_key, "The key of the log, or a file that holds it");
  verb.add_option("--facts", options.facts, "TOML: what only a person can state");
  verb.get_option("--office")->needs(verb.get_option("--directory"));
  only_with(verb, "--office", {"--directory", "--at"});
  only_with(verb, "--policy", {"--office", "--national", "--member"});
  only_with(verb, "--audit", {"--audit-key"});
}

}  // namespace

void add_policy_document(CLI::App& policy, Chosen& chosen) {
  auto options = std::make_shared<DocumentOptions>();
  CLI::App* verb = add_verb(
      policy, "document",
      "Write a paper for a data protection officer, filled in with what the policy, the directory, measurements, "
      "the audit log and a person state (docs/privacy). A fact that nothing states is an error. Without a name "
      "it lists the documents and their facts",
      "  whorl policy document --list\n"
      "  whorl policy document notice --policy region.note --office office.pub --directory members.note "
      "--national aru.toml --facts facts.toml --out notice.md",
      *options);
  verb->add_option("name", options->name, "Which document");
  verb->add_flag("--list", options->list, "List the documents, their facts, and what states each");
  verb->add_option("--out", options->out, "The file to write; - for standard output");
  add_sources(*verb, *options);
  never_with(*verb, "--list", {"name", "--out", "--policy", "--measured", "--audit", "--facts"});
  on_chosen(verb, chosen, options, document);
}

}  // namespace whorl::cli
