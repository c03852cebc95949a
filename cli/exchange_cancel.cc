// whorl exchange cancel: a check that is wanted no more.
#include "cli/exchange_cancel.h"

#include <algorithm>
#include <boost/json.hpp>

#include "cli/exchange_node.h"
#include "cli/exchange_view.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "cli/verb.h"

namespace whorl::cli {
namespace {

struct CancelOptions : CommonOptions {
  NodeAt node;
  std::string check;
};

// What is over stays as it is; who was waited for is shown as one that did not answer.
bool is_withdrawn(const MemberWord& word) { return word.state == "did_not_answer" && word.why == "cancelled"; }

void show(const CheckSaid& said) {
  print("check " + said.check_id + "\n");
  for (const MemberWord& each : said.members) {
    if (is_withdrawn(each)) {
      print(each.name + ": withdrawn\n");
    } else {
      print(each.name + ": was over before: " + words_of(each) + "\n");
    }
  }
}

void say_what_is_left(const CheckSaid& said) {
  if (std::none_of(said.members.begin(), said.members.end(), is_withdrawn))
    return print_notice("nobody was waited for any more: nothing is withdrawn");
  print_notice(
      "a member that had not answered may have the question all the same, until " + said.expires_at +
      " at the latest. It is told to drop it, or its answer, as long as this node runs and reaches it; an answer that "
      "comes nevertheless is not shown. What it keeps at most is that it was asked, and in its audit log what it would "
      "have "
      "answered; of the fingers it keeps nothing");
}

Result<int> cancel(const CancelOptions& options) {
  if (!fits_path(options.check)) return invalid_input("is no identifier of a check", "check");
  WHORL_ASSIGN(NodeClient node, NodeClient::open(options.node));
  const std::string path = std::string(kChecksPath) + "/" + options.check;
  WHORL_ASSIGN(boost::json::value got, node.ask({.method = "DELETE", .path = path}));
  WHORL_ASSIGN(const CheckSaid said, check_said(std::move(got)));
  if (options.json) {
    print_json(said.all);
  } else {
    show(said);
  }
  say_what_is_left(said);
  return kExitOk;
}

}  // namespace

void add_exchange_cancel(CLI::App& group, Chosen& chosen) {
  auto options = std::make_shared<CancelOptions>();
  CLI::App* verb = add_verb(group, "cancel",
                            "Withdraw a check from whoever has not answered yet. Answers that came stay; what a member "
                            "may have of it all the same is said",
                            "  whorl exchange cancel CHECK --node https://node.a.example:8443 --token token", *options);
  verb->add_option("check", options->check, "The check, as whorl exchange ask printed it")->required();
  add_node_options(*verb, options->node);
  on_chosen(verb, chosen, options, cancel);
}

}  // namespace whorl::cli
