// whorl policy: what members of an exchange may ask each other; data that the office and every member sign.
#include <algorithm>
#include <boost/json.hpp>

#include "base/files.h"
#include "base/text.h"
#include "base/world.h"
#include "cli/columns.h"
#include "cli/exit_codes.h"
#include "cli/note_files.h"
#include "cli/policy_document.h"
#include "cli/policy_files.h"
#include "cli/print.h"
#include "cli/verb.h"
#include "exchange/policy/enumeration.h"
#include "exchange/policy/policy_note.h"

namespace whorl::cli {
namespace {

namespace json = boost::json;
using namespace exchange;

struct CheckOptions : CommonOptions {
  PolicyFiles files;
  std::string national;
};
struct ShowOptions : CommonOptions {
  std::string file;
};

Result<int> sign(const SignOptions& options) {
  WHORL_ASSIGN(const std::string text, text_of_file(options.file));
  WHORL_TRY(parse_policy(text_in_note(text), options.file));
  return sign_note(options, text);
}

std::string lanes_text(const std::vector<Lane>& lanes) {
  std::string out;
  for (const Lane lane : lanes) out += (out.empty() ? "" : ",") + std::string(name_of(lane));
  return out;
}

json::array json_of(const std::vector<MatrixRow>& rows) {
  json::array out;
  for (const MatrixRow& row : rows) {
    json::array lanes;
    for (const Lane lane : row.lanes) lanes.emplace_back(name_of(lane));
    out.push_back({{"from", row.from},
                   {"to", row.to},
                   {"purpose", row.purpose},
                   {"lanes", lanes},
                   {"fpir", row.fpir},
                   {"per_day", row.per_day},
                   {"per_year", row.per_year}});
  }
  return out;
}

// Names of members and purposes may be longer than their columns.
std::string column(std::string text, std::size_t width) { return at_left(std::move(text), width, 2); }

std::string text_of(const std::vector<MatrixRow>& rows) {
  std::string out = "from   to     purpose               lanes                  FPIR each   a day    a year\n";
  for (const MatrixRow& row : rows) {
    out += column(row.from, 7) + column(row.to, 7) + column(row.purpose, 22) + column(lanes_text(row.lanes), 23) +
           column(plain_number(row.fpir, 4), 12) + column(std::to_string(row.per_day), 9) +
           std::to_string(row.per_year) + "\n";
  }
  return out;
}

json::array texts(const std::vector<std::string>& all) { return json::array(all.begin(), all.end()); }

void print_found(const CheckOptions& options, const OpenedPolicy& region, const Policy& own, const Enumeration& found) {
  const bool verified = !options.files.office.empty();
  if (options.json) {
    print_json({{"policy", own.id()},
                {"signed", verified},
                {"absent", texts(region.absent)},
                {"questions", found.questions},
                {"allowed", found.allowed},
                {"widenings", texts(found.widenings)},
                {"unreachable", texts(found.unreachable)},
                {"matrix", json_of(matrix_of(own))}});
    return;
  }
  std::string out =
      "policy " + own.id() + ", in force from " + rfc3339(own.valid_from) + " until " + rfc3339(own.valid_until) + "\n";
  if (!verified) out += "signatures were not looked at: --office and --directory\n";
  for (const std::string& member : region.absent) out += "absent, as it has not signed: " + member + "\n";
  out += "\n" + text_of(matrix_of(own)) + "\n" + std::to_string(found.questions) + " questions, " +
         std::to_string(found.allowed) + " allowed\n";
  out += options.national.empty() ? ""
                                  : std::to_string(found.widenings.size()) + " widenings by " + options.national + "\n";
  for (const std::string& each : found.widenings) out += "  " + each + "\n";
  out += std::to_string(found.unreachable.size()) + " rules that no question reaches\n";
  for (const std::string& each : found.unreachable) out += "  " + each + "\n";
  print(out);
}

Result<int> check(const CheckOptions& options) {
  WHORL_ASSIGN(const ReadPolicy read, read_policy(options.files));
  const OpenedPolicy& region = read.opened;
  Policy own = region.policy;
  if (!options.national.empty()) {
    WHORL_ASSIGN(const std::string toml, text_of_file(options.national));
    WHORL_ASSIGN(const NationalPolicy national, parse_national(toml, options.national));
    WHORL_ASSIGN(own, narrowed(region.policy, national));
  }
  const Enumeration found = enumerate(region.policy, options.national.empty() ? nullptr : &own);
  print_found(options, region, own, found);
  return found.widenings.empty() && found.unreachable.empty() ? kExitOk : kExitAssertionFalse;
}

Result<int> show(const ShowOptions& options) {
  WHORL_ASSIGN(const std::string text, text_of_file(options.file));
  WHORL_ASSIGN(const Policy policy, parse_policy(text_in_note(text), options.file));
  print_notice("nothing was verified: whorl policy check does that");
  if (options.json) {
    print_json({{"policy", policy.id()}, {"matrix", json_of(matrix_of(policy))}});
    return 0;
  }
  std::string out = "policy " + policy.id() + "\n";
  for (const auto& [key, member] : policy.members) {
    out += key + ": " + member.name + ", " + member.country + ", " + member.legal_basis +
           (member.responds ? "\n" : "; does not answer\n");
  }
  for (const auto& [key, purpose] : policy.purposes) out += key + ": " + purpose.text + "\n";
  print(out + "\n" + text_of(matrix_of(policy)));
  return 0;
}

}  // namespace

void add_policy(CLI::App& app, Chosen& chosen) {
  CLI::App* group = add_group(app, "policy", "What members of an exchange may ask each other (docs/exchange.md)");
  {
    auto options = std::make_shared<SignOptions>();
    CLI::App* verb = add_verb(
        *group, "sign", "Sign a policy, or add a signature to one that is signed",
        "  whorl policy sign region.toml --name rbdes.test/office --key office.jwk --out region.note", *options);
    add_sign_options(*verb, *options, "The TOML text", "Who signs: the office, or a member");
    on_chosen(verb, chosen, options, sign);
  }
  {
    auto options = std::make_shared<CheckOptions>();
    CLI::App* verb = add_verb(
        *group, "check",
        "Check a policy: its signatures, every question that can be asked under it, that a national file widens "
        "nothing, and that no rule is idle. Exit status 13 where one of these fails",
        "  whorl policy check examples/exchange/region.toml --national examples/exchange/aru.toml", *options);
    verb->add_option("file", options->files.policy, "The note, or the TOML text")->required();
    verb->add_option("--office", options->files.office, "The office's key, or a file that holds it; several are taken");
    verb->add_option("--directory", options->files.directory, "The directory of the members' keys (a note)");
    verb->add_option("--national", options->national, "A member's own file, which may only narrow");
    verb->add_option("--at", options->files.at, "When, e.g. 2026-12-01T00:00:00Z; now without it");
    verb->get_option("--office")->needs(verb->get_option("--directory"));
    only_with(*verb, "--office", {"--directory", "--at"});
    on_chosen(verb, chosen, options, check);
  }
  {
    auto options = std::make_shared<ShowOptions>();
    CLI::App* verb =
        add_verb(*group, "show", "Print a policy, and verify nothing", "  whorl policy show region.note", *options);
    verb->add_option("file", options->file, "The note, or the TOML text")->required();
    on_chosen(verb, chosen, options, show);
  }
  add_policy_document(*group, chosen);
}

}  // namespace whorl::cli
