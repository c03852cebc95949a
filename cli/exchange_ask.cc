// whorl exchange ask: asks other members, through a member node that runs, whether they know a person.
#include "cli/exchange_ask.h"

#include <boost/json.hpp>

#include "cli/exchange_later.h"
#include "cli/exchange_node.h"
#include "cli/exchange_view.h"
#include "cli/node_client.h"
#include "cli/samples.h"
#include "cli/verb.h"
#include "server/osia/names.h"

namespace whorl::cli {
namespace {

namespace json = boost::json;

struct AskOptions : CommonOptions {
  NodeAt node;
  SampleOptions samples;
  std::string purpose;
  std::string reason;
  std::string matter;
  std::string lane;
  std::vector<std::string> members;
  std::string age;
  std::string country;
  std::vector<std::string> avoid;
  std::vector<std::string> missing;
  std::string later;
};

Result<std::string> body_of(const AskOptions& options) {
  WHORL_ASSIGN(json::array samples, biometric_data(options.samples, options.missing));
  json::object subject;
  if (!options.age.empty()) subject["age"] = options.age;
  if (!options.country.empty()) subject["country"] = options.country;
  if (!options.avoid.empty()) subject["avoid"] = json_texts(options.avoid);
  json::object out{{"purpose", options.purpose},
                   {"reason", options.reason},
                   {"case", options.matter},
                   {"biometricData", std::move(samples)}};
  if (!options.lane.empty()) out["lane"] = options.lane;
  if (!options.members.empty()) out["members"] = json_texts(options.members);
  if (!subject.empty()) out["subject"] = std::move(subject);
  return json::serialize(out);
}

Result<int> run(const AskOptions& options) {
  WHORL_ASSIGN(std::string body, body_of(options));
  if (!options.later.empty()) return keep_for_later(options.later, options.node, body, options.json);
  WHORL_ASSIGN(NodeClient node, NodeClient::open(options.node));
  // The same request sent again is the same check.
  WHORL_ASSIGN(const std::string key, drawn_reference());
  WHORL_ASSIGN(json::value asked, node.post(kChecksPath, std::move(body), key));
  WHORL_ASSIGN(CheckSaid said, check_said(std::move(asked)));
  return follow_check(node, std::move(said), options.json);
}

}  // namespace

void add_exchange_ask(CLI::App& group, Chosen& chosen) {
  auto options = std::make_shared<AskOptions>();
  CLI::App* verb = add_verb(
      group, "ask",
      "Ask the other members, through a member node that runs, whether they know a person, and print each "
      "answer as it comes. A member that did not answer has not said no. Ends with 0 where a member has a match, with "
      "10 where every one that was asked said no, else with 11",
      "  whorl exchange ask --purpose border.identity --reason no_document --case 2026/117 \\\n"
      "    --finger right_index=a.png --finger left_index=b.png",
      *options);
  verb->add_option("--purpose", options->purpose, "What for, a purpose of the policy")->required();
  verb->add_option("--reason", options->reason, "Why, a reason of that purpose")->required();
  verb->add_option("--case", options->matter, "The reference; other members see a pseudonym of it")->required();
  add_sample_files(*verb, options->samples);
  verb->add_option("--lane", options->lane, "border, urgent or routine; without it the purpose's first");
  verb->add_option("--member", options->members, "Ask this member alone; repeat for more");
  verb->add_option("--age", options->age, "<6, 6-13, 14-17, 18+ or unknown");
  verb->add_option("--country", options->country, "The person's country, three capital letters; it is sent to nobody");
  verb->add_option("--avoid", options->avoid, "A country that the person fears, which is not asked; repeat for more");
  verb->add_option("--missing", options->missing,
                   "POSITION or POSITION=REASON for a finger that is absent; repeat for more");
  verb->add_option(
      "--later", options->later,
      "Seal it for the node into this folder and send nothing; whorl exchange send does, when the node can be "
      "reached");
  add_node_options(*verb, options->node);
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
